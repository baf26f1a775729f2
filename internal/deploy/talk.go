package deploy

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	packager "github.com/chalice-go/chalice/package"
)

// Talk shows a deployment to a person, and asks. Several goroutines can use it.
type Talk interface {
	// Note shows a line.
	Note(text string)
	// Step shows that something begins that takes a while.
	Step(label string) Step
	// Review shows what would change.
	Review(*review.Review)
	// Ask asks a question that is answered with yes or no. The error is
	// [ErrNobody] if nobody is there to answer.
	Ask(ctx context.Context, question string) (bool, error)
	// Watch begins to show what happens to a stack and in it. resources is the
	// number of resources that change; 0: it isn't known.
	Watch(stackName string, resources int) Watch
}

// Step is something that takes a while.
type Step interface {
	Meter(done, total int64) // in bytes
	Done(note string)
	Stop() // the step failed; does nothing after Done
}

// Watch shows what happens to a stack.
type Watch interface {
	Event(stack.Event)
	End() // also after a failure
}

// ErrNobody means that nobody is there to answer a question.
var ErrNobody = errors.New("there is a question and nobody to answer it")

// noteWarnings makes a note of each warning of a package.
func noteWarnings(talk Talk, warnings []packager.Warning) {
	for _, w := range warnings {
		talk.Note("warning: " + w.Message)
	}
}

// noteWriter makes a note of each line that is written. Several goroutines can
// use it.
type noteWriter struct {
	talk Talk
	mu   sync.Mutex
	rest []byte
}

// Write keeps an incomplete line.
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
