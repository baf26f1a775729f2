//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/terminal/terminaltest"
)

// TestAsked: whoever gives no name in a terminal is asked, and what is no answer is asked
// for again: neither keys that aren't letters nor letters that nobody sees are one.
func TestAsked(t *testing.T) {
	for _, width := range []int{40, 100} {
		s := &session{Person: terminaltest.Sit(t, width, 40), t: t, dir: t.TempDir()}
		wait := s.run("new-project")
		for _, name := range []string{"", "2nd", "shop\x1b[A", "sh\u200bop", "sh\xffop"} {
			s.Await("Name of the project: ")
			s.Types(name + "\r")
			s.sees(strconv.Quote(name) + " can't be a project's name")
		}
		s.Types("shop\r")
		s.sees("1. rest-api", "4. queue-worker", "Number or name [rest-api]:")
		for _, choice := range []string{"0", "rest", "\x1b[B", "\x1b[B2"} {
			s.Takes()
			s.Types(choice + "\r")
			s.Await("a name of the list\r\nNumber or name [rest-api]: ")
		}
		s.Types("3\r")
		s.Await("[shop]: ")
		s.Types("example.com/team/shop\r")
		if status := wait(); status != 0 {
			t.Fatalf("it ended with status %d:\n%s", status, s.Look())
		}
		s.sees("next: cd shop", "first_function")
		data, err := os.ReadFile(filepath.Join(s.dir, "shop", "go.mod"))
		if err != nil || !strings.HasPrefix(string(data), "module example.com/team/shop\n") {
			t.Errorf("go.mod is %q, %v", data, err)
		}
	}
}

// TestAskedInVain: whoever doesn't want to answer gets nothing.
func TestAskedInVain(t *testing.T) {
	for typed, says := range map[string]string{
		"\x03":        "Error: interrupted",
		"\x04":        "Error: nothing is made",
		"web\x04\x04": "Error: nothing is made", // the first ends what is read, the second the input
	} {
		s := &session{Person: terminaltest.Sit(t, 80, 30), t: t, dir: t.TempDir()}
		wait := s.run("new-project")
		s.Types("shop\r")
		s.Await("Number or name [rest-api]: ")
		s.Types(typed)
		if status := wait(); status == 0 {
			t.Errorf("after %q it ended with status %d:\n%s", typed, status, s.Look())
		}
		s.sees("\n" + says)
		if entries, err := os.ReadDir(s.dir); err != nil || len(entries) > 0 {
			t.Errorf("after %q there is %v, %v", typed, entries, err)
		}
	}
}
