package httpadapter

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode"

	"github.com/chalice-go/chalice/app"
)

// Router is what a handler is mounted on: an [*app.App] or an [*app.Blueprint].
type Router interface {
	app.Registrar
	Route(path string, handler app.RouteHandler, options ...app.RouteOption)
}

// Mount sends the requests for a prefix and all paths below it to a handler of
// net/http. "/" mounts it on the whole API. Other routes below the prefix keep
// their requests, since what is more precise wins. But a REST API has no place
// for a parameter right behind the prefix, beside what Mount registers: beside
// Mount(a, "/v1", router) there can be a route /v1/users/{id}, and /v1/{id} is
// one to register in the router.
//
// The options are those of a route and count for the whole subtree: [app.Auth]
// protects it, [app.CORS] has API Gateway answer OPTIONS, which otherwise the
// handler does. Without [app.Methods] the handler gets all methods, and always
// all content types, so [app.ContentTypes] is none of its options. The two
// routes that this registers are named after the prefix, if there is no
// [app.Name].
func Mount(r Router, prefix string, handler http.Handler, options ...app.RouteOption) {
	all := []app.RouteOption{app.AnyMethod(), app.ContentTypes()}
	if !hasName(options) {
		all = append(all, app.Name(nameOf(prefix)))
	}
	all = append(all, options...)
	root, below := paths(prefix)
	serve := adapt(handler)
	r.Route(root, serve, all...)
	r.Route(below, serve, all...)
}

// greedy is the parameter that takes the rest of a path.
const greedy = "proxy"

// paths returns the paths of the two routes of a prefix. One slash at its end is
// as good as none, since net/http writes subtrees with it.
func paths(prefix string) (root, below string) {
	trimmed := strings.TrimSuffix(prefix, "/")
	if trimmed == "" {
		return prefix, "/{" + greedy + "+}" // a prefix that is empty is the app's to report
	}
	return trimmed, trimmed + "/{" + greedy + "+}"
}

func hasName(options []app.RouteOption) bool {
	for _, o := range options {
		if _, ok := o.(app.NameOption); ok {
			return true
		}
	}
	return false
}

// nameOf makes a name of a prefix: api_v1 of /api/v1.
func nameOf(prefix string) string {
	words := strings.FieldsFunc(prefix, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if len(words) == 0 {
		return "root"
	}
	return strings.Join(words, "_")
}

// adapt makes the handler of a route; none of none, which the app reports.
func adapt(handler http.Handler) app.RouteHandler {
	if handler == nil {
		return nil
	}
	return func(ctx context.Context, r *app.Request) (any, error) {
		request, err := newRequest(ctx, r)
		if err != nil {
			return nil, err
		}
		w := &writer{request: request, header: http.Header{}}
		if aborted := w.serve(handler); aborted {
			return abortedResponse(), nil
		}
		return w.response(), nil
	}
}

// abortedResponse is what an unexpected error is answered with, which isn't
// logged: the handler has given up on purpose.
func abortedResponse() *app.Response {
	return &app.Response{
		StatusCode: http.StatusInternalServerError,
		Body:       app.ErrorBody{Code: "InternalServerError", Message: "An internal server error occurred."},
	}
}

// serve calls the handler, and reports whether it gave up on the response with
// [http.ErrAbortHandler]. Any other panic goes on.
func (w *writer) serve(handler http.Handler) (aborted bool) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case error:
			if !errors.Is(v, http.ErrAbortHandler) {
				panic(v)
			}
			aborted = true
		default:
			panic(v)
		}
	}()
	handler.ServeHTTP(w, w.request)
	return false
}
