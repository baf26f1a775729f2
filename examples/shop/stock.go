package main

import (
	"context"
	"fmt"

	"github.com/chalice-go/chalice/app"
)

// AddProduct is a new product.
type AddProduct struct {
	Caller
	ID string `json:"id" pattern:"^[a-z0-9][a-z0-9-]{0,39}$" example:"mug-red"`
	ProductFields
}

// ProductAdded is a new product.
type ProductAdded struct {
	Status int `status:"201"`
	// The path of the product.
	Location string `header:"Location"`
	Versioned
	Body Product
}

// addProduct puts a product on sale.
func (s *shop) addProduct(ctx context.Context, in *AddProduct) (*ProductAdded, error) {
	p, err := s.products.Update(ctx, in.ID, func(old Product, exists bool) (Product, error) {
		if exists {
			return old, app.Conflict("there is a product " + in.ID)
		}
		return Product{ID: in.ID, ProductFields: in.ProductFields, CreatedAt: now(), version: 1}, nil
	})
	if err != nil {
		return nil, err
	}
	return &ProductAdded{Location: "/products/" + p.ID, Versioned: etag(p.version), Body: p}, s.record(ctx, in.Caller, "add", p.ID)
}

// SetProduct is what a product is to be.
type SetProduct struct {
	Caller
	ProductPath
	Expected
	ProductFields
}

// ProductSet is a product.
type ProductSet struct {
	// 201 if it is new.
	Status int `status:"200,201"`
	Versioned
	Body Product
}

// setProduct changes a product, or puts it on sale.
func (s *shop) setProduct(ctx context.Context, in *SetProduct) (*ProductSet, error) {
	answer := &ProductSet{Status: 200}
	p, err := s.products.Update(ctx, in.ProductPath.ID, func(p Product, exists bool) (Product, error) {
		if err := in.allows(p.version); err != nil {
			return p, err
		}
		if !exists {
			answer.Status, p = 201, Product{ID: in.ProductPath.ID, CreatedAt: now()}
		}
		p.ProductFields, p.version = in.ProductFields, p.version+1
		return p, nil
	})
	if err != nil {
		return nil, err
	}
	answer.Versioned, answer.Body = etag(p.version), p
	return answer, s.record(ctx, in.Caller, "set", p.ID)
}

// DeleteProduct is a product to be deleted.
type DeleteProduct struct {
	Caller
	ProductPath
	Expected
}

// deleteProduct takes a product off the sale, with its pictures and reviews. One that is
// in an open order stays.
func (s *shop) deleteProduct(ctx context.Context, in *DeleteProduct) (*Nothing, error) {
	open, err := s.ordersOf(ctx, func(o Order) bool {
		return (o.Status == Placed || o.Status == Checking) && indexOf(o.Items, in.ID) >= 0
	})
	if err != nil {
		return nil, err
	}
	err = s.products.Delete(ctx, in.ID, func(p Product) error {
		if len(open) > 0 {
			return app.Conflict(fmt.Sprintf("it is in %d open orders", len(open)))
		}
		return in.allows(p.version)
	})
	if err != nil {
		return nil, missing(err, "product")
	}
	if err := s.forget(ctx, in.ID); err != nil {
		return nil, err
	}
	return &Nothing{}, s.record(ctx, in.Caller, "delete", in.ID)
}

// forget deletes what belongs to a product.
func (s *shop) forget(ctx context.Context, product string) error {
	reviews, err := s.reviews.List(ctx, product+"/")
	for _, r := range reviews {
		_ = s.reviews.Delete(ctx, numbered(product, r.Number), always)
	}
	for number := 1; number <= maxPictures; number++ {
		_ = s.pictures.Delete(ctx, numbered(product, number), always)
	}
	return err
}

func always[T any](T) error { return nil }

// StockChange says how many of a product came in, or are gone.
type StockChange struct {
	Product string `json:"product" pattern:"^[a-z0-9][a-z0-9-]{0,39}$" example:"mug-blue"`
	By      int    `json:"by" minimum:"-1000" maximum:"1000" example:"5"`
}

// SetStock is a delivery.
type SetStock struct {
	Caller
	Body []StockChange `minItems:"1" maxItems:"100"`
}

// StockLevel is how many of a product there are.
type StockLevel struct {
	Product string `json:"product"`
	Stock   int    `json:"stock"`
	// Why nothing was changed.
	Problem string `json:"problem,omitempty"`
}

// Levels are how many of some products there are.
type Levels struct {
	Body []StockLevel
}

// setStock counts what came in. A product that there are too few of stays as it is.
func (s *shop) setStock(ctx context.Context, in *SetStock) (*Levels, error) {
	levels := &Levels{[]StockLevel{}}
	for _, change := range in.Body {
		level := StockLevel{Product: change.Product}
		p, err := modify(ctx, s.products, "product", change.Product, func(p Product) (Product, error) {
			if p.Stock+change.By < 0 || p.Stock+change.By > 1_000_000 {
				return p, app.Conflict("there can't be as many")
			}
			p.Stock, p.version = p.Stock+change.By, p.version+1
			return p, nil
		})
		if known, ok := app.StatusOf(err); ok {
			level.Problem = known.Message
		} else if err != nil {
			return nil, err
		}
		level.Stock = p.Stock
		levels.Body = append(levels.Body, level)
	}
	return levels, s.record(ctx, in.Caller, "stock", fmt.Sprintf("%d products", len(in.Body)))
}
