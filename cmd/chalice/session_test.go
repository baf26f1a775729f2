//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
	"github.com/chalice-go/chalice/internal/deploy/terminal/terminaltest"
)

// A session is a person who deploys an app to tools/endpoint, and sees what happens.
type session struct {
	*terminaltest.Person
	t   *testing.T
	dir string
	app string
	// interrupt does to the command that runs what Ctrl-C does. Typed, that would also
	// discard what is on its way to the screen.
	interrupt func()
}

// sessionAt puts a person in front of a project and a terminal of a size.
func sessionAt(t *testing.T, width, height int) *session {
	t.Helper()
	endpointtest.Need(t)
	t.Setenv("TERM", "xterm-256color")
	t.Setenv("NO_COLOR", "")
	s := &session{Person: terminaltest.Sit(t, width, height), t: t, dir: t.TempDir()}
	s.app = fmt.Sprintf("seen%d%d", width, time.Now().UnixNano()%1e6)
	if status := s.run("new-project", s.app)(); status != 0 {
		t.Fatalf("new-project ended with status %d:\n%s", status, s.Look())
	}
	s.dir = filepath.Join(s.dir, s.app)
	s.write(".chalice/config.json", fmt.Sprintf(`{"version": "2.0", "app_name": %q, "lambda_architecture": "x86_64", "iam_roles": "per_function"}`, s.app))
	s.functions("index")
	t.Cleanup(func() {
		s.conditions(`{}`)
		if status := s.run("delete", "--yes")(); status != 0 {
			t.Errorf("delete ended with status %d:\n%s", status, s.Look())
		}
	})
	return s
}

func (s *session) write(name, text string) {
	s.t.Helper()
	file := filepath.Join(s.dir, name)
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

// functions says of which functions the app consists.
func (s *session) functions(names ...string) {
	s.t.Helper()
	program := "package main\n\nimport (\n\t\"context\"\n\t\"encoding/json\"\n\n" +
		"\t\"github.com/chalice-go/chalice/app\"\n\t\"github.com/chalice-go/chalice/dispatch\"\n)\n\n" +
		"func main() {\n\ta := app.New(\"shop\")\n"
	for _, name := range names {
		program += "\ta.LambdaFunction(" + name + ")\n"
	}
	program += "\tdispatch.Start(a)\n}\n"
	for _, name := range names {
		program += "\nfunc " + name + "(context.Context, json.RawMessage) (any, error) { return nil, nil }\n"
	}
	s.write("main.go", program)
}

// conditions says how the endpoint changes the stack.
func (s *session) conditions(text string) {
	s.t.Helper()
	endpointtest.SetConditions(s.t, s.app+"-dev", text)
}

// run starts the command in the terminal. It returns what waits for its exit status.
func (s *session) run(args ...string) (wait func() int) {
	s.t.Helper()
	c := exec.Command("chalice", args...)
	c.Dir = s.dir
	c.Stdin, c.Stdout, c.Stderr = s.TTY, s.TTY, s.TTY
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Process.Kill() }) // if nobody waited for it
	s.interrupt = func() { c.Process.Signal(os.Interrupt) }
	return func() int {
		if err := c.Wait(); err != nil && c.ProcessState == nil {
			s.t.Fatal(err)
		}
		return c.ProcessState.ExitCode()
	}
}

// deploy starts a deployment.
func (s *session) deploy() (wait func() int) {
	return s.run("deploy")
}

// sees waits until all texts are on the screen.
func (s *session) sees(texts ...string) {
	s.t.Helper()
	var seen, missing string
	for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(50 * time.Millisecond) {
		seen, missing = s.Scroll(), ""
		for _, text := range texts {
			if !strings.Contains(seen, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
	}
	s.t.Fatalf("%q isn't on the screen:\n%s", missing, seen)
}

// A person deploys, answers, watches, and interrupts.
func TestSessionAtEndpoint(t *testing.T) {
	for _, width := range []int{80, 120} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			s := sessionAt(t, width, 50)
			s.conditions(`{"seconds": 0.6}`)
			wait := s.deploy()
			s.sees("✓ Packaging", "✓ Uploading", "+ Index ", "logs:PutLogEvents", "3 to add", "[y/N]")
			s.Types("y\n")
			s.sees("⠋ ", s.app+"-dev  creating", "IndexRole", "IAM::Role")
			if status := wait(); status != 0 {
				t.Fatalf("it ended with status %d:\n%s", status, s.Look())
			}
			s.sees("✓ "+s.app+"-dev  created", "✓ "+s.app+"-dev is created")
			if strings.ContainsAny(s.Look(), "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏") || s.HidesCursor() {
				t.Errorf("something is left of what was redrawn:\n%s", s.Look())
			}

			s.functions("index", "report")
			s.conditions(`{"seconds": 2}`)
			wait = s.deploy()
			s.sees("+ Report ", "1 to change", "[y/N] ")
			s.Types("yes\n")
			s.sees(s.app+"-dev  updating", "ReportRole")
			s.interrupt()
			s.sees("Cancel that", "rolled")
			s.Types("y\n")
			s.sees("rolling back")
			if status := wait(); status != 130 {
				t.Errorf("interrupted, it ended with status %d", status)
			}
			s.sees("↺ "+s.app+"-dev  rolled back", "was cancelled")
		})
	}
}
