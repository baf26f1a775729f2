package devserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/devserver"
)

// show returns what a printer prints for events.
func show(p devserver.Printer, happen func(*devserver.Journal)) string {
	var out bytes.Buffer
	p.Out, p.Status = &out, &out
	j := devserver.NewJournal()
	ctx, cancel := context.WithCancel(context.Background())
	events := j.Subscribe(ctx)
	happen(j)
	cancel()
	devserver.Follow(p, events)
	return out.String()
}

func everything(j *devserver.Journal) {
	id := j.Begin(devserver.HTTP, "GET", "/users/7?a=\x1b[31m")
	j.End(id, 404, nil)
	id = j.Begin(devserver.Invoke, "", "tick")
	j.End(id, 0, errors.New("no\nclock"))
	j.Print(devserver.Line{Text: `{"timestamp":"2026-01-01T00:00:00Z","level":"WARN","message":"out of \u001b[2J","who":"you and me","n":3,"o":{"a":1},"requestId":"x","function":"f"}`})
	j.Print(devserver.Line{Text: `{"level":"ERROR","msg":"boom","stackTrace":[{"path":"main.go","line":3,"label":"crash"}]}`})
	j.Print(devserver.Line{Text: `{"level":"ERROR","msg":"boom","stack":"goroutine 1 [running]:\nx()\n\t/x.go:1\npanic({1})\n\t/p.go:2\nmain.crash()\n\t/main.go:3 +0x28\ngithub.com/chalice-go/chalice/dispatch.guardRoute()\n\t/d.go:4\n"}`})
	j.Print(devserver.Line{Text: `{"no": "log line"}`})
	j.Print(devserver.Line{Level: "WARN", Text: "ours"})
	j.Built(devserver.Build{Generation: 2, State: devserver.Building, Reason: "main.go"})
	j.Built(devserver.Build{Generation: 2, State: devserver.Failed, Error: "main.go:3: no"})
	j.Built(devserver.Build{Generation: 2, State: devserver.Answered, Duration: 412 * time.Millisecond})
}

func TestPrinter(t *testing.T) {
	got := show(devserver.Printer{}, everything)
	for i, line := range strings.Split(got, "\n")[:2] { // times differ
		fields := strings.Fields(line)
		if len(fields) != 4 {
			t.Errorf("line %d is %q", i, line)
			break
		}
		got = strings.Replace(got, " "+fields[3]+"\n", " TIME\n", 1)
	}
	want := `GET    /users/7?a=` + "\ufffd" + `[31m 404 TIME
invoke tick failed TIME
	no
	clock
WARN  out of ` + "\ufffd" + `[2J who="you and me" n=3 o={"a":1}
ERROR boom
	main.go:3 crash
ERROR boom
	main.crash()
		/main.go:3 +0x28
{"no": "log line"}
WARN  ours
building: main.go changed
main.go:3: no
requests are answered with this until it is mended
the first new answer came 412ms after the change
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if strings.Contains(got, "\x1b") {
		t.Error("there are escape sequences without colour")
	}
	if coloured := show(devserver.Printer{Color: true}, everything); !strings.Contains(coloured, "\x1b[33m404\x1b[") {
		t.Errorf("with colour it is\n%q", coloured)
	}
}

func TestPrinterInJSON(t *testing.T) {
	var kinds []string
	for line := range strings.Lines(show(devserver.Printer{JSON: true}, everything)) {
		var object map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &object); err != nil || len(object) != 1 {
			t.Fatalf("%s: %v", line, err)
		}
		for kind := range object {
			kinds = append(kinds, kind)
		}
	}
	want := []string{"http", "invoke", "log", "log", "log", "log", "log", "build", "build", "build"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// A line that a program prints can have colours, but no other escape sequences
// for the terminal.
func TestPrintedEscapeSequences(t *testing.T) {
	const reset = "\x1b[0m"
	for name, tc := range map[string]struct{ text, colored, plain string }{
		"none":             {"a\tb é", "a\tb é", "a\tb é"},
		"colours":          {"\x1b[1;31mred\x1b[0m, \x1b[38:5:9mred", "\x1b[1;31mred\x1b[0m, \x1b[38:5:9mred" + reset, "red, red"},
		"a title":          {"\x1b]0;owned\x07", "\ufffd]0;owned\ufffd", "\ufffd]0;owned\ufffd"},
		"a cleared screen": {"\x1b[2J\x1b[H", "\ufffd[2J\ufffd[H", "\ufffd[2J\ufffd[H"},
		"C1 controls":      {"\u009b31m", "\ufffd31m", "\ufffd31m"},
		"an earlier line":  {"a\rb\bc", "a\ufffdb\ufffdc", "a\ufffdb\ufffdc"},
	} {
		t.Run(name, func(t *testing.T) {
			printed := func(j *devserver.Journal) { j.Print(devserver.Line{Text: tc.text}) }
			if got := show(devserver.Printer{Color: true}, printed); got != tc.colored+"\n" {
				t.Errorf("with colour it is %q, want %q", got, tc.colored)
			}
			if got := show(devserver.Printer{}, printed); got != tc.plain+"\n" {
				t.Errorf("without colour it is %q, want %q", got, tc.plain)
			}
		})
	}
}

// TestPrinterOfBatches: a batch that fails says what becomes of it.
func TestPrinterOfBatches(t *testing.T) {
	got := show(devserver.Printer{}, func(j *devserver.Journal) {
		j.EndBatch(j.Begin(devserver.Poll, "", "clicks"), errors.New("no\nthe function is registered at main.go:3"), "tried again in 1s: 2 records\x1b[2J")
		j.EndBatch(j.Begin(devserver.Poll, "", "clicks"), nil, "")
	})
	got = regexp.MustCompile(`(failed|ok) \S+`).ReplaceAllString(got, "$1 TIME")
	want := "poll   clicks failed TIME\n\tno\n\tthe function is registered at main.go:3\n\ttried again in 1s: 2 records\ufffd[2J\npoll   clicks ok TIME\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
