package main

import (
	"time"

	"example.com/other/v2"
	"example.com/vendored/yaml.v3"
)

// Order is an order.
type Order struct {
	// ID names it.
	ID    string
	Total int // in cents
	// Buyer pays.
	Buyer struct {
		// Name of the buyer.
		Name string
	}
	Lines []*struct {
		Count int // Count of one thing.
	}
	ByName map[string]struct {
		// Size of it.
		Size int
	}
	// Stamped is embedded.
	*Stamped
	// First and Second.
	First, Second string
	Plain         string
}

// Stamped is a part of others.
type Stamped struct {
	// Made is when.
	Made time.Time
}

// Copy has the fields of another type.
type Copy Order

// Remote has those of another module's.
type Remote other.Parcel

type (
	// Grouped is one of two.
	Grouped struct{}
	Second  struct{}
)

// Page is a page.
type Page[T any] struct {
	// Items on it.
	Items []T
}

// Pages are of orders.
type Pages = Page[Order]

// Status says how it is.
type Status string

var _ yaml.Node

func use() {
	// local is declared in a function.
	type local struct {
		// Field of it.
		Field int
	}
	_ = local{}
}
