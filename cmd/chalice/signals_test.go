//go:build linux

package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/child"
	"github.com/chalice-go/chalice/internal/deploy/terminal/terminaltest"
)

var signals = flag.Int("signals", 2, "how many signals TestSignals sends to each command")

// A command is one whose processes can be told from all others.
type command struct {
	*exec.Cmd
	marker string
}

// newRun prepares a command in a project. The marker is a variable that the program
// gets, too.
func newRun(t *testing.T, dir string, env []string, args ...string) *command {
	t.Helper()
	r := &command{exec.Command("chalice", args...), fmt.Sprintf("LC_MARKER=%d-%d", os.Getpid(), rand.Uint64())}
	r.Dir = dir
	r.Env = append(append(os.Environ(), env...), r.marker)
	return r
}

// left lists the processes of the run that are there.
func (r *command) left() (all []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		if environment, _ := os.ReadFile(file); bytes.Contains(environment, []byte(r.marker)) {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
			all = append(all, strings.ReplaceAll(string(command), "\x00", " "))
		}
	}
	return all
}

// alone waits until nothing of the run is there, and fails for what stays. A killed
// process is gone as soon as the kernel comes to it.
func (r *command) alone(t *testing.T) {
	t.Helper()
	var left []string
	for range 200 {
		if left = r.left(); len(left) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	child.Sweep(r.marker)
	t.Errorf("%v: still there: %q", r.Args, left)
}

// linger is a program that starts others, two of which have a session of their own,
// and then takes its time.
const linger = `package main

import (
	"context"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	exec.Command("sleep", "600").Start()
	apart := exec.Command("sh", "-c", "sleep 600 & sleep 600")
	apart.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	apart.Start()
	if d, err := time.ParseDuration(os.Getenv("LC_LINGER")); err == nil {
		time.Sleep(d)
	}
	a := app.New("shop")
	a.Route("/", func(context.Context, *app.Request) (any, error) { return nil, nil })
	dispatch.Start(a)
}
`

// lingering makes a project with a program.
func lingering(t *testing.T) string {
	t.Helper()
	t.Chdir(t.TempDir())
	chalice(t, "new-project", "shop")
	dir, err := filepath.Abs("shop")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "main.go"), linger)
	return dir
}

// slowCompiler has the compiler take its time over a package of some name.
func slowCompiler(t *testing.T, name string) (variable string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "slow")
	write(t, file, "#!/bin/sh\ncase \"$*\" in *compile*"+name+"*) sleep 600;; esac\nexec \"$@\"\n")
	if err := os.Chmod(file, 0o755); err != nil {
		t.Fatal(err)
	}
	return "GOFLAGS=-toolexec=" + file
}

// orders is a project that calls AWS, so that its source is analyzed, with what its
// program says of itself.
func orders(t *testing.T) (dir, model string) {
	t.Helper()
	checkout, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for to, from := range map[string]string{"go.sum": "go.sum", "main.go": "examples/orders/main.go", ".chalice/config.json": "examples/orders/.chalice/config.json"} {
		data, err := os.ReadFile(filepath.Join(checkout, from))
		if err != nil {
			t.Fatal(err)
		}
		os.MkdirAll(filepath.Dir(filepath.Join(dir, to)), 0o777)
		write(t, filepath.Join(dir, to), string(data))
	}
	mod, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(mod), "\n")
	write(t, filepath.Join(dir, "go.mod"), "module example.com/slowly\n"+rest+
		"\nrequire github.com/chalice-go/chalice v0.0.0\n\nreplace github.com/chalice-go/chalice => "+checkout+"\n")
	model = filepath.Join(dir, "model.json")
	write(t, model, chalice(t, "describe", "--project-dir", dir))
	return dir, model
}

// TestSignals: a signal to the command alone, whenever it comes, ends all that the
// command has started, and leaves no file.
func TestSignals(t *testing.T) {
	analyzed, model := orders(t)
	shop := lingering(t)
	old := t.TempDir()
	write(t, filepath.Join(old, "app.py"), "")
	write(t, filepath.Join(old, "python"), "#!/bin/sh\ntrap '' INT\nsleep 600 &\nsetsid sleep 600 &\nsleep 600\nsleep 600\n")
	if err := os.Chmod(filepath.Join(old, "python"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		dir  string
		env  []string
		args []string
	}{
		"compiling":  {shop, []string{slowCompiler(t, "shop")}, []string{"package", "out"}},
		"describing": {shop, []string{"LC_LINGER=10m"}, []string{"package", "out"}},
		"analyzing":  {analyzed, []string{slowCompiler(t, "slowly")}, []string{"package", "--app-model", model, "--template-only", "out"}},
		"any time":   {shop, []string{"LC_LINGER=100ms"}, []string{"package", "out"}},
		"migrating":  {old, nil, []string{"migrate", "--python", "./python", ".", "out"}},
		"serving":    {shop, nil, []string{"local", "--port", "0"}},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range *signals {
				signal := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}[rand.N(3)]
				write(t, filepath.Join(tc.dir, "unique.go"), fmt.Sprintf("package main\n\nconst unique = %d\n", rand.Uint64()))
				tmp := t.TempDir()
				r := newRun(t, tc.dir, append(tc.env, "TMPDIR="+tmp), tc.args...)
				r.Stdout, r.Stderr = io.Discard, io.Discard
				if err := r.Start(); err != nil {
					t.Fatal(err)
				}
				delay := time.Duration(rand.Float64() * float64(2500*time.Millisecond))
				timer := time.AfterFunc(delay, func() { r.Process.Signal(signal) })
				err := r.Wait()
				timer.Stop()
				exit := (*exec.ExitError)(nil)
				// Early, the signal finds a process that doesn't know of it yet.
				early := errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == signal
				if got := r.ProcessState.ExitCode(); got != 128+int(signal) && got != 0 && !early {
					t.Errorf("run %d, %v after %v: exit status %d", i, signal, delay, got)
				}
				r.alone(t)
				entries, _ := os.ReadDir(tmp)
				project, _ := filepath.Glob(filepath.Join(tc.dir, ".chalice-*"))
				if len(entries) > 0 || len(project) > 0 {
					t.Errorf("run %d, %v after %v: left %v and %v", i, signal, delay, entries, project)
				}
			}
		})
	}
}

// TestTimeLimit: what a program has started doesn't outlive its time.
func TestTimeLimit(t *testing.T) {
	shop := lingering(t)
	for limit, want := range map[string]string{"1s": "the program ran for 1s without describing its app", "10m": ""} {
		linger := "LC_LINGER=10m"
		if want == "" {
			linger = "LC_LINGER=0s"
		}
		r := newRun(t, shop, []string{linger}, "describe", "--timeout", limit)
		var stderr bytes.Buffer
		r.Stderr = &stderr
		if err := r.Run(); (err != nil) != (want != "") || !strings.Contains(stderr.String(), want) {
			t.Errorf("--timeout %s: got %v, %s", limit, err, &stderr)
		}
		r.alone(t)
	}
}

// TestTerminal: a program that reads from the terminal gets an error, and isn't
// stopped; Ctrl-C ends all there is.
func TestTerminal(t *testing.T) {
	shop := lingering(t)
	write(t, filepath.Join(shop, "ask.go"), `package main

import (
	"bufio"
	"fmt"
	"os"
)

func init() {
	tty, err := os.Open("/dev/tty")
	if err == nil {
		_, err = bufio.NewReader(tty).ReadString('\n')
	}
	fmt.Println("nobody answers:", err)
	if os.Getenv("LC_LINGER") == "" {
		os.Exit(1)
	}
}
`)
	for name, tc := range map[string]struct {
		linger string
		types  string
		status int
		shows  string
	}{
		"asks":   {status: 1, shows: "nobody answers:"},
		"Ctrl-C": {linger: "10m", types: "\x03", status: 130, shows: "Error: interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			person := terminaltest.Sit(t, 100, 30)
			r := newRun(t, shop, []string{"LC_LINGER=" + tc.linger}, "describe")
			r.Stdin, r.Stdout, r.Stderr = person.TTY, person.TTY, person.TTY
			r.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := r.Start(); err != nil {
				t.Fatal(err)
			}
			if tc.types != "" {
				for len(r.left()) < 4 { // until the program has started its own
					time.Sleep(10 * time.Millisecond)
				}
				person.Types(tc.types)
			}
			r.Wait()
			if got := r.ProcessState.ExitCode(); got != tc.status {
				t.Errorf("got exit status %d, want %d", got, tc.status)
			}
			person.Settle()
			if screen := person.Look(); !strings.Contains(screen, tc.shows) {
				t.Errorf("the screen shows\n%s", screen)
			}
			r.alone(t)
		})
	}
}
