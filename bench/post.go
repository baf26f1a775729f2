package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-chi/chi/v5"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/httpadapter"
)

// order is the body of the request.
type order struct {
	ID       string   `json:"id"`
	Customer customer `json:"customer"`
	Currency string   `json:"currency"`
	Items    []item   `json:"items"`
	Note     string   `json:"note"`
}

type customer struct {
	Name    string `json:"name"`
	Email   string `json:"email"`
	Address string `json:"address"`
}

type item struct {
	SKU      string   `json:"sku"`
	Name     string   `json:"name"`
	Quantity int      `json:"quantity"`
	Price    float64  `json:"price"`
	Gift     bool     `json:"gift"`
	Tags     []string `json:"tags"`
}

// receipt is the answer.
type receipt struct {
	ID       string `json:"id"`
	Articles int    `json:"articles"`
}

func (o order) receipt() receipt {
	r := receipt{ID: o.ID}
	for _, i := range o.Items {
		r.Articles += i.Quantity
	}
	return r
}

// postPayload returns a POST request with 2 KB of JSON that handlers decode
// into a struct.
func postPayload() (Payload, error) {
	data, err := event("post.json")
	if err != nil {
		return Payload{}, err
	}
	router := chi.NewRouter()
	router.Post("/orders", postHTTP)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", postHTTP)
	a, mounted := app.New("orders"), app.New("orders")
	a.Route("/orders", post, app.Methods("POST"))
	httpadapter.Mount(mounted, "/orders", mux)
	contestants, err := contestants(a, mounted, postPlain, router, mux)
	if err != nil {
		return Payload{}, err
	}
	return Payload{"POST of 2 KB", data, `{"id":"o-20260915-77","articles":46}`, contestants}, nil
}

func post(_ context.Context, r *app.Request) (any, error) {
	o, err := app.As[order](r)
	if err != nil {
		return nil, err
	}
	return o.receipt(), nil
}

func postPlain(_ context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	var o order
	if err := json.Unmarshal([]byte(e.Body), &o); err != nil {
		return events.APIGatewayProxyResponse{StatusCode: http.StatusBadRequest}, nil
	}
	return plainJSON(o.receipt())
}

func postHTTP(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writeJSON(w, o.receipt())
}

// OrderBody returns the body of that request.
func OrderBody() ([]byte, error) {
	data, err := event("post.json")
	if err != nil {
		return nil, err
	}
	var e struct{ Body string }
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("decode post.json: %w", err)
	}
	return []byte(e.Body), nil
}

// DecodeOrder decodes the body with encoding/json: that is the least that a POST
// costs those who use it.
func DecodeOrder(body []byte) error {
	var o order
	return json.Unmarshal(body, &o)
}
