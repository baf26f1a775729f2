package main

import "time"

// newShop returns a shop with some goods, and nobody who has bought any.
func newShop(secret string) *shop {
	return &shop{
		products:  stocked(goods, func(p Product) string { return p.ID }),
		pictures:  newMemory[Picture](),
		reviews:   newMemory[Review](),
		carts:     newMemory[Cart](),
		orders:    newMemory[Order](),
		placed:    newMemory[placement](),
		customers: stocked([]account{staff}, func(a account) string { return a.ID }),
		messages:  newMemory[Contact](),
		audit:     newMemory[Entry](),
		secret:    secret,
	}
}

// stocked returns a table with records.
func stocked[T any](records []T, key func(T) string) *memory[T] {
	m := newMemory[T]()
	for _, record := range records {
		m.records[key(record)] = record
	}
	return m
}

var opened = time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)

// goods are the products that the shop has when it opens.
var goods = []Product{
	{ID: "mug-blue", CreatedAt: opened, version: 1, ProductFields: ProductFields{
		Name: "Blue mug", Description: "Holds 0.3 l.", Category: "kitchen", Tags: []string{"blue", "mug"},
		Price: euros(1290), Weight: 0.35, Stock: 120,
	}},
	{ID: "teapot", CreatedAt: opened.AddDate(0, 1, 0), version: 1, ProductFields: ProductFields{
		Name: "Teapot", Category: "kitchen", Tags: []string{"white"}, Price: euros(4900), Weight: 1.2, Stock: 8,
	}},
	{ID: "go-book", CreatedAt: opened.AddDate(0, 2, 0), version: 1, ProductFields: ProductFields{
		Name: "A book about Go", Category: "books", Price: euros(3550), Weight: 0.8, Stock: 30,
	}},
	{ID: "train", CreatedAt: opened.AddDate(0, 3, 0), version: 1, ProductFields: ProductFields{
		Name: "Wooden train", Description: "With four wagons.", Category: "toys", Tags: []string{"wood"}, Price: euros(125000), Stock: 3,
	}},
}

// staff is the account that the staff have.
var staff = account{
	Customer: Customer{ID: staffID, CreatedAt: opened, CustomerFields: CustomerFields{Name: "Staff", Email: "staff@shop.example"}},
	addresses: map[string]Address{
		"home": {Street: "1 High Street", PostalCode: "1012 AB", City: "Amsterdam", Country: "NL"},
	},
	version: 1,
}
