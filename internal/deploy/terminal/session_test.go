package terminal_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/terminal"
	"github.com/chalice-go/chalice/internal/deploy/terminal/terminaltest"
)

var update = flag.Bool("update", false, "rewrite the expected sessions")

func TestMain(m *testing.M) {
	flag.Parse()
	time.Local = time.UTC // times of events are in the machine's zone
	os.Exit(m.Run())
}

// A session is a use of the command by somebody: the golden files have what
// they see at several moments.
type session struct {
	*terminaltest.Person // nil: a program uses the command
	t                    *testing.T
	screen               *terminal.Screen
	seen                 bytes.Buffer
}

func (s *session) at(moment string) {
	if s.Person == nil {
		return
	}
	synctest.Wait()
	fmt.Fprintf(&s.seen, "======== %s\n%s\n", moment, s.Look())
}

// waits lets time pass.
func (s *session) waits(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// asks asks a question, types the answer, and returns what Ask returns.
func (s *session) asks(question, answer string) bool {
	if s.Person == nil {
		if _, err := s.screen.Ask(context.Background(), question); !errors.Is(err, terminal.ErrNoTerminal) {
			s.t.Error("a question to nobody:", err)
		}
		return strings.EqualFold(answer, "yes\n")
	}
	go s.Answers(answer)
	yes, err := s.screen.Ask(context.Background(), question)
	if err != nil {
		s.t.Error(err)
	}
	s.Settle() // until the echo is there, the next answer would be typed at the sight of this question
	return yes
}

// follows replays recorded events at their times, and looks at the screen some
// moments after the beginning.
func (s *session) follows(work terminal.Work, file string, moments ...time.Duration) {
	s.t.Helper()
	events := recorded(s.t, file)
	p := s.screen.Follow(work)
	defer p.Close()
	var passed time.Duration
	pass := func(until time.Duration) {
		for ; len(moments) > 0 && moments[0] <= until; moments = moments[1:] {
			s.waits(moments[0] - passed)
			passed = moments[0]
			s.at("after " + passed.String())
		}
		s.waits(until - passed)
		passed = until
	}
	for _, e := range events {
		pass(e.Time.Sub(events[0].Time))
		p.Event(e)
	}
	pass(passed + 200*time.Millisecond)
}

// recorded reads events in the form in which --json writes them.
func recorded(t *testing.T, name string) []terminal.Event {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "events", name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var events []terminal.Event
	ids := map[string]string{}
	for line := range bytes.Lines(data) {
		var e struct {
			Time                        time.Time
			Stack, Type, Status, Reason string
			LogicalID                   string `json:"logical_id"`
			PhysicalID                  string `json:"physical_id"`
			Path                        []string
		}
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if e.LogicalID == e.Stack {
			ids[e.Stack] = e.PhysicalID
		}
		events = append(events, terminal.Event{
			Time: e.Time, StackID: ids[e.Stack], StackName: e.Stack, Path: e.Path, LogicalID: e.LogicalID,
			PhysicalID: e.PhysicalID, Type: e.Type, Status: e.Status, Reason: e.Reason,
		})
	}
	if len(events) == 0 {
		t.Fatalf("%s has no events", name)
	}
	return events
}

// kinds of terminals, by name.
var kinds = map[string]struct {
	width, height int
	environment   map[string]string
	colors        bool
}{
	"80":          {width: 80, height: 24, colors: true},
	"120":         {width: 120, height: 40},
	"40":          {width: 40, height: 16},
	"80-no-color": {width: 80, height: 24, environment: map[string]string{"NO_COLOR": "1"}, colors: true},
	"80-dumb":     {width: 80, height: 24, environment: map[string]string{"TERM": "dumb"}, colors: true},
}

// sessions are uses of the command, by name.
var sessions = map[string]func(*session){
	"compile":  compiled,
	"deploy":   firstDeployment,
	"update":   update2,
	"rollback": rolledBack,
	"many":     manyResources,
	"logs":     readLogs,
	"tables":   readTables,
	"strange":  strangeNames,
}

func TestSessions(t *testing.T) {
	for name, play := range sessions {
		for kind, k := range kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Setenv("TERM", "xterm-256color")
				t.Setenv("NO_COLOR", "")
				for key, value := range k.environment {
					t.Setenv(key, value)
				}
				p := terminaltest.Sit(t, k.width, k.height)
				p.Colors = k.colors
				s := &session{Person: p, t: t}
				synctest.Test(t, func(t *testing.T) {
					s.screen = terminal.New(terminal.Options{In: p.TTY, Out: p.TTY, Err: p.TTY})
					play(s)
					synctest.Wait()
				})
				fmt.Fprintf(&s.seen, "======== in the end\n%s\n", p.Scroll())
				golden(t, filepath.Join("testdata", "sessions", name, kind+".txt"), s.seen.String())
				if p.HidesCursor() {
					t.Error("the cursor is gone")
				}
			})
		}
	}
}

// TestProgramSessions: the same sessions without a terminal.
func TestProgramSessions(t *testing.T) {
	for name, play := range sessions {
		for kind, o := range map[string]terminal.Options{"piped": {}, "json": {JSON: true}} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				var out, err bytes.Buffer
				o.In, o.Out, o.Err = strings.NewReader("y\n"), &out, &err
				synctest.Test(t, func(t *testing.T) {
					play(&session{t: t, screen: terminal.New(o)})
				})
				if bytes.Contains(out.Bytes(), []byte("\x1b[")) && name != "logs" || bytes.Contains(err.Bytes(), []byte("\x1b")) {
					t.Error("there are escape sequences")
				}
				golden(t, filepath.Join("testdata", "sessions", name, kind+".txt"),
					fmt.Sprintf("======== standard output\n%s======== standard error\n%s", &out, &err))
				if o.JSON {
					checkObjects(t, &out)
				}
			})
		}
	}
}

// checkObjects checks that each line is an object with a kind and a time.
func checkObjects(t *testing.T, out *bytes.Buffer) {
	t.Helper()
	for line := range bytes.Lines(out.Bytes()) {
		var object struct {
			Kind string
			Time time.Time
		}
		if err := json.Unmarshal(line, &object); err != nil || object.Kind == "" || object.Time.IsZero() {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err, "(go test ./internal/deploy/terminal -update writes it)")
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
