package deploy

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// Talk is what a person sees of a deployment, and says. It is for several
// goroutines.
type Talk interface {
	// Note is worth a line.
	Note(text string)
	// Step begins something that takes a while.
	Step(label string) Step
	// Review shows what would change.
	Review(*review.Review)
	// Ask returns [ErrNobody] if nobody is there to answer.
	Ask(ctx context.Context, question string) (bool, error)
	// Watch begins to show what happens to a stack and in it. The number of resources
	// that change is 0 where it isn't known.
	Watch(stackName string, resources int) Watch
}

// Step is something that takes a while.
type Step interface {
	Meter(done, total int64) // in bytes
	Done(note string)
	Stop() // it failed; nothing after Done
}

// Watch shows what happens to a stack.
type Watch interface {
	Event(stack.Event)
	End() // also if it failed
}

// ErrNobody says that there is a question and nobody who could answer it.
var ErrNobody = errors.New("there is a question and nobody to answer it")

// noteWriter makes a note of each line. It is for several goroutines.
type noteWriter struct {
	talk Talk
	mu   sync.Mutex
	rest []byte
}

// Write keeps what isn't a line yet.
func (w *noteWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, p...)
	for {
		line, rest, ok := bytes.Cut(w.rest, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		w.talk.Note(string(line))
		w.rest = rest
	}
}
