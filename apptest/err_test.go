package apptest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// newFailing returns an app whose routes fail in all ways that there are.
func newFailing() *app.App {
	a := app.New("failing")
	a.Route("/error", func(context.Context, *app.Request) (any, error) { return nil, fmt.Errorf("open: %w", errBroken) }, app.Name("error"))
	a.Route("/server", func(context.Context, *app.Request) (any, error) {
		return nil, &app.Error{Status: 503, Code: "Busy", Message: "sorry", Cause: errBroken}
	}, app.Name("server"))
	a.Route("/client", func(context.Context, *app.Request) (any, error) { return nil, app.NotFound("no such thing") }, app.Name("client"))
	a.Route("/panic", func(context.Context, *app.Request) (any, error) { panic(errBroken) }, app.Name("panic"))
	a.Route("/text", func(context.Context, *app.Request) (any, error) { panic("a text") }, app.Name("text"))
	a.Route("/result", func(context.Context, *app.Request) (any, error) { return make(chan int), nil }, app.Name("result"))
	a.Route("/header", func(context.Context, *app.Request) (any, error) {
		return &app.Response{Headers: map[string]string{"A": "b\nc"}}, nil
	}, app.Name("header"))
	a.Route("/own", func(context.Context, *app.Request) (any, error) {
		return &app.Response{StatusCode: 500, Body: "own"}, nil
	}, app.Name("own"))
	a.Route("/middleware", index, app.Name("middleware"))
	a.Route("/mended", func(context.Context, *app.Request) (any, error) { return nil, errBroken }, app.Name("mended"))
	a.UseFor(app.HTTP, func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			switch event.(*app.Request).Path() {
			case "/middleware":
				return nil, errBroken
			case "/mended":
				next(ctx, event)
				return &app.Response{Body: "mended"}, nil
			}
			return next(ctx, event)
		}
	})
	return a
}

// TestErr: a test finds in Err what a client isn't told.
func TestErr(t *testing.T) {
	quiet(t)
	client := apptest.NewClient(t, newFailing()).HTTP
	for path, want := range map[string]struct {
		status int
		err    string // a part of the error; empty: there is none
		is     error
		panics bool
	}{
		"/error":      {500, "open: the lock is broken", errBroken, false},
		"/server":     {503, "", errBroken, false},
		"/client":     {404, "", nil, false},
		"/panic":      {500, "panic: the lock is broken", errBroken, true},
		"/text":       {500, "panic: a text", nil, true},
		"/result":     {500, "chan int", nil, false},
		"/header":     {500, "bad value for header 'A'", nil, false},
		"/own":        {500, "", nil, false},
		"/middleware": {500, "the lock is broken", errBroken, false},
		"/mended":     {200, "", nil, false},
		"/nowhere":    {403, "", nil, false},
	} {
		t.Run(path, func(t *testing.T) {
			got := client.Get(path)
			if got.Status != want.status {
				t.Errorf("got status %d, want %d", got.Status, want.status)
			}
			if failed := want.err != "" || want.is != nil; failed != (got.Err != nil) {
				t.Fatalf("got error %v", got.Err)
			}
			if got.Err == nil {
				return
			}
			if !strings.Contains(got.Err.Error(), want.err) || want.is != nil && !errors.Is(got.Err, want.is) {
				t.Errorf("got error %v, want %s", got.Err, want.err)
			}
			var panicked *apptest.PanicError
			if errors.As(got.Err, &panicked) != want.panics {
				t.Errorf("got a %T", got.Err)
			}
			if want.panics && !strings.Contains(string(panicked.Stack), "err_test.go") {
				t.Errorf("the stack doesn't tell where:\n%s", panicked.Stack)
			}
		})
	}
}

// TestErrOfAuthorizer: Err has also what fails in an authorizer, with the place
// where that was registered.
func TestErrOfAuthorizer(t *testing.T) {
	quiet(t)
	got := apptest.NewClient(t, newShop()).HTTP.Get("/closed", apptest.Header("Authorization", "t"))
	if got.Status != 500 || got.Err == nil {
		t.Fatalf("got status %d, error %v", got.Status, got.Err)
	}
	what, places, _ := strings.Cut(got.Err.Error(), "\n")
	if what != "authorizer brokenAuthorizer failed: the lock is broken" || !strings.Contains(places, "authorizer is registered at apptest/internal/shop/shop.go:") {
		t.Errorf("got error %v", got.Err)
	}
}

// newSlow returns an app whose handlers take long, and one of which ends its
// test.
func newSlow(t testing.TB) *app.App {
	a := app.New("slow")
	a.Route("/deaf", func(ctx context.Context, r *app.Request) (any, error) {
		time.Sleep(30 * time.Second)
		return "late", nil
	}, app.Name("deaf"))
	a.Route("/listens", func(ctx context.Context, r *app.Request) (any, error) {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}, app.Name("listens"))
	a.Route("/fatal", func(ctx context.Context, r *app.Request) (any, error) {
		t.FailNow()
		return nil, nil
	}, app.Name("fatal"))
	a.Route("/ends", func(ctx context.Context, r *app.Request) (any, error) {
		_, limited := ctx.Deadline()
		return map[string]any{"value": ctx.Value(slowKey{}), "limited": limited}, nil
	}, app.Name("ends"))
	a.LambdaFunction(func(ctx context.Context, in json.RawMessage) (any, error) {
		time.Sleep(time.Hour)
		return nil, nil
	}, app.Name("sleeps"))
	return a
}

type slowKey struct{}

// TestGatewayTimeout: API Gateway waits for 29 seconds, whether or not the
// handler ends with its context.
func TestGatewayTimeout(t *testing.T) {
	for _, path := range []string{"/deaf", "/listens"} {
		t.Run(path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				quiet(t)
				start := time.Now()
				got := apptest.NewClient(t, newSlow(t)).HTTP.Get(path)
				if took := time.Since(start).Round(time.Second); got.Status != 504 || took != 29*time.Second {
					t.Errorf("got status %d after %v", got.Status, took)
				}
				if got.Text() != `{"message": "Endpoint request timed out"}` || got.Err == nil {
					t.Errorf("got %s, error %v", got.Text(), got.Err)
				}
				time.Sleep(time.Minute) // the handler ends before that
			})
		})
	}
}

// TestFunctionTimeout: Lambda ends a function that takes longer than configured.
func TestFunctionTimeout(t *testing.T) {
	dir := project(t, `{"version": "2.0", "app_name": "slow", "lambda_timeout": 10}`)
	synctest.Test(t, func(t *testing.T) {
		client := apptest.NewClient(t, newSlow(t), apptest.ProjectDir(dir))
		_, err := client.Lambda.Invoke("sleeps", nil)
		var late *apptest.TimeoutError
		if !errors.As(err, &late) || late.Function != "sleeps" || late.Timeout != 10*time.Second || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got error %v", err)
		}
		got := client.HTTP.Get("/deaf")
		if got.Status != 502 || !errors.As(got.Err, &late) {
			t.Errorf("got status %d, error %v", got.Status, got.Err)
		}
		time.Sleep(2 * time.Hour)
	})
}

// TestContext: a handler's context is derived from the request's.
func TestContext(t *testing.T) {
	client := apptest.NewClient(t, newSlow(t))
	ctx := context.WithValue(t.Context(), slowKey{}, "mine")
	const want = `{"limited":true,"value":"mine"}`
	if got := client.HTTP.Get("/ends", apptest.Context(ctx)).Text(); got != want {
		t.Errorf("Get: got %s, want %s", got, want)
	}
	if got := client.HTTP.Do(apptest.Request{Path: "/ends", Context: ctx}).Text(); got != want {
		t.Errorf("Do: got %s, want %s", got, want)
	}
	quiet(t)
	ended, end := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer end()
	if got := client.HTTP.Get("/listens", apptest.Context(ended)); got.Status < 500 || !errors.Is(got.Err, context.DeadlineExceeded) {
		t.Errorf("got status %d, error %v", got.Status, got.Err)
	}
	if _, err := client.Lambda.InvokeContext(ended, "sleeps", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v", err)
	}
}

// TestFailNow: a handler that calls FailNow ends the test that waits for it.
func TestFailNow(t *testing.T) {
	ended := &ending{TB: t}
	done := make(chan bool)
	returned := false
	go func() {
		defer close(done)
		apptest.NewClient(t, newSlow(ended)).HTTP.Get("/fatal")
		returned = true
	}()
	<-done
	if returned {
		t.Error("the test went on")
	}
}
