package bench_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/bench"
)

func payloads(tb testing.TB) []bench.Payload {
	tb.Helper()
	all, err := bench.Payloads()
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// TestAnswers: all contestants do the same work.
func TestAnswers(t *testing.T) {
	for _, p := range payloads(t) {
		for _, c := range p.Contestants {
			t.Run(p.Name+"/"+c.Name, func(t *testing.T) {
				out, err := p.Invoke(t.Context(), c)
				if err != nil {
					t.Fatal(err)
				}
				var answer struct {
					StatusCode int
					Body       string
				}
				if err := json.Unmarshal(out, &answer); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				if answer.StatusCode != 200 || strings.TrimSuffix(answer.Body, "\n") != p.Want {
					t.Errorf("want 200 %s, got %s", p.Want, out)
				}
			})
		}
	}
}

// TestSizes: the events have the sizes that their names say.
func TestSizes(t *testing.T) {
	body, err := bench.OrderBody()
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string][2]int{"body": {2000, len(body)}}
	for _, p := range payloads(t) {
		if p.Name == "hello" {
			sizes["hello"] = [2]int{3000, len(p.Event)}
		}
	}
	for name, size := range sizes {
		if want, got := size[0], size[1]; got < want*9/10 || got > want*11/10 {
			t.Errorf("%s: want about %d bytes, got %d", name, want, got)
		}
	}
}

func BenchmarkInvoke(b *testing.B) {
	for _, p := range payloads(b) {
		for _, c := range p.Contestants {
			b.Run(p.Name+"/"+c.Name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := p.Invoke(context.Background(), c); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkRoutes(b *testing.B) {
	event := payloads(b)[1].Event
	for _, routes := range []int{10, 200, 1000} {
		b.Run(fmt.Sprint(routes), func(b *testing.B) {
			h, err := bench.WithRoutes(routes)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := h.Invoke(context.Background(), event); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestValidates: who validates refuses an order that violates one constraint.
func TestValidates(t *testing.T) {
	p := payloads(t)[3]
	event := strings.Replace(string(p.Event), `\"quantity\":`, `\"quantity\":-`, 1)
	for _, c := range p.Contestants {
		out, err := c.Handler.Invoke(t.Context(), []byte(event))
		if want := c.Name != bench.OursAs; err != nil || strings.Contains(string(out), `"statusCode":422`) != want {
			t.Errorf("%s: %s, %v", c.Name, out, err)
		}
	}
}
