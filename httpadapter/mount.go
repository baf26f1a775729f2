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
// their requests, since the more precise path wins. But a REST API allows no
// parameter right behind the prefix beside those that Mount registers: beside
// Mount(a, "/v1", router) there can be a route /v1/users/{id}, but /v1/{id} has
// to be a route of the router.
// The options are those of a route and apply to the whole subtree: [app.Auth]
// protects it; with [app.CORS] API Gateway answers OPTIONS, which the handler
// does otherwise. Without [app.Methods] the handler gets all methods. It always
// gets all content types, so [app.ContentTypes] isn't an option here. Without
// [app.Name] the two routes that Mount registers are named after the prefix.
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

// paths returns the paths of the two routes of a prefix. A slash at its end is
// ignored, since net/http writes subtrees with one.
func paths(prefix string) (root, below string) {
	trimmed := strings.TrimSuffix(prefix, "/")
	if trimmed == "" {
		return prefix, "/{" + greedy + "+}" // the app reports an empty prefix
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

// nameOf makes a name of a prefix, such as api_v1 of /api/v1.
func nameOf(prefix string) string {
	words := strings.FieldsFunc(prefix, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if len(words) == 0 {
		return "root"
	}
	return strings.Join(words, "_")
}

// adapt makes the handler of a route. Of a nil handler it makes nil, which the
// app reports.
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

// abortedResponse is the response after an abort. It is that of an unexpected
// error, but nothing is logged, as the handler gave up deliberately.
func abortedResponse() *app.Response {
	return &app.Response{
		StatusCode: http.StatusInternalServerError,
		Body:       app.ErrorBody{Code: "InternalServerError", Message: "An internal server error occurred."},
	}
}

// serve calls the handler, and reports whether it gave up on the response with
// [http.ErrAbortHandler]. It doesn't recover other panics.
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
