package gateway_test

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// socketClient is the client's end of a websocket. It can send what no client
// should.
type socketClient struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
}

// dial connects, and waits until the server has accepted the connection.
func (s *socketServer) dial(t testing.TB) *socketClient {
	t.Helper()
	conn, buffered, _, err := ws.Dial(t.Context(), "ws"+strings.TrimPrefix(s.URL, "http"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second)) // so that a failure doesn't hang
	c := &socketClient{t, conn, buffered}
	if c.r == nil {
		c.r = bufio.NewReader(conn)
	}
	c.write(ws.NewPingFrame([]byte("there?")))
	if f := c.read(); f.Header.OpCode != ws.OpPong || string(f.Payload) != "there?" {
		t.Fatalf("want a pong, got %+v", f)
	}
	return c
}

// write sends frames, masked as a client's are.
func (c *socketClient) write(frames ...ws.Frame) {
	c.t.Helper()
	for _, f := range frames {
		if err := ws.WriteFrame(c.conn, ws.MaskFrame(f)); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *socketClient) say(text string) { c.write(ws.NewTextFrame([]byte(text))) }

func (c *socketClient) read() ws.Frame {
	c.t.Helper()
	f, err := ws.ReadFrame(c.r)
	if err != nil {
		c.t.Fatal(err)
	}
	return f
}

// hear reads a text message.
func (c *socketClient) hear() string {
	c.t.Helper()
	f := c.read()
	if f.Header.OpCode != ws.OpText || !f.Header.Fin {
		c.t.Fatalf("want a text, got %+v %q", f.Header, f.Payload)
	}
	return string(f.Payload)
}

// closed reads a close frame, and checks that nothing follows it.
func (c *socketClient) closed() ws.StatusCode {
	c.t.Helper()
	f := c.read()
	if f.Header.OpCode != ws.OpClose {
		c.t.Fatalf("want a close frame, got %+v %q", f.Header, f.Payload)
	}
	if rest, err := io.ReadAll(c.r); err != nil || len(rest) > 0 {
		c.t.Errorf("after the close frame came %q, %v", rest, err)
	}
	status, _ := ws.ParseCloseFrameData(f.Payload)
	return status
}
