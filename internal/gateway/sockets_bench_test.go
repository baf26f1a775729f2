package gateway_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// BenchmarkSockets keeps 1,000 websockets open. Each sends a message per
// second, which its function answers through the management API. An iteration
// is such a second. The figures are the answered messages per second, the time
// within which 99 % of them were answered, and the memory per open connection,
// before and while it is used.
func BenchmarkSockets(b *testing.B) {
	const clients = 1000
	url, client := replying(b)
	before := memory()
	conns := make([]net.Conn, clients)
	for i := range conns {
		conn, _, _, err := ws.Dial(b.Context(), "ws"+strings.TrimPrefix(url, "http"))
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		conns[i] = conn
	}
	open := memory() - before
	var times []time.Duration
	start := time.Now()
	for b.Loop() {
		times = append(times, second(b, conns)...)
	}
	took := time.Since(start)
	client.CloseIdleConnections()
	slices.Sort(times)
	b.ReportMetric(float64(len(times))/took.Seconds(), "messages/s")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(open)/clients/1024, "KB/connection")
	b.ReportMetric(float64(memory()-before)/clients/1024, "KB/connection-used")
}

// replying serves an app that sends each message back.
func replying(b *testing.B) (url string, client *http.Client) {
	client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	model := &app.Model{Functions: []app.FunctionModel{{Kind: app.WSMessageKind}}}
	var server *httptest.Server
	sockets := gateway.NewSockets(gateway.SocketAPI{
		Model: func() *app.Model { return model },
		Functions: invoker(func(ctx context.Context, _ string, data []byte) ([]byte, error) {
			e, err := app.NewWebsocketEvent(data)
			if err != nil {
				return nil, err
			}
			response, err := client.Post(server.URL+"/@connections/"+e.ConnectionID(), "", strings.NewReader(e.Body()))
			if err != nil {
				return nil, err
			}
			response.Body.Close()
			return []byte(`{"statusCode":200}`), nil
		}),
		Log: func(line string) { b.Error(line) },
	})
	server = httptest.NewServer(sockets)
	b.Cleanup(func() { sockets.Close(); server.Close() })
	return server.URL, client
}

// second sends a message from each client, evenly over a second, and returns
// the times until they were answered.
func second(b *testing.B, conns []net.Conn) []time.Duration {
	times := make([]time.Duration, len(conns))
	start := time.Now()
	var wait sync.WaitGroup
	for i, conn := range conns {
		at := start.Add(time.Duration(i) * time.Second / time.Duration(len(conns)))
		time.Sleep(time.Until(at))
		wait.Go(func() {
			if err := wsutil.WriteClientText(conn, []byte("hello")); err != nil {
				b.Error(err)
			}
			if _, err := wsutil.ReadServerText(conn); err != nil {
				b.Error(err)
			}
			times[i] = time.Since(at)
		})
	}
	time.Sleep(time.Until(start.Add(time.Second)))
	wait.Wait()
	return times
}

// memory returns the bytes of the heap and the stacks.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
