package main

import (
	"context"
	"crypto/rand"
	"slices"

	"github.com/chalice-go/chalice/app"
)

// Item is how many of a product are in a cart or an order.
type Item struct {
	Product  string `json:"product" example:"mug-blue"`
	Quantity int    `json:"quantity" minimum:"1" maximum:"99"`
	// Of one.
	Price Money `json:"price"`
}

// Cart is what a customer is about to buy.
type Cart struct {
	Items []Item `json:"items"`
	Total Money  `json:"total"`
}

// CartCookie is the cart that a request is about.
type CartCookie struct {
	Cart string `cookie:"cart" pattern:"^[A-Z2-7]{26}$" doc:"The secret name of the cart, as the answer that made it set it." example:"EXAMPLECARTEXAMPLECARTAAAA"`
}

// CartAnswer is a cart.
type CartAnswer struct {
	Body Cart
}

// shopping declares the carts. They need no account: the cookie says whose they are.
func (s *shop) shopping() *app.Blueprint {
	b := app.NewBlueprint()
	app.TypedRoute(b, "/cart", s.newCart, app.Methods("POST"))
	app.TypedRoute(b, "/cart", s.getCart, app.Errors(404))
	app.TypedRoute(b, "/cart/items/{product}", s.setItem, app.Methods("PUT"), app.Errors(404, 409))
	app.TypedRoute(b, "/cart/items/{product}", s.removeItem, app.Methods("DELETE"), app.Errors(404))
	return b
}

// CartMade is a new cart.
type CartMade struct {
	Status int `status:"201"`
	// The cookie "cart".
	Cookie string `header:"Set-Cookie"`
	Body   Cart
}

// newCart makes an empty cart.
func (s *shop) newCart(ctx context.Context, _ *struct{}) (*CartMade, error) {
	name := rand.Text()
	cart, err := s.carts.Update(ctx, name, put(cartOf([]Item{})))
	return &CartMade{Cookie: "cart=" + name + "; Path=/; HttpOnly; SameSite=Lax", Body: cart}, err
}

// getCart returns the cart.
func (s *shop) getCart(ctx context.Context, in *CartCookie) (*CartAnswer, error) {
	cart, err := find(ctx, s.carts, "cart", in.Cart)
	return &CartAnswer{cart}, err
}

// SetItem is how many of a product a cart is to have.
type SetItem struct {
	CartCookie
	ProductPath
	Quantity int `json:"quantity" minimum:"1" maximum:"99"`
}

// ItemSet is the cart after a change.
type ItemSet struct {
	// 201 if the product wasn't in the cart before.
	Status int `status:"200,201"`
	Body   Cart
}

// setItem says how many of a product the cart is to have.
func (s *shop) setItem(ctx context.Context, in *SetItem) (*ItemSet, error) {
	p, err := find(ctx, s.products, "product", in.ID)
	if err != nil {
		return nil, err
	}
	if p.Stock < in.Quantity {
		return nil, app.Conflict("there aren't as many of it")
	}
	answer := &ItemSet{Status: 200}
	answer.Body, err = modify(ctx, s.carts, "cart", in.Cart, func(c Cart) (Cart, error) {
		items := slices.Clone(c.Items)
		item := Item{p.ID, in.Quantity, p.Price}
		if i := indexOf(items, p.ID); i >= 0 {
			items[i] = item
		} else {
			answer.Status = 201
			items = append(items, item)
		}
		return cartOf(items), nil
	})
	return answer, err
}

func indexOf(items []Item, product string) int {
	return slices.IndexFunc(items, func(i Item) bool { return i.Product == product })
}

// cartOf returns a cart with these items.
func cartOf(items []Item) Cart {
	total := int64(0)
	for _, item := range items {
		total += item.Price.Amount * int64(item.Quantity)
	}
	return Cart{items, euros(total)}
}

// RemoveItem is a product to be taken out of a cart.
type RemoveItem struct {
	CartCookie
	ProductPath
}

// removeItem takes a product out of the cart.
func (s *shop) removeItem(ctx context.Context, in *RemoveItem) (*Nothing, error) {
	_, err := modify(ctx, s.carts, "cart", in.Cart, func(c Cart) (Cart, error) {
		i := indexOf(c.Items, in.ID)
		if i < 0 {
			return c, app.NotFound("the cart has no such product")
		}
		return cartOf(slices.Delete(slices.Clone(c.Items), i, i+1)), nil
	})
	return &Nothing{}, err
}
