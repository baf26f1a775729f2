package gateway_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// ready always answers the same.
type ready []byte

func (r ready) Invoke(context.Context, string, []byte) ([]byte, error) { return r, nil }

// BenchmarkFronts passes a request with 20 KB of text through each front to a
// function that answers as much, and reports it by the bodies' bytes: no front
// should be slower than a REST API.
func BenchmarkFronts(b *testing.B) {
	body := strings.Repeat(`{\"a\": 1}`, 2<<10)
	output := ready(`{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"` + body + `"}`)
	sent := strings.ReplaceAll(body, `\`, "")
	for _, front := range types {
		b.Run(strings.ReplaceAll(front.String(), " ", ""), func(b *testing.B) {
			g := gateway.New(gateway.API{
				Type: front, Functions: output,
				Model: &app.Model{Name: "bench", Routes: []app.RouteModel{route("/"), route("/items/{id}", "POST")}},
			})
			b.SetBytes(2 * int64(len(sent)))
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest("POST", "/items/7?q=1", strings.NewReader(sent))
				r.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"*/*"}, "User-Agent": {"bench"}}
				if got := g.Handle(r); got.Status != 200 || len(got.Body) != len(sent) {
					b.Fatalf("got %d, %v", got.Status, got.Err)
				}
			}
		})
	}
}
