// Command witness is an app that returns what reaches it, and answers as its
// requests ask. The scripts of tools/conformance run it with chalice local.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// every are the methods that a route can have.
var every = app.Methods("GET", "PUT", "POST", "HEAD", "DELETE", "PATCH", "OPTIONS")

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("witness")
	token := a.Authorizer(checkToken, app.Header("X-Token"))
	fresh := a.Authorizer(checkAnew, app.Header("X-Token"), app.TTL(0))
	broken := a.Authorizer(checkNothing)

	a.Route("/", greet)
	a.Route("/echo/{name}", echo, every, app.ContentTypes())
	a.Route("/files/{path+}", echo, app.Name("files"), app.Methods("GET", "POST"), app.ContentTypes())
	a.Route("/users/me", echo, app.Name("me"))
	a.Route("/users/{id}", echo, app.Name("user"))
	a.Route("/json", echoJSON, app.Methods("POST"))

	a.Route("/keyed", echo, app.Name("keyed"), app.APIKeyRequired())
	a.Route("/private/{what}", echo, app.Name("private"), app.Auth(token), app.Methods("GET", "POST"), app.ContentTypes())
	a.Route("/fresh", echo, app.Name("fresh"), app.Auth(fresh))
	a.Route("/closed", echo, app.Name("closed"), app.Auth(broken))

	a.Route("/open", echo, app.Name("open"), app.Methods("GET", "POST"), app.ContentTypes(), app.CORS())
	a.Route("/partners", echo, app.Name("partners"), app.CORS(app.CORSConfig{
		AllowOrigin: "https://partner.example", AllowCredentials: true, MaxAge: new(600), ExposeHeaders: []string{"X-Count"},
	}))

	a.Route("/status/{code}", status)
	a.Route("/image", image)
	a.Route("/headers", headers)
	a.Route("/bytes/{count}", lots)
	a.Route("/slow/{milliseconds}", slow)
	a.Route("/crash", crash)
	a.Route("/exit", exit)
	a.LambdaFunction(double)
	a.OnWSMessage(repeat)
	return a
}

func greet(ctx context.Context, r *app.Request) (any, error) {
	slog.InfoContext(ctx, "a greeting is wanted", "of", r.Header("User-Agent"))
	return map[string]string{"hello": "world"}, nil
}

// echo returns the event.
func echo(_ context.Context, r *app.Request) (any, error) { return r.Raw(), nil }

func echoJSON(_ context.Context, r *app.Request) (any, error) { return r.JSONBody() }

// status answers with the status that the path names.
func status(_ context.Context, r *app.Request) (any, error) {
	code, err := strconv.Atoi(r.Param("code"))
	if err != nil {
		return nil, app.BadRequest("no number")
	}
	return &app.Response{StatusCode: code, Body: "as asked", Headers: map[string]string{"Content-Type": "text/plain"}}, nil
}

func image(context.Context, *app.Request) (any, error) {
	return &app.Response{Body: []byte("\x89PNG\r\n\x00\xff"), Headers: map[string]string{"Content-Type": "image/png"}}, nil
}

// headers returns headers that API Gateway handles in a special way.
func headers(context.Context, *app.Request) (any, error) {
	return &app.Response{
		Body:              "",
		Headers:           map[string]string{"Date": "yesterday", "Connection": "close", "Server": "mine", "Transfer-Encoding": "chunked", "x-Mixed-CASE": "1"},
		MultiValueHeaders: map[string][]string{"Set-Cookie": {"a=1; Path=/", "b=2"}, "X-Several": {"1", "2"}},
	}, nil
}

// lots returns as many bytes as the path says.
func lots(_ context.Context, r *app.Request) (any, error) {
	count, err := strconv.Atoi(r.Param("count"))
	if err != nil || count < 0 || count > 16<<20 {
		return nil, app.BadRequest("no number")
	}
	return string(bytes.Repeat([]byte("x"), count)), nil
}

func slow(ctx context.Context, r *app.Request) (any, error) {
	ms, err := strconv.Atoi(r.Param("milliseconds"))
	if err != nil {
		return nil, app.BadRequest("no number")
	}
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
	case <-ctx.Done():
	}
	return os.Getpid(), nil
}

func crash(context.Context, *app.Request) (any, error) { panic("crashed, as asked") }

func exit(context.Context, *app.Request) (any, error) {
	os.Exit(3)
	return nil, nil
}

// asked counts the invocations of the authorizers.
var asked atomic.Int64

// checkToken knows the tokens allow, only:PATH, policy and list. For
// unauthorized it returns an error, and it allows nothing for any other.
func checkToken(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	answer := &app.AuthResponse{PrincipalID: "ada", Context: map[string]any{"asked": asked.Add(1), "sure": true}}
	word, path, _ := strings.Cut(r.Token(), ":")
	switch word {
	case "allow":
		answer.Routes = app.AuthRoutes("*")
	case "only":
		answer.Routes = []app.AuthRoute{{Path: path, Methods: []string{"GET"}}}
	case "policy":
		answer.Policy = json.RawMessage(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"},
			{"Effect":"Deny","Action":"execute-api:Invoke","Resource":"*/GET/private/secrets"}]}`)
	case "list":
		answer.Routes, answer.Context = app.AuthRoutes("*"), map[string]any{"roles": []string{"a"}}
	case "unauthorized":
		return nil, errors.New("Unauthorized")
	}
	return answer, nil
}

func checkAnew(ctx context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	return checkToken(ctx, r)
}

func checkNothing(context.Context, *app.AuthRequest) (*app.AuthResponse, error) {
	return nil, errors.New("the lock is broken")
}

// repeat answers a message of a websocket with the same text.
func repeat(_ context.Context, e *app.WebsocketEvent) (any, error) { return e.Body(), nil }

func double(_ context.Context, event json.RawMessage) (any, error) {
	return []json.RawMessage{event, event}, nil
}
