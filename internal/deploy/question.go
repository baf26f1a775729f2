package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/config"
)

// Unanswered is the error for a question to which nobody was there to answer.
// Nothing was executed.
type Unanswered struct {
	Question string
	names    config.Names
}

// Error returns the question, and how to answer it.
func (e *Unanswered) Error() string {
	return "nobody is there to answer, so nothing was done: " + e.Question + e.names.Advice(" (", "Yes", " answers yes)")
}

// Declined is the error for a question that was answered with no. Nothing was
// executed.
type Declined struct{}

// Error says that nothing was done.
func (Declined) Error() string { return "not done, since the answer wasn't yes" }

// ask returns nil if the question is answered with yes.
func (in *Input) ask(ctx context.Context, question string) error {
	if in.Yes {
		return nil
	}
	yes, err := in.Talk.Ask(ctx, question)
	switch {
	case errors.Is(err, ErrNobody):
		return &Unanswered{question, in.Names}
	case err != nil:
		return err
	case !yes:
		return &Declined{}
	}
	return nil
}

// sentence joins parts of a sentence: "a, b and c".
func sentence(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return fmt.Sprintf("%s and %s", strings.Join(parts[:last], ", "), parts[last])
}
