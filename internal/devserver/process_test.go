//go:build unix

package devserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
)

// TestMain runs a server in a process of its own if the environment asks for
// it.
func TestMain(m *testing.M) {
	dir := os.Getenv("SERVE_PROJECT")
	if dir == "" {
		os.Exit(m.Run())
	}
	port, _ := strconv.Atoi(os.Getenv("SERVE_PORT"))
	err := devserver.Serve(context.Background(), devserver.Options{ProjectDir: dir, AutoReload: true, Port: port},
		devserver.Printer{Out: os.Stdout, Status: os.Stderr, JSON: true})
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// serveProcess starts a server in a process of its own, and returns the command
// and the server's URL.
func serveProcess(t *testing.T, dir, tmp string, port int) (*exec.Cmd, string) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "SERVE_PROJECT="+dir, "SERVE_PORT="+strconv.Itoa(port), "GOTMPDIR="+tmp)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	var first struct{ Listening struct{ URL string } }
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&first); err != nil {
		t.Fatal(err)
	}
	go func() { // the server must be able to go on writing
		for buffer := make([]byte, 1024); err == nil; {
			_, err = out.Read(buffer)
		}
	}()
	return c, first.Listening.URL
}

// When chalice local is killed, its processes and its port are gone at once,
// and its files after the next start, which can use the same port.
func TestAfterSIGKILL(t *testing.T) {
	if _, err := os.Stat("/proc/self/task"); err != nil {
		t.Skip("only Linux ends the children of a process that is killed")
	}
	dir, tmp := project(t, shopFiles()), t.TempDir()
	c, url := serveProcess(t, dir, tmp, 0)
	_, text := get(t, url+"/pid")
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	c.Process.Kill()
	c.Wait()
	for deadline := time.Now().Add(5 * time.Second); isAlive(pid); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the app's process is still there")
		}
	}
	address := strings.TrimPrefix(url, "http://")
	// Another test's server may have got the port meanwhile, but doesn't answer so.
	if answer, err := http.Get(url + "/pid"); err == nil {
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if string(body) == text {
			t.Error("the port is still open")
		}
	}
	left := folders(t, tmp)
	if len(left) != 1 {
		t.Errorf("it left %q", left)
	}
	_, portText, _ := net.SplitHostPort(address)
	port, _ := strconv.Atoi(portText)
	_, url = serveProcess(t, dir, tmp, port)
	if status, _ := get(t, url+"/"); status != 200 {
		t.Errorf("the next one answers with %d", status)
	}
	if now := folders(t, tmp); len(now) != 1 || now[0] == left[0] {
		t.Errorf("after the next start there are %q, the killed one left %q", now, left)
	}
}

// folders lists the folders of servers.
func folders(t *testing.T, tmp string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(tmp, "chalice-local-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// isAlive reports whether a process is running. A zombie isn't.
func isAlive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ") && syscall.Kill(pid, 0) == nil
}

// After a normal end nothing is left.
func TestAfterTheEnd(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("GOTMPDIR", tmp)
	ctx, cancel := context.WithCancel(t.Context())
	listening, ended := make(chan *devserver.Server, 1), make(chan error, 1)
	o := devserver.Options{ProjectDir: project(t, shopFiles()), AutoReload: true, Listening: func(s *devserver.Server) { listening <- s }}
	go func() { ended <- devserver.Run(ctx, o) }()
	s := <-listening
	_, text := get(t, s.URL()+"/pid")
	go visit(s.URL() + "/sleep/1500") // a request that has begun doesn't delay the end
	time.Sleep(200 * time.Millisecond)
	cancel()
	begin := time.Now()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > time.Second {
		t.Errorf("the end took %s", took)
	}
	if pid, _ := strconv.Atoi(text); isAlive(pid) {
		t.Error("the app's process is still there")
	}
	if left := folders(t, tmp); len(left) > 0 {
		t.Errorf("it left %q", left)
	}
}
