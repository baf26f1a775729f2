//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/terminal/terminaltest"
)

// TestAsked: whoever gives no name in a terminal is asked, and what is no name is
// asked again.
func TestAsked(t *testing.T) {
	for _, width := range []int{60, 100} {
		t.Setenv("TERM", "xterm-256color")
		s := &session{Person: terminaltest.Sit(t, width, 30), t: t, dir: t.TempDir()}
		wait := s.run("new-project")
		s.sees("Name", "What the project is called", "rest-api", "queue-worker", "Module")
		s.Types("2nd\r")
		s.sees(`can't be a project's name`)
		s.Types("\x7f\x7f\x7fshop\r")
		s.sees("┃ > rest-api")
		s.Types("\x1b[B")
		s.sees("┃ > s3-event-handler")
		s.Types("\x1b[B")
		s.sees("┃ > lambda-only")
		s.Types("\r")
		s.sees("┃ Module")
		s.Types("example.com/team/shop\r")
		if status := wait(); status != 0 {
			t.Fatalf("it ended with status %d:\n%s", status, s.Look())
		}
		s.sees("next: cd shop && chalice invoke --local first_function")
		data, err := os.ReadFile(filepath.Join(s.dir, "shop", "go.mod"))
		if err != nil || !strings.HasPrefix(string(data), "module example.com/team/shop\n") {
			t.Errorf("go.mod is %q, %v", data, err)
		}
	}
}

// TestAskedInVain: whoever doesn't want to answer gets nothing, in any terminal.
func TestAskedInVain(t *testing.T) {
	for term, says := range map[string]string{"xterm-256color": "Error: nothing is made", "dumb": "Error: interrupted"} {
		t.Setenv("TERM", term)
		s := &session{Person: terminaltest.Sit(t, 80, 30), t: t, dir: t.TempDir()}
		wait := s.run("new-project")
		s.sees("Name")
		s.Types("shop\x03")
		if status := wait(); status == 0 {
			t.Errorf("TERM=%s: it ended with status %d:\n%s", term, status, s.Look())
		}
		s.sees(says)
		if entries, err := os.ReadDir(s.dir); err != nil || len(entries) > 0 {
			t.Errorf("TERM=%s: there is %v, %v", term, entries, err)
		}
	}
}
