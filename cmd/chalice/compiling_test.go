//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/terminal/terminaltest"
)

// TestCompilingIsSeen: who waits for the compiler at a terminal sees what is compiled, and
// results that are data have nothing of it.
func TestCompilingIsSeen(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	t.Setenv("NO_COLOR", "")
	t.Chdir(t.TempDir())
	chalice(t, "new-project", "shop")
	go1, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	ready := filepath.Join(bin, "ready")
	write(t, filepath.Join(bin, "go"), "#!/bin/sh\nif test $1 = build; then until test -e '"+ready+"'; do sleep 0.05; done; fi\nexec '"+go1+"' \"$@\"\n")
	if err := os.Chmod(filepath.Join(bin, "go"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, tc := range []struct {
		args       []string
		sees, left []string
	}{
		{[]string{"package", "out"}, []string{"Compiling shop for linux/", " Compiling shop for"}, []string{"✓ Compiling shop for", "out/deployment.zip", "next: sam deploy"}},
		{[]string{"describe", "--force"}, []string{"Compiling shop for"}, []string{"✓ Compiling shop for", `"name": "shop"`}},
		{[]string{"invoke", "--local", "api_handler", "--force"}, []string{"Compiling shop for"}, []string{"✓ Compiling shop for"}},
	} {
		t.Run(tc.args[0], func(t *testing.T) {
			s := &session{Person: terminaltest.Sit(t, 100, 50), t: t, dir: "shop"}
			wait := s.run(tc.args...)
			s.sees(tc.sees...)
			write(t, ready, "")
			wait()
			s.sees(tc.left...)
			if err := os.Remove(ready); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(s.Look(), "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏") || s.HidesCursor() {
				t.Errorf("something is left of what was redrawn:\n%s", s.Look())
			}
		})
	}
}
