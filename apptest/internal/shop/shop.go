// Package shop is an app with a bit of everything. Tests of package apptest call
// it in process, and again as a program behind chalice local.
package shop

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/app"
)

// New makes the app.
func New() *app.App {
	a := app.New("shop")
	auth := a.Authorizer(checkToken, app.Header("X-Token"))
	broken := a.Authorizer(brokenAuthorizer)
	a.Route("/", index)
	a.Route("/echo/{name}", echo, app.Methods("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"), app.ContentTypes())
	a.Route("/image", image)
	a.Route("/cookies", cookies, app.CORS())
	a.Route("/teapot", teapot)
	a.Route("/crash", crash)
	a.Route("/json", takeJSON, app.Methods("POST"))
	a.Route("/private", private, app.Auth(auth))
	a.Route("/private/admin", private, app.Auth(auth), app.Name("admin"))
	a.Route("/closed", private, app.Auth(broken), app.Name("closed"))
	a.Route("/variable", variable)
	a.LambdaFunction(double)
	a.LambdaFunction(fail)
	a.LambdaFunction(panics)
	a.LambdaFunction(panics2)
	a.LambdaFunction(who)
	a.LambdaFunction(variables)
	a.LambdaFunction(variables2)
	a.OnWSMessage(message)
	a.UseFor(app.HTTP, shortcut)
	return a
}

func index(ctx context.Context, r *app.Request) (any, error) {
	return map[string]string{"hello": "world"}, nil
}

// echo returns what it was called with.
func echo(ctx context.Context, r *app.Request) (any, error) {
	body, err := r.Body()
	return map[string]any{
		"method": r.Method(), "name": r.Param("name"), "q": r.QueryAll("q"),
		"x": r.Header("X-Header"), "type": r.Header("Content-Type"), "body": string(body),
		"stage": r.ContextValue("stage"),
	}, err
}

func image(ctx context.Context, r *app.Request) (any, error) {
	return &app.Response{Body: []byte{0xfe, 0xed}, Headers: map[string]string{"content-type": "image/png"}}, nil
}

func cookies(ctx context.Context, r *app.Request) (any, error) {
	return &app.Response{Body: "", StatusCode: 202, MultiValueHeaders: map[string][]string{"Set-Cookie": {"a=1", "b=2"}}}, nil
}

func teapot(ctx context.Context, r *app.Request) (any, error) {
	return nil, app.NewError(418, "Teapot", "short and stout")
}

func crash(ctx context.Context, r *app.Request) (any, error) { panic("crashed") }

func takeJSON(ctx context.Context, r *app.Request) (any, error) { return r.JSONBody() }

func private(ctx context.Context, r *app.Request) (any, error) {
	return r.Context()["authorizer"], nil
}

func variable(ctx context.Context, r *app.Request) (any, error) { return os.Getenv("SHOP_V"), nil }

// shortcut is middleware that returns something that isn't a response if it is
// asked to.
func shortcut(next app.Handler) app.Handler {
	return func(ctx context.Context, event any) (any, error) {
		if r, ok := event.(*app.Request); ok && r.Query("shortcut") != "" {
			return "no response", nil
		}
		return next(ctx, event)
	}
}

func checkToken(ctx context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	switch r.Token() {
	case "admin":
		return &app.AuthResponse{Routes: app.AuthRoutes("/*"), PrincipalID: "root", Context: map[string]any{"level": 5}}, nil
	case "user":
		return &app.AuthResponse{Routes: []app.AuthRoute{{Path: "/private", Methods: []string{"GET"}}}, PrincipalID: "ada"}, nil
	case "policy":
		return &app.AuthResponse{PrincipalID: "p", Policy: json.RawMessage(
			`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*/admin"}]}`)}, nil
	case "none":
		return nil, nil
	case "unauthorized":
		return nil, errors.New("Unauthorized")
	}
	return &app.AuthResponse{}, nil
}

func brokenAuthorizer(ctx context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	return nil, ErrBroken
}

// The errors that handlers return.
var (
	ErrBroken = errors.New("the lock is broken")
	ErrFail   = errors.New("failed as asked")
)

func double(ctx context.Context, in json.RawMessage) (any, error) {
	return []json.RawMessage{in, in}, nil
}

func fail(ctx context.Context, in json.RawMessage) (any, error) { return nil, ErrFail }

func panics(ctx context.Context, in json.RawMessage) (any, error) { panic(ErrFail) }

func panics2(ctx context.Context, in json.RawMessage) (any, error) { panic("a text") }

// who returns what Lambda says about the invocation.
func who(ctx context.Context, in json.RawMessage) (any, error) {
	c, _ := lambdacontext.FromContext(ctx)
	_, limited := ctx.Deadline()
	return map[string]any{"id": len(c.AwsRequestID), "arn": c.InvokedFunctionArn, "limited": limited}, nil
}

// variables returns variables of its environment.
func variables(ctx context.Context, in json.RawMessage) (any, error) {
	found := map[string]string{}
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "SHOP_") {
			found[name] = value
		}
	}
	return found, nil
}

func variables2(ctx context.Context, in json.RawMessage) (any, error) { return variables(ctx, in) }

func message(ctx context.Context, e *app.WebsocketEvent) (any, error) {
	return map[string]any{"body": e.ConnectionID() + " says " + e.Body()}, nil
}
