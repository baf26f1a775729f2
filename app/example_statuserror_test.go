package app_test

import (
	"context"
	"fmt"

	"github.com/chalice-go/chalice/app"
)

// limitError is an error type of the program's own that has a status.
type limitError struct{ orders int }

func (e *limitError) Error() string     { return fmt.Sprintf("you have %d open orders", e.orders) }
func (e *limitError) StatusCode() int   { return 429 }
func (e *limitError) ErrorCode() string { return "LimitError" }

var _ app.StatusError = (*limitError)(nil)

func ExampleStatusError() {
	a := app.New("shop")
	a.Route("/orders", func(context.Context, *app.Request) (any, error) {
		return nil, &limitError{orders: 10}
	}, app.Methods("POST"))

	answer := serve(a).HTTP.Post("/orders")
	fmt.Println(answer.Status, answer.Text())
	// Output: 429 {"Code":"LimitError","Message":"you have 10 open orders"}
}
