package main

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/chalice-go/chalice/app"
)

// now is the time, as exact as answers have it.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

// CustomerFields is what customers say about themselves.
type CustomerFields struct {
	Name     string  `json:"name" minLength:"1" maxLength:"80" example:"Ada"`
	Email    string  `json:"email" format:"email" maxLength:"120" example:"ada@example.com"`
	Birthday *string `json:"birthday,omitempty" format:"date" example:"1815-12-10"`
	// Whether the shop may write about its offers.
	News bool `json:"news" default:"false"`
}

// Customer is somebody who has an account.
type Customer struct {
	ID string `json:"id"`
	CustomerFields
	CreatedAt time.Time `json:"createdAt"`
}

// account is what the shop knows about a customer.
type account struct {
	Customer
	addresses map[string]Address
	version   int
}

// Address is where parcels go.
type Address struct {
	Street     string `json:"street" minLength:"1" maxLength:"120" example:"12 St James's Square"`
	PostalCode string `json:"postalCode" pattern:"^[A-Z0-9][A-Z0-9 -]{1,9}$" example:"SW1Y 4JH"`
	City       string `json:"city" minLength:"1" maxLength:"80" example:"London"`
	// By ISO 3166-1.
	Country string `json:"country" pattern:"^[A-Z]{2}$" example:"GB"`
}

// joining declares the accounts of customers.
func (s *shop) joining(account app.RouteOption) *app.Blueprint {
	b := app.NewBlueprint()
	app.TypedRoute(b, "/customers", s.join, app.Methods("POST"), app.Errors(409, 503))
	app.TypedRoute(b, "/customers/me", s.getMe, account, app.Errors(404))
	app.TypedRoute(b, "/customers/me", s.changeMe, account, app.Methods("PATCH"), app.Errors(404, 409, 412))
	app.TypedRoute(b, "/customers/me/addresses", s.listAddresses, account, app.Errors(404))
	app.TypedRoute(b, "/customers/me/addresses/{label}", s.setAddress, account, app.Methods("PUT"), app.Errors(404, 409))
	app.TypedRoute(b, "/customers/me/addresses/{label}", s.removeAddress, account, app.Methods("DELETE"), app.Errors(404))
	return b
}

// Joined is a new customer.
type Joined struct {
	Status int `status:"201"`
	Body   struct {
		Customer Customer `json:"customer"`
		// What the customer sends in the header Authorization from now on, after "Bearer".
		Token string `json:"token"`
	}
}

// Join is somebody who wants an account.
type Join struct {
	CustomerFields
}

// join makes an account.
func (s *shop) join(ctx context.Context, in *Join) (*Joined, error) {
	if s.secret == "" {
		return nil, app.NewError(503, "ServiceUnavailableError", "the shop takes no customers yet")
	}
	if err := s.unused(ctx, in.Email, ""); err != nil {
		return nil, err
	}
	made := account{Customer: Customer{rand.Text(), in.CustomerFields, now()}, version: 1}
	_, err := s.customers.Update(ctx, made.ID, put(made))
	answer := &Joined{}
	answer.Body.Customer, answer.Body.Token = made.Customer, s.token(made.ID)
	return answer, err
}

// unused returns an error if somebody else has this address for mail.
func (s *shop) unused(ctx context.Context, email, mine string) error {
	all, err := s.customers.List(ctx, "")
	for _, other := range all {
		if other.ID != mine && strings.EqualFold(other.Email, email) {
			return app.Conflict("somebody has an account with this email")
		}
	}
	return err
}

// customer returns the account of the caller.
func (s *shop) customer(ctx context.Context, c Caller) (account, error) {
	return find(ctx, s.customers, "customer", c.customerID())
}

// CustomerFound is a customer.
type CustomerFound struct {
	Versioned
	Body Customer
}

// getMe returns the caller's account.
func (s *shop) getMe(ctx context.Context, in *Caller) (*CustomerFound, error) {
	me, err := s.customer(ctx, *in)
	return &CustomerFound{etag(me.version), me.Customer}, err
}

// ChangeMe is what is to be different; what isn't there stays.
type ChangeMe struct {
	Caller
	Expected
	Name     *string `json:"name,omitempty" minLength:"1" maxLength:"80" example:"Ada"`
	Email    *string `json:"email,omitempty" format:"email" maxLength:"120" example:"ada@example.org"`
	Birthday *string `json:"birthday,omitempty" format:"date"`
	News     *bool   `json:"news,omitempty"`
}

// changeMe changes the caller's account.
func (s *shop) changeMe(ctx context.Context, in *ChangeMe) (*CustomerFound, error) {
	if in.Email != nil {
		if err := s.unused(ctx, *in.Email, in.customerID()); err != nil {
			return nil, err
		}
	}
	me, err := modify(ctx, s.customers, "customer", in.customerID(), func(me account) (account, error) {
		if err := in.allows(me.version); err != nil {
			return me, err
		}
		me.version++
		set(&me.Name, in.Name)
		set(&me.Email, in.Email)
		set(&me.News, in.News)
		if in.Birthday != nil {
			me.Birthday = in.Birthday
		}
		return me, nil
	})
	return &CustomerFound{etag(me.version), me.Customer}, err
}

// set sets a value if there is another one.
func set[T any](value, to *T) {
	if to != nil {
		*value = *to
	}
}
