//go:build unix

package form_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/deploy/terminal/terminaltest"
	"github.com/chalice-go/chalice/internal/form"
)

// asked is a person who is asked for a name and a colour.
type asked struct {
	*terminaltest.Person
	t            *testing.T
	name, colour string
	ended        chan error
}

func ask(ctx context.Context, t *testing.T, term string, width, height int) *asked {
	t.Helper()
	t.Setenv("TERM", term)
	a := &asked{Person: terminaltest.Sit(t, width, height), t: t, colour: "green", ended: make(chan error, 1)}
	questions := []form.Question{
		{Title: "Name", Description: "What it is called.", Answer: &a.name, Check: func(name string) error {
			if strings.ContainsAny(name, " 0123456789") {
				return fmt.Errorf("%q has what no name can have, such as a digit or a blank", name)
			}
			return nil
		}},
		{Title: "Colour", Description: "How it looks.", Answer: &a.colour, Choices: []form.Choice{
			{"as a rose is", "red"}, {"as grass is", "green"}, {"as the sky is, on a day in summer, seldom in winter", "blue"},
		}},
	}
	go func() { a.ended <- form.Ask(ctx, form.Terminal{In: a.TTY, Out: a.TTY}, questions) }()
	return a
}

// sees waits until a text is on the screen.
func (a *asked) sees(text string) {
	a.t.Helper()
	for began := time.Now(); !strings.Contains(a.Look(), text); time.Sleep(time.Millisecond) {
		if time.Since(began) > 10*time.Second {
			a.t.Fatalf("%q isn't seen:\n%s", text, a.Look())
		}
	}
}

// TestAsk: what is typed is what is answered, with all keys for changing it.
func TestAsk(t *testing.T) {
	const (
		up, down, right, left = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
		home, end, del, back  = "\x1b[H", "\x1b[F", "\x1b[3~", "\x7f"
		backtab               = "\x1b[Z"
	)
	for name, tc := range map[string]struct{ typed, name, colour string }{
		"Enter alone":                 {"\r\r", "", "green"},
		"a name, and the next colour": {"shop\r" + down + "\r", "shop", "blue"},
		"beyond the first colour":     {"shop\t" + up + up + up + "\r", "shop", "red"},
		"beyond the last":             {"shop\t" + end + down + down + "\r", "shop", "blue"},
		"in the middle":               {"shp" + left + "o" + right + right + "s\r\r", "shops", "green"},
		"at both ends":                {"hop" + home + "s" + end + "s\r\r", "shops", "green"},
		"removed":                     {"xshhop" + back + "p" + home + del + right + right + back + "\r\r", "shop", "green"},
		"removed in vain":             {back + "s" + del + home + left + back + "\r\r", "s", "green"},
		"all removed":                 {"shop\x15ship\r\r", "ship", "green"},
		"wrong at first":              {"2nd\r\x15second\r\r", "second", "green"},
		"back":                        {"ship\r" + down + backtab + back + back + "op\r\r", "shop", "blue"},
		"back from a text":            {up + "shop\r\r", "shop", "green"},
		"letters of all kinds":        {"smør日" + left + back + "\r\r", "smø日", "green"},
		"keys that mean nothing":      {"\x1b[15~\x1bOP\x1b\x01\x0c\x1b[1;5Cshop\r\r", "shop", "green"},
		"no UTF-8":                    {"a\xff\xc3b\r\r", "ab", "green"},
	} {
		t.Run(name, func(t *testing.T) {
			a := ask(t.Context(), t, "xterm", 40, 20)
			a.sees("grass") // before, the terminal does what keys mean
			a.Types(tc.typed)
			if err := <-a.ended; err != nil || a.name != tc.name || a.colour != tc.colour {
				t.Errorf("the answers to %q are %q and %q, want %q and %q; %v", tc.typed, a.name, a.colour, tc.name, tc.colour, err)
			}
		})
	}
}

// TestEnds: who presses Ctrl-C doesn't want to answer, and the end of the context is one.
func TestEnds(t *testing.T) {
	for _, term := range []string{"xterm", "dumb"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		a := ask(ctx, t, term, 40, 20)
		a.sees("Name")
		cause := errors.New("enough")
		cancel(cause)
		if err := <-a.ended; !errors.Is(err, cause) {
			t.Errorf("TERM=%s: it ended with %v, want %v", term, err, cause)
		}
		a.Types("\n") // ends the read, which the terminal waits for
	}
	a := ask(t.Context(), t, "xterm", 40, 20)
	a.sees("Colour")
	a.Types("shop\r\x03")
	if err := <-a.ended; !errors.Is(err, form.ErrAborted) || a.colour != "green" {
		t.Errorf("it ended with %v and %q, want %v", err, a.colour, form.ErrAborted)
	}
}

// TestSheet: what is drawn fits into the terminal, with the cursor where the next letter
// goes; the answer that is wrong says why.
func TestSheet(t *testing.T) {
	a := ask(t.Context(), t, "xterm", 30, 24)
	a.sees("as grass is")
	a.Types("a name of many letters, and 2")
	a.Types("\r")
	a.sees("such as a digit or a")
	want := `┃ Name
┃ What it is called.
┃ > e of many letters, and 2
┃ "a name of many letters,
┃ and 2" has what no name can
┃ have, such as a digit or a
┃ blank

  Colour
  How it looks.
    as a rose is
  > as grass is
    as the sky is, on a day …
`
	if got := a.Look(); strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("the sheet is\n%s\nwant\n%s", got, want)
	}
	a.Resize(30, 4)
	a.Types("\x15shop\r\x1b[B")
	a.sees("┃ > as the sky is")
	if got := a.Look(); strings.Contains(got, "Name") || a.Scrolled() > 0 {
		t.Errorf("a low terminal shows\n%s\nand %d lines are above it", got, a.Scrolled())
	}
	a.Types("\r")
	if err := <-a.ended; err != nil || a.name != "shop" || a.colour != "blue" {
		t.Errorf("the answers are %q and %q; %v", a.name, a.colour, err)
	}
	a.Settle()
	if got := strings.TrimSpace(a.Look()); got != "" {
		t.Errorf("in the end there is\n%s", got)
	}
}

// TestOneByOne: where the cursor can't be moved, a choice is a number or a name, and
// nothing is what is in brackets.
func TestOneByOne(t *testing.T) {
	for typed, colour := range map[string]string{"3": "blue", "red": "red", "": "green", "4\npink\n1": "red"} {
		a := ask(t.Context(), t, "dumb", 60, 30)
		a.Types("2nd\nshop\n" + typed + "\n")
		if err := <-a.ended; err != nil || a.name != "shop" || a.colour != colour {
			t.Errorf("the answers with %q are %q and %q, want shop and %q; %v", typed, a.name, a.colour, colour, err)
		}
	}
	a := ask(t.Context(), t, "dumb", 60, 30)
	a.Types("shop\n\x04")
	if err := <-a.ended; !errors.Is(err, form.ErrAborted) {
		t.Errorf("it ended with %v, want %v", err, form.ErrAborted)
	}
}
