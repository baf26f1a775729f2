package dispatch_test

import (
	"context"
	"os"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// BenchmarkHello answers a GET request of 3 KB from bytes to bytes.
func BenchmarkHello(b *testing.B) {
	a := app.New("hello")
	a.Route("/hello", hello)
	invoke(b, a, "hello.json")
}

func hello(context.Context, *app.Request) (any, error) {
	return map[string]string{"hello": "world"}, nil
}

// invoke answers a request of testdata over and over.
func invoke(b *testing.B, a *app.App, file string) {
	b.Helper()
	event, err := os.ReadFile("testdata/" + file)
	if err != nil {
		b.Fatal(err)
	}
	h, err := dispatch.Handler(a, app.RESTHandler)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Invoke(ctx, event); err != nil {
			b.Fatal(err)
		}
	}
}
