package devserver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
)

const shop = `package main

import (
	"context"
	"os"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("shop")
	a.Route("/", index)
	dispatch.Start(a)
}

func index(ctx context.Context, r *app.Request) (any, error) { return "hello " + os.Getenv("WHO"), nil }
`

// project writes a project that uses this checkout of chalice.
func project(t testing.TB, files map[string]string) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatal(err)
	}
	checkout := filepath.Dir(strings.TrimSpace(string(out)))
	sums, err := os.ReadFile(filepath.Join(checkout, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, "go.sum", string(sums))
	write(t, dir, "go.mod", fmt.Sprintf(`module example.com/shop

go 1.26

require (
	github.com/aws/aws-lambda-go v1.55.1 // indirect
	github.com/chalice-go/chalice v0.0.0
)

replace github.com/chalice-go/chalice => %q
`, checkout))
	for name, text := range files {
		write(t, dir, name, text)
	}
	return dir
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// serve runs a server until the test ends.
func serve(t testing.TB, o devserver.Options) *devserver.Server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	listening, ended := make(chan *devserver.Server, 1), make(chan error, 1)
	o.Listening = func(s *devserver.Server) { listening <- s }
	go func() { ended <- devserver.Run(ctx, o) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case s := <-listening:
		return s
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
		return nil
	}
}

// get sends a request, and gives status and body.
func get(t testing.TB, url string) (int, string) {
	t.Helper()
	client := http.Client{Timeout: time.Minute}
	r, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

func TestRequestsReachTheApp(t *testing.T) {
	s := serve(t, devserver.Options{ProjectDir: project(t, map[string]string{
		"main.go":              shop,
		".chalice/config.json": `{"version": "2.0", "app_name": "shop", "environment_variables": {"WHO": "world"}}`,
	})})
	if status, body := get(t, s.URL()+"/"); status != 200 || body != "hello world" {
		t.Errorf("got %d %s", status, body)
	}
	entries := s.Journal().Entries()
	if len(entries) != 1 || !entries[0].Done || entries[0].Status != 200 || len(entries[0].Invocations) != 1 ||
		entries[0].Invocations[0].Function != "api_handler" || !strings.Contains(string(entries[0].Invocations[0].Event), `"httpMethod":"GET"`) {
		t.Errorf("the journal has %+v", entries)
	}
}

// TestClientsThatHaveSaidAll: one that closes its half of the connection still
// gets the answer.
func TestClientsThatHaveSaidAll(t *testing.T) {
	s := serve(t, devserver.Options{ProjectDir: project(t, map[string]string{
		"main.go":              strings.NewReplacer(`"os"`, "\"os\"\n\t\"time\"", `return "hello "`, `time.Sleep(200 * time.Millisecond); return "hello "`).Replace(shop),
		".chalice/config.json": `{"version": "2.0", "app_name": "shop"}`,
	})})
	for _, request := range []string{
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
	} {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		io.WriteString(connection, request)
		connection.(*net.TCPConn).CloseWrite()
		r, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(r.Body); r.StatusCode != 200 || string(body) != "hello " {
			t.Errorf("%q: got %d %s", request, r.StatusCode, body)
		}
	}
}
