package child_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/child"
)

// TestMain is the program that a test needs, if the environment says so.
func TestMain(m *testing.M) {
	switch os.Getenv("CHILD_TEST") {
	case "parent": // starts a process, and tells which
		c := program("sleeper")
		if err := c.Start(); err != nil {
			panic(err)
		}
		fmt.Println(c.Process.Pid)
		time.Sleep(time.Hour)
	case "sleeper":
		time.Sleep(time.Hour)
	case "tidy": // ends by itself when it is interrupted
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, os.Interrupt)
		fmt.Println(0)
		<-signals
		os.Exit(4)
	case "signalled": // doesn't handle signals
		err := child.WithSignals(func(ctx context.Context) error {
			fmt.Println(0)
			<-ctx.Done()
			return ctx.Err()
		})
		fmt.Fprintln(os.Stderr, err)
		os.Exit(7)
	default:
		os.Exit(m.Run())
	}
}

func program(name string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "CHILD_TEST="+name)
	return c
}

// run runs a program until it has said a number, and ends it. It returns the number, and
// what child.Run says.
func run(t *testing.T, name string, grace time.Duration) (int, error) {
	t.Helper()
	c := program(name)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	said := make(chan int, 1)
	go func() {
		lines := bufio.NewScanner(out)
		lines.Scan()
		number, _ := strconv.Atoi(lines.Text())
		said <- number
		cancel()
	}()
	err = child.Run(ctx, c, grace)
	return <-said, err
}

// TestTree: what a command has started ends with it.
func TestTree(t *testing.T) {
	pid, err := run(t, "parent", 0)
	if err == nil || pid == 0 {
		t.Fatalf("got %v of the process that started %d", err, pid)
	}
	if p, err := os.FindProcess(pid); err == nil {
		p.Wait() // if it goes on, so does this test
	}
}

// TestInterrupt: a command can tidy up.
func TestInterrupt(t *testing.T) {
	interrupted(t, "tidy", "exit status 4")
}

// TestWithSignals: an interrupt ends a program that doesn't handle it.
func TestWithSignals(t *testing.T) {
	interrupted(t, "signalled", "exit status 0xc000013a")
}

func interrupted(t *testing.T, name, want string) {
	t.Helper()
	_, err := run(t, name, time.Minute)
	if err != nil && err.Error() == "exit status 1" && os.Getenv("CI") == "" {
		t.Skip("it was killed: there is no console to interrupt it in")
	}
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
