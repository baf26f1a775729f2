package bench

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/go-chi/chi/v5"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/httpadapter"
)

// manyRoutes is the number of routes of the payload's app.
const manyRoutes = 200

// patterns returns the paths of some routes with three parameters each. They
// always include the 137th, which the event asks for.
func patterns(routes int) []string {
	first := max(0, 140-routes)
	all := make([]string, routes)
	for i := range all {
		all[i] = fmt.Sprintf("/shops/{shop}/orders%d/{order}/items/{item}", first+i)
	}
	return all
}

// paramsPayload returns a GET request with three parameters, for one of many
// routes.
func paramsPayload() (Payload, error) {
	data, err := event("params.json")
	if err != nil {
		return Payload{}, err
	}
	router, mux := chi.NewRouter(), http.NewServeMux()
	plain := map[string]plainHandler{}
	for _, path := range patterns(manyRoutes) {
		router.Get(path, paramsHTTP)
		mux.HandleFunc("GET "+path, paramsHTTP)
		plain[path] = paramsPlain
	}
	mounted := app.New("params")
	httpadapter.Mount(mounted, "/", mux)
	route := func(ctx context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		return plain[e.Resource](ctx, e)
	}
	contestants, err := contestants(paramsApp(manyRoutes), mounted, route, router, mux)
	if err != nil {
		return Payload{}, err
	}
	for i := range contestants {
		if contestants[i].Name == OursHTTP { // its API has a single route, for all paths
			if contestants[i].Event, err = event("params_proxied.json"); err != nil {
				return Payload{}, err
			}
		}
	}
	return Payload{"3 parameters, 200 routes", data, `{"item":"3","order":"o-20260915-77","shop":"paris-12"}`, contestants}, nil
}

// paramsApp returns our app with some routes.
func paramsApp(routes int) *app.App {
	a := app.New("params")
	for _, path := range patterns(routes) {
		a.Route(path, params)
	}
	return a
}

// WithRoutes returns our handler for the payload with parameters, with more or
// fewer routes.
func WithRoutes(routes int) (lambda.Handler, error) { return handler(paramsApp(routes)) }

func params(_ context.Context, r *app.Request) (any, error) {
	return map[string]string{"shop": r.Param("shop"), "order": r.Param("order"), "item": r.Param("item")}, nil
}

func paramsPlain(_ context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	p := e.PathParameters
	return plainJSON(map[string]string{"shop": p["shop"], "order": p["order"], "item": p["item"]})
}

func paramsHTTP(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, map[string]string{"shop": r.PathValue("shop"), "order": r.PathValue("order"), "item": r.PathValue("item")})
}
