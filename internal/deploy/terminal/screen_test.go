package terminal_test

import (
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/terminal"
)

func TestLook(t *testing.T) {
	p := sit(t, 80, 24)
	s := terminal.New(terminal.Options{In: p.tty, Out: p.tty, Err: p.tty})
	s.Note("hello")
	if got := p.look(); got != "hello" {
		t.Errorf("it shows %q", got)
	}
}
