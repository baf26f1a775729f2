package devserver_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
)

const shop = `package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("shop")
	a.Route("/", index)
	a.Route("/pid", pid)
	a.Route("/sleep/{ms}", sleep)
	a.Route("/exit", exit)
	a.Route("/stream/{what}", stream, app.Streams())
	a.Route("/key", index, app.Name("keyed"), app.APIKeyRequired())
	a.Route("/files/{path+}", index, app.Name("files"))
	a.Route("/{any+}", index, app.Name("all"))
	a.Schedule(app.Rate(5, app.Minutes), tick)
	dispatch.Start(a)
}

func index(ctx context.Context, r *app.Request) (any, error) { return "hello " + os.Getenv("WHO"), nil }

func pid(ctx context.Context, r *app.Request) (any, error) { return fmt.Sprint(os.Getpid()), nil }

func sleep(ctx context.Context, r *app.Request) (any, error) {
	d, err := time.ParseDuration(r.Param("ms") + "ms")
	fmt.Println("sleeping for", d)
	time.Sleep(d)
	return fmt.Sprint(os.Getpid()), err
}

// stream sends a piece, and waits for a file that says that it arrived.
func stream(ctx context.Context, r *app.Request) (any, error) {
	return app.Stream("text/plain", func(w io.Writer) error {
		fmt.Fprintln(w, "first")
		if r.Param("what") == "fail" {
			return errors.New("oh")
		}
		for {
			if _, err := os.Stat(r.Query("seen")); err == nil {
				_, err := fmt.Fprintln(w, "last")
				return err
			}
			if r.Param("what") == "gone" {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					fmt.Println("nobody is there:", err)
					return err
				}
			}
			time.Sleep(5 * time.Millisecond)
		}
	}), nil
}

func exit(ctx context.Context, r *app.Request) (any, error) {
	fmt.Fprintln(os.Stderr, "no way")
	os.Exit(3)
	return nil, nil
}

func tick(ctx context.Context, e *app.CloudWatchEvent) error {
	fmt.Println("tick for", os.Getenv("WHO"), os.Getenv("TABLE"), os.Getenv("HOME"))
	return nil
}
`

const shopConfig = `{
	"version": "2.0", "app_name": "shop",
	"environment_variables": {"WHO": "world", "TABLE": {"Ref": "Table"}, "OTHER": {"Ref": "Other"}},
	"lambda_timeout": 2, "layers": ["arn:aws:lambda:us-east-1:123456789012:layer:l:1"],
	"stages": {"dev": {"lambda_functions": {"tick": {"environment_variables": {"WHO": "clocks"}}}}}
}`

// shopFiles returns the files of a project whose functions do most of what can
// go wrong.
func shopFiles() map[string]string {
	return map[string]string{"main.go": shop, ".chalice/config.json": shopConfig}
}

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

// get sends a request, and returns status and body.
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

// printed returns all lines in the journal, including those of invocations.
func printed(s *devserver.Server) string {
	var b strings.Builder
	for _, l := range s.Journal().Lines() {
		b.WriteString(l.Level + " " + l.Text + "\n")
	}
	for _, e := range s.Journal().Entries() {
		for _, i := range e.Invocations {
			for _, l := range i.Log {
				b.WriteString(i.Function + ": " + l.Text + "\n")
			}
		}
	}
	return b.String()
}

func wantPrinted(t *testing.T, s *devserver.Server, want string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(printed(s), want); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("there is no %q in\n%s", want, printed(s))
		}
	}
}

const scheduled = `{"version": "0", "id": "x", "detail-type": "Scheduled Event", "source": "aws.events", "account": "123456789012",
	"time": "2015-11-11T21:29:54Z", "region": "us-west-2", "resources": [], "detail": {}}`

// TestServer tests with a single program, since each one has to be compiled.
func TestServer(t *testing.T) {
	t.Setenv("SECRET_OF_THE_SHELL", "x")
	mounts := func(*devserver.Server) []devserver.Mount {
		return []devserver.Mount{{Prefix: "/_chalice/", Name: "console", Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "console")
		})}}
	}
	s := devservertest.Serve(t, devserver.Options{
		ProjectDir: project(t, shopFiles()), Workers: 2, APIKey: "open sesame", Mounts: mounts,
		EnvFile: envFile(t, "TABLE=local # wins\n"),
	})
	t.Run("requests reach the app", func(t *testing.T) {
		for _, path := range []string{"/", "/api", "/anything", "/api/files/x"} {
			if status, body := get(t, s.URL()+path); status != 200 || body != "hello world" {
				t.Errorf("%s: got %d %s", path, status, body)
			}
		}
		entries := s.Journal().Entries()
		if len(entries) != 4 || !entries[0].Done || entries[0].Status != 200 || len(entries[0].Invocations) != 1 ||
			entries[0].Invocations[0].Function != "api_handler" || !strings.Contains(string(entries[0].Invocations[0].Event), `"httpMethod":"GET"`) {
			t.Errorf("the journal has %+v", entries)
		}
	})
	t.Run("responses that are streamed", func(t *testing.T) {
		seen := filepath.Join(t.TempDir(), "seen")
		open := func(what string) (*http.Response, *bufio.Reader) {
			t.Helper()
			client := http.Client{Timeout: time.Minute}
			r, err := client.Get(s.URL() + "/stream/" + what + "?seen=" + url.QueryEscape(seen))
			if err != nil {
				t.Fatal(err)
			}
			in := bufio.NewReader(r.Body)
			if line, err := in.ReadString('\n'); r.StatusCode != 200 || line != "first\n" {
				t.Fatalf("%d %q %v", r.StatusCode, line, err)
			}
			return r, in
		}
		r, _ := open("gone")
		r.Body.Close()
		wantPrinted(t, s, "nobody is there:")
		r, in := open("fail")
		if _, err := in.ReadString('\n'); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("one that fails ends with %v", err)
		}
		r.Body.Close()
		wantPrinted(t, s, "GET /stream/fail: the response ended in the middle: api_handler failed: errorString: oh")
		r, in = open("whole")
		write(t, filepath.Dir(seen), "seen", "")
		if rest, err := io.ReadAll(in); string(rest) != "last\n" || err != nil {
			t.Errorf("the rest is %q, %v", rest, err)
		}
		r.Body.Close()
	})
	// A client that closes its half of the connection still gets the answer.
	t.Run("clients that have said all", func(t *testing.T) {
		for _, request := range []string{
			"GET /sleep/100 HTTP/1.1\r\nHost: a\r\n\r\n",
			"GET /sleep/100 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
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
			if body, _ := io.ReadAll(r.Body); r.StatusCode != 200 || len(body) == 0 {
				t.Errorf("%q: got %d %s", request, r.StatusCode, body)
			}
		}
	})
	t.Run("API keys", func(t *testing.T) {
		if status, body := get(t, s.URL()+"/key"); status != 403 || !strings.Contains(body, "Forbidden") {
			t.Errorf("without a key: got %d %s", status, body)
		}
	})
	t.Run("the server's own paths win, and are for this machine", func(t *testing.T) {
		if status, body := get(t, s.URL()+"/_chalice/"); status != 200 || body != "console" {
			t.Errorf("got %d %s", status, body)
		}
		if status, _ := get(t, s.URL()+"/@connections/x"); status == 200 {
			t.Errorf("the greedy route has the websocket API's path")
		}
		for header, value := range map[string]string{"Host": "evil.example", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"} {
			for _, path := range []string{"/_chalice/", "/_chalice%2F", "/@connections/x", "/%40connections/x", "/api/@connections/x"} {
				if status := getAs(t, s.URL()+path, header, value); status != 403 {
					t.Errorf("%s with %s: %s: got %d", path, header, value, status)
				}
			}
			for _, path := range []string{"/", "//_chalice/", "/files/@connections/x", "/files/../_chalice/"} {
				if status := getAs(t, s.URL()+path, header, value); status != 200 {
					t.Errorf("the app's own route, at %s with %s: %s: got %d", path, header, value, status)
				}
			}
		}
	})
	t.Run("a Host in the request's first line", func(t *testing.T) {
		for target, want := range map[string]int{"http://evil.example/_chalice/": 403, "http://localhost/_chalice/": 200} {
			connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			io.WriteString(connection, "GET "+target+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
			if r, err := http.ReadResponse(bufio.NewReader(connection), nil); err != nil || r.StatusCode != want {
				t.Errorf("%s: got %v, error %v", target, r, err)
			}
		}
	})
	t.Run("the error of a function says where that is registered", func(t *testing.T) {
		_, err := s.Invoke(t.Context(), devserver.Invoke, "tick", []byte(`"no event"`))
		if err == nil || strings.Contains(err.Error(), "main.go") {
			t.Errorf("the caller got %v", err)
		}
		entries := s.Journal().Entries()
		if got := entries[len(entries)-1].Error; !strings.Contains(got, "\nthe function is registered at main.go:") {
			t.Errorf("the journal has %q", got)
		}
	})
	t.Run("functions have their own environment", func(t *testing.T) {
		if _, err := s.Invoke(t.Context(), devserver.Invoke, "tick", []byte(scheduled)); err != nil {
			t.Fatal(err)
		}
		wantPrinted(t, s, "tick: tick for clocks local \n")
		if _, err := s.Invoke(t.Context(), devserver.Invoke, "tock", []byte(`{}`)); err == nil || !strings.Contains(err.Error(), `has no function "tock"`) {
			t.Errorf("a function that isn't there: got %v", err)
		}
	})
	t.Run("what isn't emulated is said, once", func(t *testing.T) {
		get(t, s.URL()+"/")
		for _, want := range []string{
			"WARN the variable OTHER (of api_handler) gets its value when a stack is deployed",
			"WARN layers of api_handler in the configuration makes no difference here",
			"WARN nothing here invokes tick (its schedule)",
		} {
			if n := strings.Count(printed(s), want); n != 1 {
				t.Errorf("%q is there %d times in\n%s", want, n, printed(s))
			}
		}
		if strings.Contains(printed(s), "variable TABLE") {
			t.Error("it warns of a variable that the env-file gives")
		}
	})
	t.Run("a function has up to --workers processes", func(t *testing.T) {
		pids, begin := map[string]bool{}, time.Now()
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				_, pid := get(t, s.URL()+"/sleep/100")
				mu.Lock()
				defer mu.Unlock()
				pids[pid] = true
			})
		}
		all.Wait()
		if took := time.Since(begin); len(pids) != 2 || took < 300*time.Millisecond {
			t.Errorf("6 requests of 100 ms had %d processes and took %s, want 2 processes and 300 ms", len(pids), took)
		}
	})
	t.Run("a function beyond its time limit", func(t *testing.T) {
		if status, body := get(t, s.URL()+"/sleep/60000"); status != 502 || !strings.Contains(body, "Internal server error") {
			t.Errorf("got %d %s", status, body)
		}
		wantPrinted(t, s, "ERROR GET /sleep/60000: api_handler failed: the program was stopped: an invocation took longer than 2s\n\tthe route is registered at main.go:")
	})
	t.Run("a crash", func(t *testing.T) {
		if status, _ := get(t, s.URL()+"/exit"); status != 502 {
			t.Errorf("got %d", status)
		}
		wantPrinted(t, s, "ERROR GET /exit: api_handler failed: the program ended (exit status 3) before it answered:\n\tno way\n\tthe route is registered at main.go:")
		wantPrinted(t, s, "api_handler: no way\n")
	})
	t.Run("a process that is killed", func(t *testing.T) {
		_, pid := get(t, s.URL()+"/pid")
		n, _ := strconv.Atoi(pid)
		process, err := os.FindProcess(n)
		if err != nil {
			t.Fatal(err)
		}
		for process.Kill() == nil { // until it is gone
			time.Sleep(time.Millisecond)
		}
		if status, next := get(t, s.URL()+"/pid"); status != 200 || next == pid {
			t.Errorf("got %d %s after process %s was killed", status, next, pid)
		}
	})
}

// getAs sends a request with a header, and returns the status.
func getAs(t testing.TB, url, header, value string) int {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(header, value)
	if header == "Host" {
		r.Host = value
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestMistakesThatEndTheServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	for name, tc := range map[string]struct {
		files   map[string]string
		options devserver.Options
		want    string
	}{
		"a port in use":             {shopFiles(), devserver.Options{Port: port}, fmt.Sprintf("port %d of 127.0.0.1 is in use", port)},
		"that, and no project":      {nil, devserver.Options{Port: port}, ".chalice/config.json: file does not exist"},
		"no configuration":          {map[string]string{"main.go": shop}, devserver.Options{AutoReload: true}, ".chalice/config.json: file does not exist"},
		"a broken env-file":         {shopFiles(), devserver.Options{AutoReload: true, EnvFile: envFile(t, "A")}, `:1: "A" is no variable`},
		"no debugger":               {shopFiles(), devserver.Options{Debug: true}, "go install github.com/go-delve/delve/cmd/dlv@latest"},
		"broken, without reload":    {map[string]string{"main.go": "package main\nx", ".chalice/config.json": shopConfig}, devserver.Options{}, "the program doesn't compile"},
		"a variable that isn't set": {shopFiles(), devserver.Options{AutoReload: true, PassEnv: []string{"NO_SUCH_VARIABLE_HERE"}}, "NO_SUCH_VARIABLE_HERE is no variable that is set"},
		"a stage that isn't there":  {shopFiles(), devserver.Options{AutoReload: true, Stage: "prod"}, "prod"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.options.Debug {
				t.Setenv("PATH", t.TempDir())
			} else {
				tc.options.ProjectDir = project(t, tc.files)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := devserver.Run(ctx, tc.options); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q in it", err, tc.want)
			}
		})
	}
}

func readFile(t testing.TB, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
