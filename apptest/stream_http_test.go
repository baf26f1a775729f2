package apptest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

var errMidway = errors.New("out of paper")

// streamingApp has routes that stream, and one that doesn't.
func streamingApp() *app.App {
	a := app.New("streams")
	stream := func(path string, write func(w io.Writer) error) {
		a.Route(path, func(context.Context, *app.Request) (any, error) {
			r := app.Stream("text/plain", write)
			r.MultiValueHeaders = map[string][]string{"Set-Cookie": {"a=b", "c=d"}}
			return r, nil
		}, app.Streams(), app.CORS())
	}
	stream("/ok", func(w io.Writer) error {
		for i := range 3 {
			if _, err := fmt.Fprintln(w, i); err != nil {
				return err
			}
		}
		return nil
	})
	stream("/early", func(io.Writer) error { return fmt.Errorf("wrapped: %w", app.NotFound("gone")) })
	stream("/secret", func(io.Writer) error { return errMidway })
	stream("/late", func(w io.Writer) error { io.WriteString(w, "begun"); return fmt.Errorf("wrapped: %w", errMidway) })
	stream("/panic", func(w io.Writer) error { io.WriteString(w, "begun"); panic(errMidway) })
	stream("/large", func(w io.Writer) error {
		piece := make([]byte, 1<<20)
		for range 20 {
			if _, err := w.Write(piece); err != nil {
				return err
			}
		}
		return nil
	})
	a.Route("/plain", func(context.Context, *app.Request) (any, error) { return "plain", nil })
	return a
}

func TestStreams(t *testing.T) {
	for _, front := range []string{"rest", "function_url"} {
		t.Run(front, func(t *testing.T) {
			configuration := `{"version":"2.0","app_name":"streams","stages":{"dev":{"api_type":"` + front + `"}}}`
			c := apptest.NewClient(t, streamingApp(), apptest.ProjectDir(project(t, configuration)))
			for path, want := range map[string]struct {
				status int
				body   string
				err    error
			}{
				"/ok":     {200, "0\n1\n2\n", nil},
				"/early":  {404, `{"Code":"NotFoundError","Message":"gone"}`, nil},
				"/secret": {500, `{"Code":"InternalServerError","Message":"An internal server error occurred."}`, errMidway},
				"/late":   {200, "begun", errMidway},
				"/panic":  {200, "begun", errMidway},
				"/plain":  {200, "plain", nil},
				"/large":  {200, string(make([]byte, 20<<20)), nil},
			} {
				r := c.HTTP.Get(path)
				if r.Status != want.status || r.Text() != want.body || !errors.Is(r.Err, want.err) {
					t.Errorf("%s: status %d, error %v, %.300q", path, r.Status, r.Err, r.Text())
				}
				if path == "/plain" {
					continue
				}
				if r.Header.Get("Access-Control-Allow-Origin") != "*" {
					t.Errorf("%s: no CORS: %v", path, r.Header)
				}
				if cookies := r.Cookies(); r.Status == 200 && len(cookies) != 2 {
					t.Errorf("%s: cookies %v", path, cookies)
				}
			}
			var p *apptest.PanicError
			if r := c.HTTP.Get("/panic"); !errors.As(r.Err, &p) {
				t.Errorf("a panic: %v", r.Err)
			}
			server := httptest.NewServer(c.HTTP)
			defer server.Close()
			response, err := http.Get(server.URL + "/late")
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if body, err := io.ReadAll(response.Body); string(body) != "begun" || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("over HTTP: %q, %v", body, err)
			}
		})
	}
}

// TestStreamsNowhereElse: behind a load balancer a stream is an error that says
// what to do.
func TestStreamsNowhereElse(t *testing.T) {
	c := apptest.NewClient(t, streamingApp(), apptest.LoadBalancer())
	r := c.HTTP.Get("/ok")
	if r.Status != 500 || r.Err == nil || !strings.Contains(r.Err.Error(), "a load balancer can't stream") {
		t.Errorf("%d %v", r.Status, r.Err)
	}
	if r := c.HTTP.Get("/plain"); r.Text() != "plain" {
		t.Errorf("%+v", r)
	}
}
