package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
)

// replace replaces a text in a file: replace OLD NEW FILE.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace old new file")
	}
	before := ts.ReadFile(args[2])
	after := strings.ReplaceAll(before, args[0], args[1])
	if after == before {
		ts.Fatalf("%s has no %q", args[2], args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(after), 0o666))
}

// status runs a command that has to end with a status: status 2 chalice diff.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status number command [args...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := err.(*exec.ExitError); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v: %v", args[1:], err)
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("%v: exit status %d, want %s\n%s", args[1:], got, args[0], ts.ReadFile("stderr"))
	}
}

// deployed is a project with a stack that is slow to change.
type deployed struct {
	*testing.T
	dir, stack string
}

func newDeployed(t *testing.T) *deployed {
	t.Helper()
	endpointtest.Need(t)
	t.Setenv("GOFLAGS", "-mod=mod")
	dir := t.TempDir()
	app := fmt.Sprintf("p%d", time.Now().UnixNano()%1e9)
	d := &deployed{t, dir, app + "-dev"}
	if _, stderr, code := d.run("new-project", app); code != 0 {
		t.Fatalf("new-project: status %d\n%s", code, stderr)
	}
	d.dir = filepath.Join(dir, app)
	d.configure(128)
	if _, stderr, code := d.run("deploy", "--yes"); code != 0 {
		t.Fatalf("deploy: status %d\n%s", code, stderr)
	}
	t.Cleanup(func() { exec.Command("aws", "cloudformation", "delete-stack", "--stack-name", d.stack).Run() })
	endpointtest.SetConditions(t, d.stack, `{"seconds": 0.6}`)
	return d
}

// configure gives the functions a size, so that an update takes a while.
func (d *deployed) configure(memory int) {
	write(d.T, filepath.Join(d.dir, ".chalice/config.json"), fmt.Sprintf(
		`{"version": "2.0", "app_name": %q, "lambda_architecture": "x86_64", "lambda_memory_size": %d, "stages": {"dev": {}}}`,
		strings.TrimSuffix(d.stack, "-dev"), memory))
}

func (d *deployed) command(args ...string) (*exec.Cmd, *bytes.Buffer, *bytes.Buffer) {
	var stdout, stderr bytes.Buffer
	c := exec.Command("chalice", args...)
	c.Dir, c.Stdout, c.Stderr = d.dir, &stdout, &stderr
	return c, &stdout, &stderr
}

func (d *deployed) run(args ...string) (stdout, stderr string, code int) {
	c, out, err := d.command(args...)
	_ = c.Run()
	return out.String(), err.String(), c.ProcessState.ExitCode()
}

// state is the stack's, as the AWS CLI tells it.
func (d *deployed) state() string {
	out, err := exec.Command("aws", "cloudformation", "describe-stacks", "--stack-name", d.stack, "--query", "Stacks[0].StackStatus", "--output", "text").Output()
	if err != nil {
		return "none"
	}
	return strings.TrimSpace(string(out))
}

func (d *deployed) await(want string) {
	d.Helper()
	got := d.state()
	for end := time.Now().Add(30 * time.Second); got != want && time.Now().Before(end); got = d.state() {
	}
	if got != want {
		d.Fatalf("the stack is in %s, want %s", got, want)
	}
}

// TestEndpointSignals: a signal ends the command with the status that shells know, and the
// stack goes on, since nobody is there to be asked.
func TestEndpointSignals(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			d := newDeployed(t)
			endpointtest.SetConditions(t, d.stack, `{"seconds": 5}`) // the AWS CLI takes a second or two to look
			d.configure(256)
			c, _, stderr := d.command("deploy", "--yes")
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			d.await("UPDATE_IN_PROGRESS")
			if err := c.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = c.Wait()
			if code := c.ProcessState.ExitCode(); code != 128+int(signal) {
				t.Errorf("exit status %d, want %d", code, 128+int(signal))
			}
			want := "Error: stack " + d.stack + " is still being updated, which goes on by itself; chalice status shows how that ends\n"
			if got := stderr.String(); !strings.HasSuffix(got, want) {
				t.Errorf("standard error is\n%s\nand should end with\n%s", got, want)
			}
			d.await("UPDATE_COMPLETE")
			endpointtest.EndConditions(t, d.stack)
			if _, stderr, code := d.run("deploy", "--yes"); code != 0 {
				t.Errorf("the next deployment: status %d\n%s", code, stderr)
			}
		})
	}
}

// TestEndpointTwoAtOnce: of two deployments at once one wins, and the other says so.
func TestEndpointTwoAtOnce(t *testing.T) {
	d := newDeployed(t)
	d.configure(256)
	var running sync.WaitGroup
	var codes [2]int
	var errs [2]string
	for i := range codes {
		running.Go(func() { _, errs[i], codes[i] = d.run("deploy", "--yes") })
	}
	running.Wait()
	if codes != [2]int{0, 1} && codes != [2]int{1, 0} {
		t.Fatalf("exit statuses %v, want one 0 and one 1\n%s\n%s", codes, errs[0], errs[1])
	}
	loser := errs[0] + errs[1]
	if !strings.Contains(loser, "is being changed already: UPDATE_") && !strings.Contains(loser, "was changed") {
		t.Errorf("the other one doesn't say why:\n%s", loser)
	}
	d.await("UPDATE_COMPLETE")
	endpointtest.EndConditions(t, d.stack)
	if stdout, stderr, code := d.run("deploy", "--yes"); code != 0 || !strings.Contains(stderr, "No changes") {
		t.Errorf("the next deployment: status %d\n%s%s", code, stdout, stderr)
	}
}

// TestEndpointKilled: whenever a deployment is killed, the next one ends well.
func TestEndpointKilled(t *testing.T) {
	d := newDeployed(t)
	endpointtest.SetConditions(t, d.stack, `{"seconds": 0.2}`)
	const times = 6
	for i := range times {
		d.configure(256 + i)
		c, _, _ := d.command("deploy", "--yes")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(i+1) * 400 * time.Millisecond)
		_ = c.Process.Kill()
		_ = c.Wait()
		if _, err := os.Stat(filepath.Join(d.dir, ".chalice/deployed/dev.json")); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(30 * time.Second); strings.HasSuffix(d.state(), "_IN_PROGRESS") && time.Now().Before(end); {
		}
		if _, stderr, code := d.run("deploy", "--yes"); code != 0 {
			t.Fatalf("the deployment after the one killed after %d00 ms: status %d\n%s", 4*(i+1), code, stderr)
		}
	}
}
