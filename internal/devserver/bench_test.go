package devserver_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
)

// visit sends a request and ignores the outcome.
func visit(url string) {
	if r, err := http.Get(url); err == nil {
		r.Body.Close()
	}
}

// load sends GETs over 64 connections, and returns how long each took.
func load(b *testing.B, url string) []time.Duration {
	const connections = 64
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range connections {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				begin := time.Now()
				r, err := client.Get(url)
				if err != nil {
					b.Error(err)
					return
				}
				io.Copy(io.Discard, r.Body)
				r.Body.Close()
				if r.StatusCode != 200 {
					b.Errorf("status %d", r.StatusCode)
				}
				took[i] = time.Since(begin)
			}
		})
	}
	all.Wait()
	b.StopTimer()
	slices.Sort(took)
	return took
}

// BenchmarkGET compares a GET through chalice local with one of a net/http
// server that answers the same bytes.
func BenchmarkGET(b *testing.B) {
	report := func(b *testing.B, took []time.Duration) {
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		var memory runtime.MemStats // of server and clients together
		runtime.ReadMemStats(&memory)
		b.ReportMetric(float64(memory.HeapInuse)/1e6, "heap-MB")
	}
	b.Run("net-http", func(b *testing.B) {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, "hello world")
		}))
		defer s.Close()
		report(b, load(b, s.URL))
	})
	b.Run("local", func(b *testing.B) {
		s := devservertest.Serve(b, devserver.Options{ProjectDir: project(b, shopFiles())})
		get(b, s.URL()+"/")
		report(b, load(b, s.URL()+"/"))
	})
}

// BenchmarkReload compares the time from a change to the first new answer with
// that of go build after the same change.
func BenchmarkReload(b *testing.B) {
	edit := func(b *testing.B, dir string, i int) string {
		word := fmt.Sprintf("hello%d", time.Now().UnixNano()+int64(i))
		write(b, dir, "main.go", strings.ReplaceAll(shop, `"hello "`, `"`+word+` "`))
		return word
	}
	b.Run("go-build", func(b *testing.B) {
		dir := project(b, shopFiles())
		goBuild(b, dir)
		for i := 0; b.Loop(); i++ {
			edit(b, dir, i)
			goBuild(b, dir)
		}
	})
	b.Run("local", func(b *testing.B) {
		dir := project(b, shopFiles())
		s := devservertest.Serve(b, devserver.Options{ProjectDir: dir, AutoReload: true})
		get(b, s.URL()+"/")
		time.Sleep(time.Second) // until the server knows where the source is
		for i := 0; b.Loop(); i++ {
			word := edit(b, dir, i)
			for {
				if _, body := get(b, s.URL()+"/"); strings.HasPrefix(body, word) {
					break
				}
				time.Sleep(time.Millisecond)
			}
		}
	})
}

// BenchmarkStart compares the time from the start to the first answer with that
// of go build.
func BenchmarkStart(b *testing.B) {
	dir := project(b, shopFiles())
	goBuild(b, dir)
	b.Run("go-build", func(b *testing.B) {
		for b.Loop() {
			goBuild(b, dir)
		}
	})
	b.Run("local", func(b *testing.B) {
		for b.Loop() {
			s := devservertest.Serve(b, devserver.Options{ProjectDir: dir, AutoReload: true})
			get(b, s.URL()+"/")
		}
	})
}

// goBuild builds a project as its developer does.
func goBuild(b *testing.B, dir string) {
	b.Helper()
	c := exec.Command("go", "build", "-o", filepath.Join(b.TempDir(), "program"), ".")
	c.Dir, c.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
}
