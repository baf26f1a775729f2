package gateway_test

import (
	"bytes"
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/chalice-go/chalice/internal/gateway"
)

// frame makes a frame byte by byte, so that it may be invalid: first is the
// byte with the flags and the kind, length is the length in the header.
func frame(first byte, masked bool, length uint64, payload string) []byte {
	mask := byte(0)
	if masked {
		mask = 0x80
	}
	b := []byte{first}
	switch {
	case length < 126:
		b = append(b, mask|byte(length))
	case length < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, mask|126), uint16(length))
	default:
		b = binary.BigEndian.AppendUint64(append(b, mask|127), length)
	}
	if masked {
		b = append(b, 0, 0, 0, 0) // this mask changes nothing
	}
	return append(b, payload...)
}

// The first bytes of frames.
const (
	fin          = 0x80
	text         = 0x1
	binaryFrame  = 0x2
	closeFrame   = 0x8
	ping         = 0x9
	continuation = 0x0
)

func closing(status uint16, reason string) []byte {
	payload := string(binary.BigEndian.AppendUint16(nil, status)) + reason
	return frame(fin|closeFrame, true, uint64(len(payload)), payload)
}

// TestEndings: what a client sends last, what it gets when the connection ends,
// and what the app's event says.
func TestEndings(t *testing.T) {
	const none = 0 // stands for a close frame without a status
	large := strings.Repeat("x", 32<<10)
	fragment := frame(text, true, uint64(len(large)), large)
	more := frame(continuation, true, uint64(len(large)), large)
	for name, tc := range map[string]struct {
		send   []byte
		told   ws.StatusCode
		status float64
		reason string
	}{
		"closed":                    {closing(1000, "bye"), 1000, 1000, "bye"},
		"going away":                {closing(1001, ""), 1001, 1001, ""},
		"the client's own status":   {closing(4999, "✓"), 4999, 4999, "✓"},
		"closed without a status":   {frame(fin|closeFrame, true, 0, ""), none, 1005, "Client-side close frame status not set"},
		"half a status":             {frame(fin|closeFrame, true, 1, "\x03"), 1002, 1002, "a close frame has no valid status"},
		"a status nobody may send":  {closing(1005, ""), 1002, 1002, "a close frame has no valid status"},
		"a status below all":        {closing(999, ""), 1002, 1002, "a close frame has no valid status"},
		"a status above all":        {closing(5000, ""), 1002, 1002, "a close frame has no valid status"},
		"a status of nobody":        {closing(2999, ""), 1002, 1002, "a close frame has no valid status"},
		"a reason that is no UTF-8": {closing(1000, "\xff"), 1007, 1007, "the reason of a close frame is no UTF-8"},
		"unmasked":                  {frame(fin|text, false, 1, "x"), 1002, 1002, "frames from client to server must be masked"},
		"a reserved bit":            {frame(fin|0x40|text, true, 1, "x"), 1002, 1002, "non-zero rsv bits with no extension negotiated"},
		"a reserved bit of a ping":  {frame(fin|0x10|ping, true, 0, ""), 1002, 1002, "non-zero rsv bits with no extension negotiated"},
		"an unknown kind":           {frame(fin|0x3, true, 0, ""), 1002, 1002, "use of reserved op code"},
		"an unknown control frame":  {frame(fin|0xb, true, 0, ""), 1002, 1002, "use of reserved op code"},
		"a fragmented ping":         {frame(ping, true, 0, ""), 1002, 1002, "control frame is not final"},
		"a long ping":               {frame(fin|ping, true, 126, strings.Repeat("x", 126)), 1002, 1002, "control frame payload limit exceeded"},
		"going on with nothing":     {frame(fin|continuation, true, 1, "x"), 1002, 1002, "unexpected continuation data frame"},
		"a message in a message":    {append(fragment[:len(fragment):len(fragment)], frame(fin|text, true, 1, "x")...), 1002, 1002, "unexpected non-continuation data frame"},
		"a negative length":         {frame(fin|text, true, 1<<63, ""), 1002, 1002, "the length of a frame is negative"},
		"no UTF-8":                  {frame(fin|text, true, 2, "\xc3\x28"), 1007, 1007, "a message is no UTF-8"},
		"half a character":          {append(frame(text, true, 1, "\xc3"), frame(fin|continuation, true, 0, "")...), 1007, 1007, "a message is no UTF-8"},
		"a surrogate":               {frame(fin|text, true, 3, "\xed\xa0\x80"), 1007, 1007, "a message is no UTF-8"},
		"binary":                    {frame(fin|binaryFrame, true, 3, "\x00\x01\x02"), 1003, 1003, "API Gateway takes no binary frames"},
		"a large frame":             {frame(fin|text, true, 32<<10+1, large+"x"), 1009, 1009, "a frame is larger than 32 KB"},
		"a frame of all memory":     {frame(fin|text, true, 1<<63-1, large), 1009, 1009, "a frame is larger than 32 KB"},
		"a large message":           {bytes.Join([][]byte{fragment, more, more, more, frame(fin|continuation, true, 1, "x")}, nil), 1009, 1009, "a message is larger than 128 KB"},
		"and more after the end":    {append(frame(fin|binaryFrame, true, 1, "x"), bytes.Repeat(more, 10)...), 1003, 1003, "API Gateway takes no binary frames"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSockets(t, allAccept, gateway.SocketLimits{})
			c := s.dial(t)
			if _, err := c.conn.Write(tc.send); err != nil {
				t.Fatal(err)
			}
			if status := c.closed(); status != tc.told {
				t.Errorf("the client is told %d, want %d", status, tc.told)
			}
			c.conn.Close()
			_, context := s.next(t, "DISCONNECT")
			if context["disconnectStatusCode"] != tc.status || context["disconnectReason"] != tc.reason {
				t.Errorf("the app is told %v %q, want %v %q", context["disconnectStatusCode"], context["disconnectReason"], tc.status, tc.reason)
			}
		})
	}
}

// TestVanished: clients that disappear without a close frame.
func TestVanished(t *testing.T) {
	for name, vanish := range map[string]func(c *socketClient){
		"closed":           func(c *socketClient) { c.conn.Close() },
		"reset":            func(c *socketClient) { c.conn.(*net.TCPConn).SetLinger(0); c.conn.Close() },
		"half closed":      func(c *socketClient) { c.conn.(*net.TCPConn).CloseWrite() },
		"in a frame":       func(c *socketClient) { c.conn.Write(frame(fin|text, true, 100, "x")); c.conn.Close() },
		"in a header":      func(c *socketClient) { c.conn.Write([]byte{fin | text}); c.conn.Close() },
		"in a message":     func(c *socketClient) { c.conn.Write(frame(text, true, 1, "x")); c.conn.Close() },
		"in a close frame": func(c *socketClient) { c.conn.Write(frame(fin|closeFrame, true, 2, "\x03")); c.conn.Close() },
		"after many messages": func(c *socketClient) {
			for range 50 {
				c.say("x")
			}
			c.conn.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSockets(t, allAccept, gateway.SocketLimits{})
			vanish(s.dial(t))
			_, context := s.next(t, "DISCONNECT")
			if context["disconnectStatusCode"] != 1006.0 {
				t.Errorf("the app is told %v %v", context["disconnectStatusCode"], context["disconnectReason"])
			}
		})
	}
}

// TestIdle: a connection ends if it is idle for a while. With pings, or
// messages in either direction, it isn't idle.
func TestIdle(t *testing.T) {
	t.Parallel()
	const idle = 300 * time.Millisecond
	for name, use := range map[string]func(t *testing.T, s *socketServer, c *socketClient, id string){
		"pings": func(_ *testing.T, _ *socketServer, c *socketClient, _ string) {
			c.write(ws.NewPingFrame(nil))
			c.read()
		},
		"pongs":    func(_ *testing.T, _ *socketServer, c *socketClient, _ string) { c.write(ws.NewPongFrame(nil)) },
		"messages": func(_ *testing.T, _ *socketServer, c *socketClient, _ string) { c.say("x") },
		"answers": func(t *testing.T, s *socketServer, c *socketClient, id string) {
			if status := s.manage(t, "POST", "/@connections/"+id, "x").StatusCode; status != 200 {
				t.Errorf("status %d", status)
			}
			c.read()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSockets(t, allAccept, gateway.SocketLimits{Idle: idle})
			c := s.dial(t)
			_, context := s.next(t, "CONNECT")
			for range 6 {
				time.Sleep(idle / 3)
				use(t, s, c, context["connectionId"].(string))
			}
			if status := c.closed(); status != ws.StatusGoingAway {
				t.Errorf("the client is told %d", status)
			}
			_, context = s.next(t, "DISCONNECT")
			if context["disconnectStatusCode"] != 1001.0 || context["disconnectReason"] != "Going away" {
				t.Errorf("the app is told %v %v", context["disconnectStatusCode"], context["disconnectReason"])
			}
		})
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	s := newSockets(t, allAccept, gateway.SocketLimits{Duration: 200 * time.Millisecond, Idle: -1})
	start := time.Now()
	if status := s.dial(t).closed(); status != ws.StatusGoingAway || time.Since(start) > 3*time.Second {
		t.Errorf("the client is told %d after %v", status, time.Since(start))
	}
	if _, context := s.next(t, "DISCONNECT"); context["disconnectStatusCode"] != 1001.0 {
		t.Errorf("the app is told %v", context["disconnectStatusCode"])
	}
}

// TestStubborn: clients that keep the connection when they are told to close
// it.
func TestStubborn(t *testing.T) {
	t.Parallel()
	for name, be := range map[string]func(c *socketClient){
		"says nothing": func(*socketClient) {},
		"sends forever": func(c *socketClient) {
			go func() {
				for c.writeQuietly() == nil {
				}
			}()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSockets(t, allAccept, gateway.SocketLimits{})
			c := s.dial(t)
			_, context := s.next(t, "CONNECT")
			be(c)
			start := time.Now()
			s.manage(t, "DELETE", "/@connections/"+context["connectionId"].(string), "")
			s.next(t, "DISCONNECT")
			if took := time.Since(start); took > 4*time.Second {
				t.Errorf("it took %v to be rid of it", took)
			}
		})
	}
}

// writeQuietly sends a ping, and doesn't care whether it arrives.
func (c *socketClient) writeQuietly() error {
	_, err := c.conn.Write(frame(fin|ping, true, 0, ""))
	return err
}
