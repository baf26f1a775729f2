package apptest

import (
	"maps"
	"os"
	"sync"
	"testing"

	"github.com/chalice-go/chalice/config"
)

// environment sets the process's variables for the functions that are running.
// A process has only one environment, so functions whose variables differ take
// turns.
type environment struct {
	// own has the variables of each function that differ from the stage's.
	own map[string]map[string]string

	mu      sync.Mutex
	free    sync.Cond
	running int               // functions that are running
	current map[string]string // the variables that are set for them
	restore map[string]*string
}

// newEnvironment sets the variables that all functions have, until the test
// ends.
func newEnvironment(t testing.TB, stage *config.Stage, names []string) *environment {
	t.Helper()
	e := &environment{own: map[string]map[string]string{}}
	e.free.L = &e.mu
	common := texts(stage.Defaults)
	for name, value := range common {
		t.Setenv(name, value)
	}
	for _, function := range names {
		own := texts(stage.Function(function))
		maps.DeleteFunc(own, func(name, value string) bool {
			usual, ok := common[name]
			return ok && usual == value
		})
		if len(own) > 0 {
			e.own[function] = own
			reserve(t, own)
		}
	}
	return e
}

// reserve has the test restore the variables when it ends. It fails if the test
// is parallel.
func reserve(t testing.TB, variables map[string]string) {
	t.Helper()
	for name := range variables {
		value, ok := os.LookupEnv(name)
		t.Setenv(name, value)
		if !ok {
			os.Unsetenv(name)
		}
	}
}

// enter waits until the function's variables can be set, and sets them. The
// caller has to call leave when the function is done.
func (e *environment) enter(function string) (leave func()) {
	if len(e.own) == 0 {
		return func() {}
	}
	wanted := e.own[function]
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.running > 0 && !maps.Equal(e.current, wanted) {
		e.free.Wait()
	}
	if e.running == 0 {
		e.set(wanted)
	}
	e.running++
	return e.leave
}

func (e *environment) leave() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running--; e.running == 0 {
		e.reset()
		e.free.Broadcast()
	}
}

func (e *environment) set(variables map[string]string) {
	e.current, e.restore = variables, map[string]*string{}
	for name, value := range variables {
		e.restore[name] = nil
		if old, ok := os.LookupEnv(name); ok {
			e.restore[name] = &old
		}
		os.Setenv(name, value)
	}
}

func (e *environment) reset() {
	for name, value := range e.restore {
		if value == nil {
			os.Unsetenv(name)
		} else {
			os.Setenv(name, *value)
		}
	}
}

// texts returns those variables of a function that have a value now. An
// intrinsic has one only when the stack is deployed.
func texts(f config.Function) map[string]string {
	found := map[string]string{}
	for name, value := range f.Environment {
		if value.Intrinsic == nil {
			found[name] = value.Text
		}
	}
	return found
}
