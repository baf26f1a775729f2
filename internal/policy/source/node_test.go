package source_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy/programtest"
	"github.com/chalice-go/chalice/internal/policy/source"
)

const program = `package main

import (
	"net/http"
	"slices"
	"sync"
)

var hooks = []func(){hook}

var once sync.Once

func main() {}

func hook() {}

func other() { hook() }

func keeps() func() { return func() { hook() } }

func puts() { hooks[0] = other }

func calls(f func(int) string) { f(1) }

func loops(all func(yield func(string) bool)) {
	for range all {
	}
}

func generic[T any](f func(T) T, t T) T { return f(t) }

func starts() { once.Do(hook) }

func sorts(of []string) { slices.SortFunc(of, less) }

func later() func() { return sync.OnceFunc(hook) }

func serves() { http.HandleFunc("/", serve) }

func less(a, b string) int { return len(a) - len(b) }

func serve(http.ResponseWriter, *http.Request) {}

func double(i int) int { return 2 * i }

func text(i int) string { return "" }

func each(yield func(string) bool) {}
`

// TestMentions tells what is called from what is a value, and where that is put.
func TestMentions(t *testing.T) {
	p := programtest.Read(t, "read", program)
	for name, want := range map[string][]string{
		"other": {"hook called"},
		"keeps": {"func literal in keeps"},
		"puts":  {"other into hooks"},
	} {
		var got []string
		for _, m := range programtest.Node(t, p, name).Mentions {
			if m.To.Syntax == nil {
				continue // a variable
			}
			text := strings.ReplaceAll(m.To.Name, "main.", "")
			if m.Called {
				text += " called"
			}
			if m.Into != nil {
				text += " into " + strings.ReplaceAll(m.Into.Name, "main.", "")
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s mentions (-want +got):\n%s", name, diff)
		}
	}
}

// TestCalledSignatures asks which functions one can call that it is given.
func TestCalledSignatures(t *testing.T) {
	p := programtest.Read(t, "read", program)
	functions := []string{"hook", "less", "serve", "double", "text", "each"}
	for name, want := range map[string][]string{
		"calls":   {"text"},
		"loops":   {"each"},
		"generic": {"double", "text"}, // with one parameter and one result
		"starts":  {"hook"},
		"sorts":   {"less"},
		"later":   nil, // whoever calls the result
		"serves":  nil, // a server, for a request
		"other":   nil,
	} {
		called := programtest.Node(t, p, name).CalledSignatures()
		var got []string
		for _, f := range functions {
			if source.HasSignature(programtest.Node(t, p, f), called) {
				got = append(got, f)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s can call (-want +got):\n%s", name, diff)
		}
	}
}
