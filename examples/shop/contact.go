package main

import (
	"context"
	"crypto/rand"

	"github.com/chalice-go/chalice/app"
)

// contacting declares the form for messages, which pages can send as it is.
func (s *shop) contacting() *app.Blueprint {
	b := app.NewBlueprint()
	app.TypedRoute(b, "/contact", s.contact, app.Methods("POST"))
	return b
}

// Contact is a message to the shop: a form.
type Contact struct {
	Email string `form:"email" format:"email" maxLength:"120" example:"ada@example.com"`
	Topic string `form:"topic" enum:"order,product,other"`
	// The order that it is about.
	Order   string `form:"order,omitzero" pattern:"^ord-[0-9]{4,9}$" example:"ord-0001"`
	Message string `form:"message" minLength:"1" maxLength:"4000" example:"Is it blue?"`
	// Whether an answer is wanted.
	Answer bool `form:"answer" default:"true"`
}

// Received says that a message has come.
type Received struct {
	Status int `status:"202"`
	// Tell the number to those who ask about the message.
	Reference string `json:"reference"`
}

// contact takes a message to the shop.
func (s *shop) contact(ctx context.Context, in *Contact) (*Received, error) {
	reference := rand.Text()
	_, err := s.messages.Update(ctx, reference, put(*in))
	return &Received{Reference: reference}, err
}
