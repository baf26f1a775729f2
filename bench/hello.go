package bench

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/go-chi/chi/v5"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/httpadapter"
)

// helloPayload returns a GET request that is answered with a little JSON.
func helloPayload() (Payload, error) {
	data, err := event("hello.json")
	if err != nil {
		return Payload{}, err
	}
	router := chi.NewRouter()
	router.Get("/hello", helloHTTP)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", helloHTTP)
	a, mounted := app.New("hello"), app.New("hello")
	a.Route("/hello", hello)
	httpadapter.Mount(mounted, "/hello", mux)
	contestants, err := contestants(a, mounted, helloPlain, router, mux)
	if err != nil {
		return Payload{}, err
	}
	contestants = append(contestants, Contestant{Name: Scanner, Handler: scanner{}})
	return Payload{"hello", data, `{"hello":"world"}`, contestants}, nil
}

func hello(context.Context, *app.Request) (any, error) {
	return map[string]string{"hello": "world"}, nil
}

func helloPlain(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return plainJSON(map[string]string{"hello": "world"})
}

func helloHTTP(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, map[string]string{"hello": "world"})
}

// plainJSON makes a response as users of aws-lambda-go do.
func plainJSON(value any) (events.APIGatewayProxyResponse, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	return events.APIGatewayProxyResponse{
		StatusCode: http.StatusOK,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       string(body),
	}, nil
}

// writeJSON makes a response as users of net/http do.
func writeJSON(w http.ResponseWriter, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(body)
}

// plainHandler is a typed handler of aws-lambda-go.
type plainHandler = func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// contestants returns the ways to serve a payload.
func contestants(a, mounted *app.App, plain plainHandler, router *chi.Mux, mux *http.ServeMux) ([]Contestant, error) {
	ours, err := handler(a)
	if err != nil {
		return nil, err
	}
	oursHTTP, err := handler(mounted)
	if err != nil {
		return nil, err
	}
	return []Contestant{
		{Name: Ours, Handler: ours},
		{Name: OursHTTP, Handler: oursHTTP},
		{Name: Plain, Handler: lambda.NewHandler(plain)},
		{Name: ProxyChi, Handler: proxyChi(router)},
		{Name: ProxyNetHTTP, Handler: proxyHTTP(mux)},
	}, nil
}
