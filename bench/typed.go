package bench

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/chalice-go/chalice/app"
)

// Huma is huma's own adapter for net/http, in api-proxy's.
const Huma = "huma, api-proxy"

// validOrder is an order with constraints, which both say in JSON Schema's words.
type validOrder struct {
	ID       string        `json:"id" minLength:"1" maxLength:"36"`
	Customer validCustomer `json:"customer"`
	Currency string        `json:"currency" enum:"EUR,USD,GBP"`
	Items    []validItem   `json:"items" minItems:"1" maxItems:"100"`
	Note     string        `json:"note" maxLength:"1000"`
}

type validCustomer struct {
	Name    string `json:"name" minLength:"1" maxLength:"100"`
	Email   string `json:"email" maxLength:"100" format:"email"`
	Address string `json:"address" maxLength:"200"`
}

type validItem struct {
	SKU      string   `json:"sku" minLength:"1" maxLength:"20"`
	Name     string   `json:"name" maxLength:"100"`
	Quantity int      `json:"quantity" minimum:"1" maximum:"1000"`
	Price    float64  `json:"price" minimum:"0" maximum:"100000"`
	Gift     bool     `json:"gift"`
	Tags     []string `json:"tags" maxItems:"10"`
}

// orderIn is the request, and receiptOut the answer, of both.
type (
	orderIn    struct{ Body validOrder }
	receiptOut struct{ Body receipt }
)

func postValid(_ context.Context, in *orderIn) (*receiptOut, error) {
	r := receipt{ID: in.Body.ID}
	for _, i := range in.Body.Items {
		r.Articles += i.Quantity
	}
	return &receiptOut{r}, nil
}

// typedPayload returns the POST request of 2 KB, for routes that hold it to constraints.
// "as" is ours without them, by app.As.
func typedPayload() (Payload, error) {
	data, err := event("post.json")
	if err != nil {
		return Payload{}, err
	}
	typed, as := app.New("orders"), app.New("orders")
	app.TypedRoute(typed, "/orders", postValid, app.Methods("POST"))
	as.Route("/orders", postAs, app.Methods("POST"))
	ours, err := handler(typed)
	if err != nil {
		return Payload{}, err
	}
	without, err := handler(as)
	if err != nil {
		return Payload{}, err
	}
	mux := http.NewServeMux()
	config := huma.DefaultConfig("orders", "1.0.0")
	config.CreateHooks = nil // which add a link to its schema to each answer
	huma.Register(humago.New(mux, config), huma.Operation{Method: http.MethodPost, Path: "/orders"}, postValid)
	return Payload{"validated POST of 2 KB", data, `{"id":"o-20260915-77","articles":46}`, []Contestant{
		{Name: Ours, Handler: ours}, {Name: OursAs, Handler: without}, {Name: Huma, Handler: proxyHTTP(mux)},
	}}, nil
}

// OursAs is a route that decodes its body by app.As, and validates nothing.
const OursAs = "chalice, app.As without validation"

func postAs(_ context.Context, r *app.Request) (any, error) {
	o, err := app.As[validOrder](r)
	if err != nil {
		return nil, err
	}
	out, err := postValid(context.Background(), &orderIn{o})
	if err != nil {
		return nil, err
	}
	return &out.Body, nil
}
