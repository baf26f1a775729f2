package dispatch_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// TestConcurrentInvocations: an app answers many requests at a time, and each
// uses memory that another one has used before.
func TestConcurrentInvocations(t *testing.T) {
	a := app.New("concurrent")
	a.Route("/{id}", func(_ context.Context, r *app.Request) (any, error) {
		body, err := r.Body()
		return map[string]any{"id": r.Param("id"), "body": string(body), "struct": named{B: 1}}, err
	}, app.Name("route"), app.CORS())
	a.Use(func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) { return next(ctx, event) }
	})
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for worker := range 64 {
		all.Go(func() {
			var buffer []byte
			for n := range 50 {
				id := fmt.Sprintf("%d-%d", worker, n)
				body := strings.Repeat(id, n)
				buffer = append(buffer[:0], get("/{id}", `"pathParameters":{"id":"`+id+`"},"body":"`+body+`",`)...)
				out, err := h.Invoke(t.Context(), buffer)
				want := quote(fmt.Sprintf(`{"body":%q,"id":%q,"struct":{"b":1,"a":null}}`, body, id))
				if err != nil || !strings.Contains(string(out), want) {
					t.Errorf("%s: %s, %v", id, out, err)
					return
				}
			}
		})
	}
	all.Wait()
}
