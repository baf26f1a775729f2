package child_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/child"
)

// TestMain is a program that doesn't handle signals, if the environment says so.
func TestMain(m *testing.M) {
	if os.Getenv("RUN_WITH_SIGNALS") == "" {
		os.Exit(m.Run())
	}
	err := child.WithSignals(func(ctx context.Context) error {
		c := exec.Command("sh", "-c", "sleep 600 & echo; sleep 600")
		c.Stdout = os.Stdout
		return child.Run(ctx, c, 0)
	})
	fmt.Fprintln(os.Stderr, err)
	os.Exit(7)
}

// TestWithSignals: a signal to a program that doesn't handle signals ends what the
// program has started, and then the program.
func TestWithSignals(t *testing.T) {
	for _, sent := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sent.String(), func(t *testing.T) {
			if signal.Ignored(sent) {
				t.Skip("this run ignores the signal, as under nohup, and so does what it starts")
			}
			c, marker, ready := sh(t, "")
			c.Path, c.Args = os.Args[0], os.Args[:1]
			c.Env = append(c.Env, "RUN_WITH_SIGNALS=1")
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			<-ready
			c.Process.Signal(sent)
			c.Wait()
			if got := c.ProcessState.Sys().(syscall.WaitStatus); got.Signal() != sent {
				t.Errorf("the program ended with %v", c.ProcessState)
			}
			gone(t, marker)
		})
	}
	err := child.WithSignals(func(context.Context) error { return os.ErrInvalid })
	if err != os.ErrInvalid {
		t.Errorf("without a signal: got %v", err)
	}
}

// sh returns a shell command that prints a line when it is ready.
func sh(t *testing.T, script string) (c *exec.Cmd, marker string, ready <-chan struct{}) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell here")
	}
	marker = fmt.Sprintf("LC_MARKER=%d-%s", os.Getpid(), strings.ReplaceAll(t.Name(), "/", "-"))
	told := make(signalling, 1)
	c = exec.Command("sh", "-c", script)
	c.Env, c.Stdout = append(os.Environ(), marker), told
	return c, marker, told
}

// signalling is a writer that signals the first write.
type signalling chan struct{}

func (s signalling) Write(p []byte) (int, error) {
	select {
	case s <- struct{}{}:
	default:
	}
	return len(p), nil
}

// gone waits until no process has the variable in its environment, and fails if
// one stays.
func gone(t *testing.T, marker string) {
	t.Helper()
	var left []string
	for range 200 {
		left = nil
		files, _ := filepath.Glob("/proc/[0-9]*/environ")
		for _, file := range files {
			if environment, _ := os.ReadFile(file); bytes.Contains(environment, []byte(marker)) {
				command, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
				left = append(left, strings.ReplaceAll(string(command), "\x00", " "))
			}
		}
		if len(left) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond) // until the kernel has ended them
	}
	child.Sweep(marker)
	t.Errorf("still there: %q", left)
}

// TestRun: however a command ends, no process of its group stays.
func TestRun(t *testing.T) {
	for name, tc := range map[string]struct {
		script string
		cancel bool
		grace  time.Duration
		want   string
	}{
		"success":                {script: "sleep 600 & sleep 600 & exit 0"},
		"success, output closed": {script: "sleep 600 >/dev/null 2>&1 & exit 0"},
		"failure":                {script: "sleep 600 & exit 3", want: "exit status 3"},
		"called off":             {script: "sleep 600 & echo; sleep 600", cancel: true, want: "signal: killed"},
		"interrupted":            {script: "sleep 600 & (echo; exec sleep 600); exit 0", cancel: true, grace: time.Minute, want: "signal: interrupt"},
		"cleans up":              {script: "trap 'exit 4' INT; sleep 600 & echo; wait", cancel: true, grace: time.Minute, want: "exit status 4"},
		"ignores interrupts":     {script: "trap '' INT; sleep 600 & echo; sleep 600", cancel: true, grace: time.Millisecond, want: "signal: killed"},
		"left by who cleans up":  {script: "(trap '' INT; exec sleep 600) & trap 'exit 4' INT; echo; wait", cancel: true, grace: time.Minute, want: "exit status 4"},
	} {
		t.Run(name, func(t *testing.T) {
			c, marker, ready := sh(t, tc.script)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if tc.cancel {
				go func() { <-ready; cancel() }()
			}
			got := ""
			if err := child.Run(ctx, c, tc.grace); err != nil {
				got = err.Error()
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			gone(t, marker)
		})
	}
}

func TestRunNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := child.Run(ctx, exec.Command("sh"), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if err := child.Run(t.Context(), exec.Command(filepath.Join(t.TempDir(), "none")), 0); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want %v", err, os.ErrNotExist)
	}
}

// TestKillAll: everything that runs is killed, with all that it has started.
func TestKillAll(t *testing.T) {
	c, marker, ready := sh(t, "sleep 600 & echo; sleep 600")
	ended := make(chan error)
	go func() { ended <- child.Run(t.Context(), c, 0) }()
	<-ready
	child.KillAll()
	if err := <-ended; err == nil || err.Error() != "signal: killed" {
		t.Errorf("got %v", err)
	}
	gone(t, marker)
}

// TestSweep: a process with a session of its own is killed as well.
func TestSweep(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("there is no setsid here")
	}
	c, marker, _ := sh(t, "setsid sleep 600 >/dev/null 2>&1 & setsid sh -c 'sleep 600 & sleep 600' >/dev/null 2>&1 & exit 0")
	if err := child.Run(t.Context(), c, 0); err != nil {
		t.Fatal(err)
	}
	child.Sweep(marker)
	gone(t, marker)
}
