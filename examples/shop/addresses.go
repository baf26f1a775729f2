package main

import (
	"context"
	"maps"

	"github.com/chalice-go/chalice/app"
)

// AddressPath is the address that a route is about.
type AddressPath struct {
	Label string `path:"label" pattern:"^[a-z]{1,20}$" doc:"The customer's own word for the address." example:"home"`
}

// Addresses are the addresses of a customer, by their labels.
type Addresses struct {
	Body map[string]Address
}

// listAddresses lists the caller's addresses.
func (s *shop) listAddresses(ctx context.Context, in *Caller) (*Addresses, error) {
	me, err := s.customer(ctx, *in)
	if me.addresses == nil {
		me.addresses = map[string]Address{}
	}
	return &Addresses{me.addresses}, err
}

// SetAddress is an address, and its label.
type SetAddress struct {
	Caller
	AddressPath
	Address
}

// AddressSet is an address.
type AddressSet struct {
	// 201 if the label is new.
	Status int `status:"200,201"`
	Body   Address
}

// How many addresses a customer can have.
const maxAddresses = 20

// setAddress adds an address, or changes the one with this label.
func (s *shop) setAddress(ctx context.Context, in *SetAddress) (*AddressSet, error) {
	answer := &AddressSet{Status: 201, Body: in.Address}
	_, err := modify(ctx, s.customers, "customer", in.customerID(), func(me account) (account, error) {
		if _, exists := me.addresses[in.Label]; exists {
			answer.Status = 200
		} else if len(me.addresses) == maxAddresses {
			return me, app.Conflict("you have 20 addresses already")
		}
		addresses := map[string]Address{}
		maps.Copy(addresses, me.addresses)
		addresses[in.Label] = in.Address
		me.addresses = addresses
		return me, nil
	})
	return answer, err
}

// MyAddress is an address of the caller's.
type MyAddress struct {
	Caller
	AddressPath
}

// removeAddress deletes an address.
func (s *shop) removeAddress(ctx context.Context, in *MyAddress) (*Nothing, error) {
	_, err := modify(ctx, s.customers, "customer", in.customerID(), func(me account) (account, error) {
		if _, ok := me.addresses[in.Label]; !ok {
			return me, app.NotFound("no such address")
		}
		me.addresses = maps.Clone(me.addresses)
		delete(me.addresses, in.Label)
		return me, nil
	})
	return &Nothing{}, err
}
