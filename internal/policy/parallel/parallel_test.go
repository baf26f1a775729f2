package parallel_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chalice-go/chalice/internal/policy/parallel"
)

// Each call waits for the one before it.
func TestOrder(t *testing.T) {
	var order []int
	done := make([]chan struct{}, 100)
	for i := range done {
		done[i] = make(chan struct{})
	}
	parallel.Do(len(done), func(i int) {
		if i > 0 {
			<-done[i-1]
		}
		order = append(order, i)
		close(done[i])
	})
	if len(order) != len(done) || !slices.IsSorted(order) {
		t.Error(order)
	}
	parallel.Do(0, func(int) { t.Error("a call without a number") })
}

func TestPanic(t *testing.T) {
	var calls atomic.Int64
	defer func() {
		p, ok := recover().(*parallel.Panic)
		if !ok || p.Value != "oh" || !strings.Contains(string(p.Stack), "fails(") || calls.Load() > 900 {
			t.Errorf("%+v after %d calls", p, calls.Load())
		}
	}()
	parallel.Do(100_000, func(i int) {
		calls.Add(1)
		if i == 3 {
			fails()
		}
	})
	t.Error("no panic")
}

//go:noinline
func fails() { panic("oh") }
