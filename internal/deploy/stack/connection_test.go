package stack_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// dropper is a proxy in front of the endpoint that loses the first answer to
// each kind of request: the request is processed, but its answer doesn't
// arrive.
type dropper struct {
	http.Handler
	lock    sync.Mutex
	dropped []string
}

func (d *dropper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	if d.first(form.Get("Action")) {
		d.Handler.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler) // this closes the connection
	}
	d.Handler.ServeHTTP(w, r)
}

func (d *dropper) first(action string) bool {
	d.lock.Lock()
	defer d.lock.Unlock()
	if strings.Contains(strings.Join(d.dropped, " "), action) {
		return false
	}
	d.dropped = append(d.dropped, action)
	return true
}

// A lost answer to any request makes no difference.
func TestLostConnections(t *testing.T) {
	e := newEndpoint(t)
	there, err := url.Parse(endpointtest.Need(t))
	if err != nil {
		t.Fatal(err)
	}
	d := &dropper{Handler: httputil.NewSingleHostReverseProxy(there)}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	session, err := account.Open(t.Context(), account.Options{})
	if err != nil {
		t.Fatal(err)
	}
	session.Config.BaseEndpoint = &server.URL
	e.Engine = stack.NewEngine(session.Config)

	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	endpointtest.SetConditions(t, change.Stack, `{}`)
	if _, _, err := e.deploy(t, change); err != nil {
		t.Fatal(err)
	}
	change.Parameters = map[string]string{"Delay": "5"}
	if err := e.Discard(t.Context(), e.prepare(t, change)); err != nil {
		t.Fatal(err)
	}
	s, events, err := e.deploy(t, change)
	if err != nil || s.Status != "UPDATE_COMPLETE" || lines(events)[0] != ". UPDATE_IN_PROGRESS" {
		t.Fatalf("got %+v, %v, %v", s, lines(events), err)
	}
	op, err := e.Delete(t.Context(), s, stack.DeleteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if s, _, err := follow(t, op); err != nil || s.Status != "DELETE_COMPLETE" {
		t.Errorf("got %+v, %v", s, err)
	}
	if got := e.status(t, change.Stack); got != "none" {
		t.Errorf("the stack is in %s", got)
	}
	if len(d.dropped) < 7 {
		t.Errorf("lost only the answers of %v", d.dropped)
	}
}

// If several processes change a stack at the same time, one wins, and the
// others get an error that says so.
func TestConcurrentChanges(t *testing.T) {
	for _, name := range []string{"a new stack", "a stack"} {
		t.Run(name, func(t *testing.T) {
			e := newEndpoint(t)
			change := stack.Change{Stack: strings.ReplaceAll(e.name(t), " ", "-"), Body: []byte(queues), Description: "chalice deploy by you@there"}
			if name == "a stack" {
				if _, _, err := e.deploy(t, change); err != nil {
					t.Fatal(err)
				}
				change.Parameters = map[string]string{"Delay": "5"}
			}
			endpointtest.SetConditions(t, change.Stack, `{"seconds": 1}`)
			const rivals = 4
			ends := make(chan error, rivals)
			for range rivals {
				go func() {
					set, err := e.Prepare(t.Context(), change)
					if err == nil {
						var op *stack.Operation
						if op, err = e.Execute(t.Context(), set); err == nil {
							_, err = op.Follow(t.Context(), func(stack.Event) {})
						}
					}
					ends <- err
				}()
			}
			won := 0
			for range rivals {
				switch err := <-ends; {
				case err == nil:
					won++
				case !strings.Contains(err.Error(), "is being changed already") || !strings.Contains(err.Error(), "(chalice deploy by you@there)"):
					t.Error(err)
				}
			}
			if got := e.status(t, change.Stack); won != 1 || !strings.HasSuffix(got, "E_COMPLETE") {
				t.Errorf("%d of %d have won, and the stack is in %s", won, rivals, got)
			}
		})
	}
}
