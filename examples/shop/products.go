package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/chalice-go/chalice/app"
)

// Money is an amount of money.
type Money struct {
	// In the smallest unit of the currency, such as cents.
	Amount int64 `json:"amount" minimum:"0" maximum:"100000000" example:"1290"`
	// By ISO 4217. The shop sells for euros only.
	Currency string `json:"currency" enum:"EUR"`
}

func euros(cents int64) Money { return Money{cents, "EUR"} }

// ProductFields is what the staff say about a product.
type ProductFields struct {
	Name        string `json:"name" minLength:"1" maxLength:"120" example:"Blue mug"`
	Description string `json:"description,omitempty" maxLength:"2000"`
	// One of those that the shop has: see the list of categories.
	Category string   `json:"category" enum:"books,kitchen,toys" example:"kitchen"`
	Tags     []string `json:"tags,omitempty" maxItems:"10" uniqueItems:"true" minLength:"1" maxLength:"30" example:"[\"blue\"]"`
	Price    Money    `json:"price"`
	// In kilograms, where it is known.
	Weight float64 `json:"weight,omitempty" exclusiveMinimum:"0" maximum:"1000" example:"0.35"`
	// How many there are to sell.
	Stock int `json:"stock" minimum:"0" maximum:"1000000" example:"12"`
}

// Product is something that the shop sells.
type Product struct {
	ID string `json:"id" pattern:"^[a-z0-9][a-z0-9-]{0,39}$" example:"mug-blue"`
	ProductFields
	// The average of the reviews' stars; null if there are no reviews.
	Rating *float64 `json:"rating" minimum:"1" maximum:"5"`
	// When it was put on sale.
	CreatedAt time.Time `json:"createdAt"`

	version int
}

// ProductPath is the product that a route is about.
type ProductPath struct {
	ID string `path:"product" pattern:"^[a-z0-9][a-z0-9-]{0,39}$" doc:"The product's id." example:"mug-blue"`
}

// catalog declares what everybody may look at.
func (s *shop) catalog() *app.Blueprint {
	b, found := app.NewBlueprint(), app.Errors(404)
	app.TypedRoute(b, "/categories", s.listCategories)
	app.TypedRoute(b, "/products", s.listProducts)
	app.TypedRoute(b, "/products/{product}", s.getProduct, found, app.Results(new(ProductFound), new(NotModified)))
	app.TypedRoute(b, "/products/{product}/pictures/{number}", s.getPicture, found)
	return b
}

// Category is a part of the catalog.
type Category struct {
	Slug  string `json:"slug" enum:"books,kitchen,toys"`
	Title string `json:"title"`
	// How many products it has.
	Products int `json:"products"`
}

// Categories are all categories.
type Categories struct {
	Body []Category
}

// categories are those that the shop has.
var categories = []Category{{Slug: "books", Title: "Books"}, {Slug: "kitchen", Title: "Kitchen"}, {Slug: "toys", Title: "Toys"}}

// listCategories lists the categories.
func (s *shop) listCategories(ctx context.Context, _ *struct{}) (*Categories, error) {
	products, err := s.products.List(ctx, "")
	if err != nil {
		return nil, err
	}
	found := slices.Clone(categories)
	for _, p := range products {
		i := slices.IndexFunc(found, func(c Category) bool { return c.Slug == p.Category })
		found[i].Products++
	}
	return &Categories{found}, nil
}

// ProductSearch is which products are asked for.
type ProductSearch struct {
	Paging
	// Words of the name or the description.
	Text     string   `query:"q,omitzero" maxLength:"100" example:"mug"`
	Category *string  `query:"category" enum:"books,kitchen,toys"`
	Tags     []string `query:"tag,omitzero" maxItems:"5" minLength:"1" maxLength:"30" doc:"Tags that a product has to have, all of them."`
	MinPrice int64    `query:"min_price" default:"0" minimum:"0" maximum:"100000000" doc:"In cents."`
	MaxPrice *int64   `query:"max_price" minimum:"0" maximum:"100000000" doc:"In cents."`
	InStock  bool     `query:"in_stock" default:"false"`
	Order    string   `query:"order" enum:"name,price,-price,newest" default:"name"`
}

// Validate returns what is wrong with the search as a whole.
func (q *ProductSearch) Validate() error {
	if q.MaxPrice != nil && *q.MaxPrice < q.MinPrice {
		return app.Violations{{In: "query", Name: "max_price", Problem: "is less than min_price"}}
	}
	return nil
}

func (q *ProductSearch) wants(p Product) bool {
	text := strings.ToLower(p.Name + "\n" + p.Description)
	return strings.Contains(text, strings.ToLower(q.Text)) &&
		(q.Category == nil || p.Category == *q.Category) &&
		(q.MaxPrice == nil || p.Price.Amount <= *q.MaxPrice) && p.Price.Amount >= q.MinPrice &&
		(!q.InStock || p.Stock > 0) &&
		!slices.ContainsFunc(q.Tags, func(tag string) bool { return !slices.Contains(p.Tags, tag) })
}

// productOrders compare products, by the values of the parameter "order".
var productOrders = map[string]func(a, b Product) int{
	"name":   func(a, b Product) int { return cmp.Compare(a.Name, b.Name) },
	"price":  func(a, b Product) int { return cmp.Compare(a.Price.Amount, b.Price.Amount) },
	"-price": func(a, b Product) int { return cmp.Compare(b.Price.Amount, a.Price.Amount) },
	"newest": func(a, b Product) int { return b.CreatedAt.Compare(a.CreatedAt) },
}

// ProductList is a page of products.
type ProductList struct {
	// How many products there are on all pages.
	Total int `header:"X-Total-Count"`
	Body  Page[Product]
}

// listProducts searches for products.
//
// Without parameters it lists all of them, by name.
func (s *shop) listProducts(ctx context.Context, in *ProductSearch) (*ProductList, error) {
	products, err := s.products.List(ctx, "")
	if err != nil {
		return nil, err
	}
	products = slices.DeleteFunc(products, func(p Product) bool { return !in.wants(p) })
	slices.SortStableFunc(products, productOrders[in.Order])
	return &ProductList{len(products), page(products, in.Paging, func(p Product) string { return p.ID })}, nil
}

// GetProduct asks for a product.
type GetProduct struct {
	ProductPath
	Known
}

// ProductAnswer is a product, or that the client has it already.
type ProductAnswer interface{ productAnswer() }

// ProductFound is a product.
type ProductFound struct {
	Versioned
	Body Product
}

// NotModified says that the client has the current version.
type NotModified struct {
	Status int `status:"304"`
	Versioned
}

func (*ProductFound) productAnswer() {}
func (*NotModified) productAnswer()  {}

// getProduct returns a product.
func (s *shop) getProduct(ctx context.Context, in *GetProduct) (ProductAnswer, error) {
	p, err := find(ctx, s.products, "product", in.ID)
	if err != nil {
		return nil, err
	}
	if in.has(p.version) {
		return &NotModified{Versioned: etag(p.version)}, nil
	}
	return &ProductFound{etag(p.version), p}, nil
}

// Picture is a picture of a product.
type Picture struct {
	Type string `header:"Content-Type" enum:"image/jpeg,image/png"`
	// What the picture shows.
	Title string `header:"X-Title,omitzero"`
	Body  []byte
}

// PicturePath is the picture that a route is about.
type PicturePath struct {
	ProductPath
	Number int `path:"number" minimum:"1" maximum:"9" doc:"The picture's number." example:"1"`
}

// getPicture returns a picture of a product.
func (s *shop) getPicture(ctx context.Context, in *PicturePath) (*Picture, error) {
	picture, err := find(ctx, s.pictures, "picture", numbered(in.ID, in.Number))
	return &picture, err
}
