package console

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/diagram"
)

// Prefix is the path of the console.
const Prefix = "/_chalice/"

// Docs is the path of the page with the documentation of the app's routes.
const Docs = Prefix + "docs"

//go:embed page
var pages embed.FS

// Options are what the console gets from other packages.
type Options struct {
	// Sample makes an event that a function could get; nil: forms are empty at
	// first.
	Sample func(apiType string, m *app.Model, function string) ([]byte, error)
}

// console answers the requests of the page.
type console struct {
	server   *devserver.Server
	sample   func(apiType string, m *app.Model, function string) ([]byte, error)
	policies policies
}

// Handler makes the console of a server. It runs the app's functions, so
// requests of other sites must not reach it.
func Handler(s *devserver.Server, o Options) http.Handler {
	c := &console{server: s, sample: o.Sample}
	mux := http.NewServeMux()
	mux.Handle("GET "+Prefix, c.page())
	mux.HandleFunc("GET "+Prefix+"graph.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		io.WriteString(w, diagram.Stylesheet())
	})
	mux.HandleFunc("GET "+Docs, func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, pages, "page/docs.html") })
	mux.Handle("GET "+Docs+"/", http.RedirectHandler(Docs, http.StatusFound))
	mux.Handle("GET "+Prefix+"openapi.json", answered(c.openAPI))
	mux.HandleFunc("GET "+Prefix+"api/events", c.events)
	for pattern, answer := range map[string]func(*http.Request) (any, error){
		"GET state":                 c.state,
		"GET entries":               c.entries,
		"GET entries/{id}":          c.entry,
		"POST entries/{id}/again":   c.again,
		"GET lines":                 c.lines,
		"GET graph":                 c.graph,
		"GET sample/{function}":     c.sampleEvent,
		"GET variables/{function}":  c.variables,
		"GET policy/{function}":     c.policy,
		"POST send":                 c.send,
		"POST functions/{function}": c.invoke,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Handle(method+" "+Prefix+"api/"+path, answered(answer))
	}
	return secured(mux)
}

// page serves the embedded files.
func (c *console) page() http.Handler {
	files, err := fs.Sub(pages, "page")
	if err != nil {
		panic("console: " + err.Error()) // the folder is embedded above
	}
	return http.StripPrefix(strings.TrimSuffix(Prefix, "/"), http.FileServerFS(files))
}

// policyHeader allows the page to load nothing but its own files.
const policyHeader = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// secured sets the headers that keep other sites out of the page.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policyHeader)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// refusal is an error with a status for the page.
type refusal struct {
	status int
	err    error
}

// Error returns the message for the user.
func (r *refusal) Error() string { return r.err.Error() }

func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Errorf(format, args...)}
}

// answered makes a handler that writes a function's result as JSON, or its
// error's message.
func answered(answer func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		result, err := answer(r)
		status := http.StatusOK
		if err != nil {
			status = http.StatusInternalServerError
			if r, ok := errors.AsType[*refusal](err); ok {
				status = r.status
			}
			result = map[string]string{"message": err.Error()}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.Encode(result) // if the page is gone, nobody needs the error
	})
}

// maxRequest is the size in bytes of the largest body that the console takes:
// API Gateway's limit in base64, and some more.
const maxRequest = 16 << 20

// read decodes the body that the page sent. Forms of other sites can't send its
// content type.
func read(r *http.Request, into any) error {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "the console takes application/json")
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	switch {
	case err != nil:
		return refuse(http.StatusBadRequest, "read the request: %w", err)
	case len(data) > maxRequest:
		return refuse(http.StatusRequestEntityTooLarge, "the request is larger than %d MB", maxRequest>>20)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return refuse(http.StatusBadRequest, "the request is no JSON of the console's: %w", err)
	}
	return nil
}

// running returns the running app, or an error that says what is wrong with its
// source.
func (c *console) running() (*devserver.Generation, error) {
	g, err := c.server.Current()
	if g == nil || err != nil {
		return nil, c.notRunning()
	}
	return g, nil
}

// notRunning says why no app runs.
func (c *console) notRunning() error {
	if _, err := c.server.Current(); err != nil {
		return refuse(http.StatusConflict, "the app doesn't run: %w", err)
	}
	return refuse(http.StatusConflict, "the app is still being built")
}

// functionOf returns the function of the app that a request is about.
func functionOf(r *http.Request, g *devserver.Generation) (string, error) {
	name := r.PathValue("function")
	if g == nil || !slices.Contains(g.Model.FunctionNames(), name) {
		return "", refuse(http.StatusNotFound, "the app has no function %q", name)
	}
	return name, nil
}
