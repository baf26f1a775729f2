package dispatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// BenchmarkHello answers a GET request of 3 KB from bytes to bytes.
func BenchmarkHello(b *testing.B) {
	a := app.New("hello")
	a.Route("/hello", hello)
	benchmark(b, a, helloEvent(b))
}

// BenchmarkHelloMiddleware has one middleware around it.
func BenchmarkHelloMiddleware(b *testing.B) {
	a := app.New("hello")
	a.Use(func(next app.Handler) app.Handler { return next })
	a.Route("/hello", hello)
	benchmark(b, a, helloEvent(b))
}

// BenchmarkParams reads three parameters. The number of routes should make no
// difference.
func BenchmarkParams(b *testing.B) {
	const path = "/users/{user}/books/{book}/pages/{page}"
	for _, routes := range []int{10, 200, 1000} {
		b.Run(fmt.Sprint(routes), func(b *testing.B) {
			a := app.New("params")
			for i := range routes - 1 {
				a.Route(fmt.Sprintf("/other/%d/{x}", i), hello)
			}
			a.Route(path, func(_ context.Context, r *app.Request) (any, error) {
				return r.Param("user") + r.Param("book") + r.Param("page"), nil
			}, app.Name("page"))
			event := strings.Replace(string(helloEvent(b)), `"pathParameters":null`, `"pathParameters":{"user":"7","book":"978-3","page":"12"}`, 1)
			event = strings.Replace(event, `"resourcePath":"/hello"`, `"resourcePath":"`+path+`"`, 1)
			benchmark(b, a, []byte(event))
		})
	}
}

// order is what the POST request holds.
type order struct {
	ID    string
	Lines []struct {
		Article string
		Count   int
		Price   float64
		Notes   []string
	}
}

// BenchmarkPost decodes a body of 2 KB into a struct. BenchmarkPostBody
// measures encoding/json's share of it.
func BenchmarkPost(b *testing.B) {
	a := app.New("post")
	a.Route("/hello", func(_ context.Context, r *app.Request) (any, error) {
		o, err := app.As[order](r)
		return o.ID, err
	}, app.Name("post"))
	event := strings.Replace(string(helloEvent(b)), `"body":null`, `"body":`+quote(orderJSON()), 1)
	benchmark(b, a, []byte(event))
}

func BenchmarkPostBody(b *testing.B) {
	data := []byte(orderJSON())
	b.ReportAllocs()
	for b.Loop() {
		var o order
		if err := json.Unmarshal(data, &o); err != nil {
			b.Fatal(err)
		}
	}
}

// typedOrder is an order with what a typed route asks of one. [app.As] doesn't look at the
// tags.
type typedOrder struct {
	ID    string      `minLength:"1" maxLength:"36"`
	Lines []typedLine `minItems:"1" maxItems:"100"`
}

type typedLine struct {
	Article string   `minLength:"10" maxLength:"20"`
	Count   int      `minimum:"1" maximum:"1000"`
	Price   float64  `minimum:"0" maximum:"100000"`
	Notes   []string `maxItems:"5" maxLength:"100"`
}

// patternOrder also asks for a pattern, which costs as much as its regular expression.
type patternOrder struct {
	ID    string        `minLength:"1" maxLength:"36"`
	Lines []patternLine `minItems:"1" maxItems:"100"`
}

type patternLine struct {
	Article string   `pattern:"^97[89]-[0-9-]+$"`
	Count   int      `minimum:"1" maximum:"1000"`
	Price   float64  `minimum:"0" maximum:"100000"`
	Notes   []string `maxItems:"5" enum:"gift,leave with the neighbours"`
}

// receipt is what an order is answered with.
type receipt struct{ ID string }

// BenchmarkTyped decodes a body of 2 KB into a struct, by app.As without validation, and by
// typed routes with it. Typed should be at most 1.15 times As.
func BenchmarkTyped(b *testing.B) {
	event := []byte(strings.Replace(string(helloEvent(b)), `"body":null`, `"body":`+quote(orderJSON()), 1))
	for _, c := range []struct {
		name    string
		declare func(a *app.App)
	}{
		{"As", func(a *app.App) {
			a.Route("/hello", func(_ context.Context, r *app.Request) (any, error) {
				o, err := app.As[typedOrder](r)
				return &receipt{o.ID}, err
			}, app.Name("post"), app.Methods("POST"))
		}},
		{"Typed", func(a *app.App) {
			app.TypedRoute(a, "/hello", func(_ context.Context, o *typedOrder) (*receipt, error) {
				return &receipt{o.ID}, nil
			}, app.Name("post"), app.Methods("POST"))
		}},
		{"Pattern", func(a *app.App) {
			app.TypedRoute(a, "/hello", func(_ context.Context, o *patternOrder) (*receipt, error) {
				return &receipt{o.ID}, nil
			}, app.Name("post"), app.Methods("POST"))
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			a := app.New("post")
			c.declare(a)
			benchmark(b, a, []byte(strings.Replace(string(event), `"httpMethod":"GET"`, `"httpMethod":"POST"`, -1)))
		})
	}
}

// orderJSON is a body of 2 KB.
func orderJSON() string {
	line := `{"Article":"978-3-16-148410-0","Count":3,"Price":17.95,"Notes":["gift","leave with the neighbours"]}`
	return `{"ID":"7","Lines":[` + strings.Repeat(line+",", 19) + line + `]}`
}

func hello(context.Context, *app.Request) (any, error) {
	return map[string]string{"hello": "world"}, nil
}

func helloEvent(b *testing.B) []byte {
	b.Helper()
	return eventOf(b, "hello.json")
}

func eventOf(b *testing.B, file string) []byte {
	b.Helper()
	event, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		b.Fatal(err)
	}
	return event
}

// helloEvents are the events of the same request through each front.
var helloEvents = map[string]string{"REST": "hello.json", "HTTP": "hello-http.json", "URL": "hello-url.json", "LoadBalancer": "hello-alb.json"}

// BenchmarkFronts answers the same request through each front, without a body
// and with 20 KB, and reports it by the events' bytes: no front should be slower
// than a REST API.
func BenchmarkFronts(b *testing.B) {
	body := strings.Repeat(orderJSON(), 10)
	for _, front := range slices.Sorted(maps.Keys(helloEvents)) {
		event := string(eventOf(b, helloEvents[front]))
		without := strings.NewReplacer(`"body":null,`, "", `"body":"",`, "").Replace(event)
		for size, event := range map[string]string{
			"GET":  event,
			"20KB": strings.Replace(without, `"isBase64Encoded":`, `"body":`+quote(body)+`,"isBase64Encoded":`, 1),
		} {
			b.Run(front+"/"+size, func(b *testing.B) {
				a := app.New("fronts")
				a.Route("/hello", func(_ context.Context, r *app.Request) (any, error) {
					body, err := r.Body()
					return len(body), err
				}, app.Name("length"))
				b.SetBytes(int64(len(event)))
				benchmark(b, a, []byte(event))
			})
		}
	}
}

// BenchmarkEach handles a batch of 100 messages of a queue, in a loop by hand, one by one by
// app.Each, and side by side. What Each does besides is a goroutine for the batch, and a
// deferred function for each message; a deadline costs both of them the same.
func BenchmarkEach(b *testing.B) {
	handle := func(_ context.Context, r *app.SQSRecord) error {
		if r.Body() == "" {
			return errors.New("it is empty")
		}
		return nil
	}
	var records []string
	for i := range 100 {
		records = append(records, fmt.Sprintf(`{"messageId":"059f36b4-87a3-44ab-83d2-%012d","receiptHandle":"AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...","body":"Test message.","attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1545082649183","SenderId":"AIDAIENQZJOLO23YVJ4VO","ApproximateFirstReceiveTimestamp":"1545082649185"},"messageAttributes":{},"md5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-2:123456789012:my-queue","awsRegion":"us-east-2"}`, i))
	}
	event := []byte(`{"Records":[` + strings.Join(records, ",") + `]}`)
	byHand := func(ctx context.Context, e *app.SQSEvent) error {
		var failed app.BatchItemFailures
		for _, r := range e.Records() {
			if handle(ctx, r) != nil {
				failed = append(failed, r.MessageID())
			}
		}
		return failed
	}
	for name, handler := range map[string]func(context.Context, *app.SQSEvent) error{
		"ByHand": byHand, "Each": app.Each(handle), "Parallel": app.Each(handle, app.Parallel(10)),
	} {
		b.Run(name, func(b *testing.B) {
			a := app.New("each")
			a.OnSQSMessage("q", handler, app.Name("work"), app.PartialBatch())
			h, err := dispatch.NewHandler(a, "work")
			if err != nil {
				b.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
			defer cancel()
			b.SetBytes(int64(len(event)))
			b.ReportAllocs()
			for b.Loop() {
				if out, err := h.Invoke(ctx, event); err != nil || string(out) != `{"batchItemFailures":[]}` {
					b.Fatalf("%s, %v", out, err)
				}
			}
		})
	}
}

// benchmark answers a request again and again.
func benchmark(b *testing.B, a *app.App, event []byte) {
	b.Helper()
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	out, err := h.Invoke(ctx, event)
	if err != nil || !strings.Contains(string(out), `"statusCode":200`) {
		b.Fatalf("%s, %v", out, err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Invoke(ctx, event); err != nil {
			b.Fatal(err)
		}
	}
}
