package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/deploy/terminal"
	"github.com/chalice-go/chalice/internal/deploy/terminal/terminaltest"
)

func TestAsk(t *testing.T) {
	t.Setenv("TERM", "xterm")
	for name, tc := range map[string]struct {
		typed string
		want  bool
	}{
		"y":                {"y\n", true},
		"yes":              {"yes\n", true},
		"with spaces":      {" Yes \n", true},
		"Enter":            {"\n", false},
		"no":               {"n\n", false},
		"something else":   {"yeah, why not\n", false},
		"the end of input": {"\x04", false},
	} {
		t.Run(name, func(t *testing.T) {
			p := terminaltest.Sit(t, 80, 24)
			s := terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})
			go p.Answers(tc.typed)
			got, err := s.Ask(t.Context(), "Really?")
			if err != nil || got != tc.want {
				t.Errorf("got %v and %v, want %v", got, err, tc.want)
			}
			s.Note("further")
			if seen := p.Look(); !strings.HasPrefix(seen, "Really? [y/N]") || !strings.HasSuffix(seen, "\nfurther") {
				t.Errorf("it shows\n%s", seen)
			}
		})
	}
}

// An answer can be typed before the question. The next line isn't written over
// it.
func TestAnswerBeforeTheQuestion(t *testing.T) {
	t.Setenv("TERM", "xterm")
	p := terminaltest.Sit(t, 40, 24)
	s := terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})
	p.Types("y\n")
	p.Await("y\r\n")
	if yes, err := s.Ask(t.Context(), "Is it as long as a line that has to be broken?"); err != nil || !yes {
		t.Errorf("got %v and %v", yes, err)
	}
	step := s.Step("Uploading")
	step.Done("all of it")
	if got, want := p.Look(), "y\nIs it as long as a line that has\nto be broken? [y/N]\n✓ Uploading: all of it  0.0s"; got != want {
		t.Errorf("it shows\n%s\nwant\n%s", got, want)
	}
}

// A question without an answer ends with its context. What is typed afterwards
// is the answer to the next one.
func TestAskIsInterrupted(t *testing.T) {
	p := terminaltest.Sit(t, 80, 24)
	s := terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})
	ctx, cancel := context.WithCancelCause(t.Context())
	because := errors.New("Ctrl-C")
	go func() {
		p.Await("[y/N] ")
		cancel(because)
	}()
	if _, err := s.Ask(ctx, "Deploy?"); !errors.Is(err, because) {
		t.Fatalf("it ended with %v", err)
	}
	if _, err := s.Ask(ctx, "Deploy?"); !errors.Is(err, because) {
		t.Fatalf("then it ended with %v", err)
	}
	go p.Answers("y\n")
	if yes, err := s.Ask(t.Context(), "Cancel?"); err != nil || !yes {
		t.Errorf("got %v and %v", yes, err)
	}
	if got, want := p.Look(), "Deploy? [y/N]\nCancel? [y/N] y"; got != want {
		t.Errorf("it shows\n%s\nwant\n%s", got, want)
	}
}

func TestAskNeedsTerminals(t *testing.T) {
	p := terminaltest.Sit(t, 80, 24)
	for name, o := range map[string]terminal.Options{
		"answers from a pipe":  {In: strings.NewReader("y\n"), Out: p.TTY, Err: p.TTY},
		"questions to a file":  {In: p.TTY, Out: p.TTY, Err: io.Discard},
		"no input":             {Out: io.Discard, Err: io.Discard},
		"neither, and in JSON": {In: strings.NewReader("y\n"), Out: io.Discard, Err: io.Discard, JSON: true},
	} {
		t.Run(name, func(t *testing.T) {
			if yes, err := terminal.New(o).Ask(t.Context(), "Deploy?"); yes || !errors.Is(err, terminal.ErrNoTerminal) {
				t.Errorf("got %v and %v", yes, err)
			}
		})
	}
}

// While a question waits, nothing is redrawn over it. Then the tree goes on.
func TestAskWhileATreeIsShown(t *testing.T) {
	t.Setenv("TERM", "xterm")
	p := terminaltest.Sit(t, 80, 24)
	synctest.Test(t, func(t *testing.T) {
		s := terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})
		progress := s.Follow(terminal.Work{Stack: "shop-dev"})
		p.Types("\x03") // its echo is erased before the question
		p.Await("^C")
		go p.Answers("n\n")
		if _, err := s.Ask(t.Context(), "Cancel the update?"); err != nil {
			t.Fatal(err)
		}
		progress.Event(terminal.Event{Time: time.Now(), LogicalID: "Queue", Type: "AWS::SQS::Queue", Status: "CREATE_IN_PROGRESS"})
		time.Sleep(time.Second)
		progress.Close()
		progress.Close() // as with defer
	})
	want := "Cancel the update? [y/N] n\n? shop-dev  waiting  0 done\n└ ? Queue  SQS::Queue  creating    1.0s"
	got := strings.Join(strings.Fields(p.Look()), " ")
	got = strings.TrimPrefix(got, "⠋ shop-dev waiting 0 done ") // if it was drawn before the question came
	if got != strings.Join(strings.Fields(want), " ") {
		t.Errorf("it shows\n%s\nwant\n%s", p.Look(), want)
	}
}

// The part that is redrawn fits into the window, however many resources there
// are and however small the window becomes, and nothing of it is left behind.
func TestTreeFitsTheWindow(t *testing.T) {
	t.Setenv("TERM", "xterm")
	for _, size := range [][2]int{{80, 24}, {120, 10}, {40, 5}, {20, 3}, {12, 2}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			p := terminaltest.Sit(t, size[0], size[1])
			synctest.Test(t, func(t *testing.T) {
				s := &session{Person: p, t: t, screen: terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})}
				progress := s.screen.Follow(terminal.Work{Stack: "warehouse-prod", Total: 80})
				for _, e := range recorded(t, "many") {
					progress.Event(e)
					s.waits(100 * time.Millisecond)
					if seen := p.Look(); p.Scrolled() > 0 {
						t.Fatalf("%d lines have scrolled away; it shows\n%s", p.Scrolled(), seen)
					}
				}
				progress.Close()
			})
			if lines := strings.Count(p.Scroll(), "\n") + 1; lines >= size[1] {
				t.Errorf("%d lines are left:\n%s", lines, p.Scroll())
			}
		})
	}
}

// Each frame is a single write, so that a terminal never shows half of one.
func TestFramesAreWhole(t *testing.T) {
	t.Setenv("TERM", "xterm")
	p := terminaltest.Sit(t, 80, 24)
	synctest.Test(t, func(t *testing.T) {
		s := &session{Person: p, t: t, screen: terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})}
		step := s.screen.Step("Packaging")
		p.Settle()
		p.Takes() // the first one isn't drawn over another
		frames := 0
		for range 20 {
			s.waits(100 * time.Millisecond)
			p.Settle()
			if got := p.Takes(); len(got) > 0 {
				frames++
				if !bytes.HasPrefix(got, []byte("\r\x1b[1A")) || bytes.Contains(got, []byte("\x1b[2J")) || bytes.Contains(got, []byte("\x1b[?25")) {
					t.Errorf("a frame is %q", got)
				}
			}
		}
		if frames != 20 {
			t.Errorf("%d frames in 2 seconds", frames)
		}
		step.Stop()
		step.Done("") // too late to have an effect
	})
	if got, want := p.Look(), "✗ Packaging  2.0s"; got != want {
		t.Errorf("it shows %q, want %q", got, want)
	}
}

// A window becomes narrower and shorter while a tree is shown.
func TestResize(t *testing.T) {
	t.Setenv("TERM", "xterm")
	p := terminaltest.Sit(t, 100, 30)
	synctest.Test(t, func(t *testing.T) {
		s := &session{Person: p, t: t, screen: terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})}
		progress := s.screen.Follow(terminal.Work{Stack: "bookshop-dev"})
		defer progress.Close()
		for i, e := range recorded(t, "create") {
			progress.Event(e)
			if i == 20 {
				p.Resize(44, 12)
			}
			s.waits(100 * time.Millisecond)
		}
		for line := range strings.Lines(p.Look()) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n >= 44 {
				t.Errorf("a line has %d columns: %s", n, line)
			}
		}
	})
}

// Notes and results are written above the part that is redrawn, also by other
// goroutines.
func TestNotesAboveATree(t *testing.T) {
	t.Setenv("TERM", "xterm")
	p := terminaltest.Sit(t, 80, 24)
	s := terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})
	step := s.Step("Uploading")
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for done := range int64(100) {
				step.Meter(done, 100)
			}
			s.Note(fmt.Sprint("note ", i))
			s.Table(terminal.Table{Columns: []string{"result"}})
		})
	}
	all.Wait()
	step.Done("all of it")
	seen := p.Look()
	lines := strings.Split(seen, "\n")
	if len(lines) != 9 || !strings.HasPrefix(lines[8], "✓ Uploading: all of it") || strings.Count(seen, "note ") != 4 || strings.Count(seen, "none") != 4 {
		t.Errorf("it shows\n%s", seen)
	}
}

// A log says what CloudFormation is working on if nothing has happened for a
// minute.
func TestQuietLog(t *testing.T) {
	var out, err bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		s := terminal.New(terminal.Options{Out: &out, Err: &err})
		p := s.Follow(terminal.Work{Stack: "shop-dev"})
		p.Event(terminal.Event{Time: time.Now(), Path: []string{"Web"}, LogicalID: "Distribution", Type: "AWS::CloudFront::Distribution", Status: "CREATE_IN_PROGRESS"})
		time.Sleep(130 * time.Second)
		p.Close()
		time.Sleep(time.Hour)
	})
	want := "00:00:00 CREATE_IN_PROGRESS  Web/Distribution (AWS::CloudFront::Distribution)\n" +
		"00:01:00 still working on Web/Distribution, 1m 00s so far\n" +
		"00:02:00 still working on Web/Distribution, 2m 00s so far\n"
	if err.String() != want || out.Len() > 0 {
		t.Errorf("got\n%s, want\n%s", &err, want)
	}
}

// Our clock and CloudFormation's differ: the time of a resource is computed
// with one of them.
func TestSkewedClock(t *testing.T) {
	t.Setenv("TERM", "xterm")
	for _, skew := range []time.Duration{-time.Hour, time.Hour} {
		p := terminaltest.Sit(t, 80, 24)
		synctest.Test(t, func(t *testing.T) {
			s := &session{Person: p, t: t, screen: terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})}
			progress := s.screen.Follow(terminal.Work{Stack: "shop-dev"})
			progress.Event(terminal.Event{Time: time.Now().Add(skew), LogicalID: "Queue", Type: "AWS::SQS::Queue", Status: "CREATE_IN_PROGRESS"})
			s.waits(12 * time.Second)
			if seen := p.Look(); !strings.HasSuffix(seen, " 12s") {
				t.Errorf("with a clock %v away it shows\n%s", skew, seen)
			}
			progress.Close()
		})
	}
}

// The step of an upload has its size.
func TestSizes(t *testing.T) {
	for bytes, want := range map[int64]string{1: "1 B", 999: "999 B", 1000: "1.0 kB", 12_345_678: "12.3 MB", 999_960: "1.0 MB", 5_000_000_000: "5.0 GB"} {
		var out strings.Builder
		step := terminal.New(terminal.Options{Out: io.Discard, Err: &out}).Step("Uploading")
		step.Meter(bytes, bytes)
		step.Done("")
		if got := out.String(); !strings.Contains(got, "Uploading: "+want+" (") {
			t.Errorf("%d bytes are %q, want %q", bytes, got, want)
		}
	}
}

// Foreign text can't control the terminal.
func FuzzForeignText(f *testing.F) {
	for _, text := range []string{"", "a\x1b[2Jb", "\x9b31m", "\u009b31m", "\u202e", "日本語", "{\"msg\":\"\\u001b[2J\"}", "\x1b[31mred", "a\x00\r\nb\tc", strings.Repeat("x", 300), "\xff\xfe"} {
		f.Add(text)
	}
	if err := os.Unsetenv("NO_COLOR"); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		t.Setenv("TERM", "xterm")
		p := terminaltest.Sit(t, 40, 10)
		s := terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})
		s.Log(terminal.LogLine{Stream: text, Message: text})
		s.Note(text)
		s.Changes(&review.Review{Rows: []review.Row{{Action: review.Changed, LogicalID: text, Type: text, Stack: []string{text}, Properties: []review.Property{{Path: text, Before: text, After: "x" + text}}}}})
		step := s.Step(text)
		progress := s.Follow(terminal.Work{Stack: text})
		progress.Event(terminal.Event{LogicalID: text, StackName: text, Type: text, Status: text, Reason: text, Path: []string{text}})
		progress.Event(terminal.Event{LogicalID: "x" + text, Status: "CREATE_FAILED", Reason: text})
		step.Done(text)
		progress.Close()
		s.Failure(terminal.Failure{LogicalID: text, Reason: text, Type: text, Status: text, Advice: text, Source: &app.Source{File: text}, Others: []string{text}})
		s.Result(terminal.Result{Stack: text, Outputs: []terminal.Output{{Key: text, Value: text}}})
		s.Table(terminal.Table{Title: text, Columns: []string{"a", "b"}, Rows: [][]terminal.Cell{{{Text: text}, {Text: text}}}})
		p.Settle()
		if rest := ours.ReplaceAll(p.Takes(), nil); bytes.ContainsAny(rest, "\x1b\x07\b\x00") {
			t.Errorf("%q tells the terminal %q", text, rest)
		}
	})
}

// ours matches the sequences that a screen writes itself: colours, up, and
// erase.
var ours = regexp.MustCompile(`\x1b\[([0-9;:]*m|[0-9]+A|[JK])`)
