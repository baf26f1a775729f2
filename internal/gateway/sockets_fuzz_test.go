package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gobwas/ws"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// fuzzedSockets returns a websocket API whose functions check their events.
func fuzzedSockets(f *testing.F) *gateway.Sockets {
	model := &app.Model{Functions: []app.FunctionModel{{Kind: app.WSConnectKind}, {Kind: app.WSMessageKind}, {Kind: app.WSDisconnectKind}}}
	sockets := gateway.NewSockets(gateway.SocketAPI{
		Model: func() *app.Model { return model },
		Functions: invoker(func(_ context.Context, function string, data []byte) ([]byte, error) {
			e, err := app.NewWebsocketEvent(data)
			switch {
			case err != nil:
				f.Errorf("%s got %s: %v", function, data, err)
			case !utf8.ValidString(e.Body()) || len(e.Body()) > 128<<10:
				f.Errorf("%s got a message of %d bytes: %.100q", function, len(e.Body()), e.Body())
			case e.Body() == "fail":
				return nil, errors.New("failed")
			}
			return []byte(`{"statusCode":200}`), nil
		}),
	})
	f.Cleanup(sockets.Close)
	return sockets
}

// FuzzFrames: whatever a client sends, the connection ends when the client ends
// it, and the client gets only valid frames.
func FuzzFrames(f *testing.F) {
	for _, seed := range [][]byte{
		frame(fin|text, true, 2, "hi"), frame(fin|text, true, 4, "fail"), frame(fin|ping, true, 1, "x"), closing(1000, "bye"),
		frame(text, true, 1, "\xc3"), frame(fin|continuation, true, 1, "\xa9"), frame(fin|binaryFrame, true, 1, "x"),
		frame(fin|text, true, 1<<63, ""), frame(fin|0x70|0xf, false, 70000, "x"), frame(fin|closeFrame, true, 1, "x"),
		bytes.Repeat(frame(fin|ping, true, 125, strings.Repeat("x", 125)), 50), {fin | text}, nil,
	} {
		f.Add(seed)
	}
	server := httptest.NewServer(fuzzedSockets(f))
	f.Cleanup(server.Close)
	f.Fuzz(func(t *testing.T, data []byte) {
		conn, buffered, _, err := ws.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		conn.Write(data) // the server may end it before everything is sent
		conn.(*net.TCPConn).CloseWrite()
		reader := io.Reader(conn)
		if buffered != nil {
			reader = buffered
		}
		for {
			h, err := ws.ReadHeader(reader)
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				err = ws.CheckHeader(h, ws.StateClientSide)
			}
			if err == nil {
				_, err = io.CopyN(io.Discard, reader, h.Length)
			}
			if err != nil {
				if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
					t.Fatal("the connection doesn't end")
				}
				return // a reset, since the server didn't read the rest
			}
		}
	})
}

// FuzzUpgrade: the server survives every request for a websocket and every
// request of the management API, and refuses it with a valid status.
func FuzzUpgrade(f *testing.F) {
	f.Add("GET", "/", "websocket", "Upgrade", "dGhlIHNhbXBsZSBub25jZQ==", "13")
	f.Add("POST", "/api/", "h2c, websocket", "", "", "8")
	f.Add("PUT", "/@connections/a%2Fb", "", "keep-alive, upgrade", "x", "")
	f.Add("DELETE", "/api/@connections/%zz", ",", "\x00", "====", "-1")
	sockets := fuzzedSockets(f)
	f.Fuzz(func(t *testing.T, method, path, upgrade, connection, key, version string) {
		r := &http.Request{
			Method: method, URL: &url.URL{Path: path, RawPath: path}, Host: "localhost", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Body: io.NopCloser(strings.NewReader(key)),
			Header: http.Header{
				"Upgrade": {upgrade}, "Connection": {connection}, "Sec-Websocket-Key": {key}, "Sec-Websocket-Version": {version},
			},
		}
		if !sockets.Serves(r) {
			return
		}
		w := httptest.NewRecorder() // it can't become a websocket
		sockets.ServeHTTP(w, r)
		if w.Code < 400 || http.StatusText(w.Code) == "" {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}
