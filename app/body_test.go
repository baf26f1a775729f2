package app_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
)

// TestWrongTypes: the client that sends a value of the wrong type is told which
// one it is, but nobody is told the value itself.
func TestWrongTypes(t *testing.T) {
	type item struct {
		Price float64 `json:"price"`
		Count uint8   `json:"count"`
	}
	type order struct {
		Age   int             `json:"age"`
		Name  string          `json:"name"`
		Paid  bool            `json:"paid"`
		Items []item          `json:"items"`
		First *item           `json:"first"`
		Tags  map[string]bool `json:"tags"`
	}
	for body, want := range map[string]string{
		`{"age":"1"}`:                  `: the member "age" has to be a whole number, not a string`,
		`{"age":1.5}`:                  `: the member "age" is a number that is out of range or not whole`,
		`{"name":4242}`:                `: the member "name" has to be a string, not a number`,
		`{"paid":"yes"}`:               `: the member "paid" has to be true or false, not a string`,
		`{"items":{}}`:                 `: the member "items" has to be an array, not an object`,
		`{"items":[{"price":"4"}]}`:    `: the member "items.price" has to be a number, not a string`,
		`{"items":[{"count":300}]}`:    `: the member "items.count" is a number that is out of range or not whole`,
		`{"first":[]}`:                 `: the member "first" has to be an object, not an array`,
		`{"first":{"price":true}}`:     `: the member "first.price" has to be a number, not a boolean`,
		`{"tags":{"a":1}}`:             `: the member "tags" has to be true or false, not a number`,
		`[]`:                           `: the JSON value has to be an object, not an array`,
		`"secret"`:                     `: the JSON value has to be an object, not a string`,
		`{"age":`:                      ``,
		``:                             ``,
		`{"age":99999999999999999999}`: `: the member "age" is a number that is out of range or not whole`,
	} {
		t.Run(body, func(t *testing.T) {
			r, err := app.NewRequest([]byte(`{"requestContext":{"resourcePath":"/","httpMethod":"POST"},"headers":{},"body":` + strconv.Quote(body) + `}`))
			if err != nil {
				t.Fatal(err)
			}
			_, asErr := app.As[order](r)
			socket, err := app.NewWebsocketEvent([]byte(`{"requestContext":{"apiId":"a","stage":"s","domainName":"d","connectionId":"c"},"body":` + strconv.Quote(body) + `}`))
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{asErr, r.JSON(new(order)), socket.JSON(new(order))} {
				e, ok := app.StatusOf(err)
				if !ok || e.Status != 400 || e.Message != "Error Parsing JSON"+want {
					t.Errorf("got %v", err)
				}
				var wrong *json.UnmarshalTypeError
				if errors.As(err, &wrong) != (want != "") {
					t.Errorf("the cause is %T", e.Cause)
				}
				if wrong != nil && strings.ContainsAny(wrong.Error(), "0123456789") && !strings.Contains(wrong.Error(), "uint8") && !strings.Contains(wrong.Error(), "float64") {
					t.Errorf("the cause tells the value: %v", wrong)
				}
			}
		})
	}
}
