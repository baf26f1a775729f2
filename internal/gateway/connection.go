package gateway

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// These are the largest sizes of a message and of a frame that API Gateway
// takes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
const (
	maxMessage = 128 << 10
	maxFrame   = 32 << 10
)

// waiting is how many messages of a connection may wait for their function. If
// a client sends more, they aren't read until there is room.
const waiting = 16

// lingering is how long a client has to answer a close frame.
const lingering = time.Second

// ending is why a connection ended, as the event of $disconnect says it.
type ending struct {
	status ws.StatusCode
	reason string
}

// Error returns the reason.
func (e *ending) Error() string { return e.reason }

var (
	goingAway = &ending{ws.StatusGoingAway, "Going away"}
	deleted   = &ending{ws.StatusNormalClosure, "Connection Closed Normally"}
	vanished  = &ending{ws.StatusAbnormalClosure, "Connection Closed Abnormally"}
	silent    = &ending{ws.StatusNoStatusRcvd, "Client-side close frame status not set"}
)

// connection is one websocket. The method serve reads its frames; any goroutine
// may write some.
type connection struct {
	sockets   *Sockets
	id        string
	connected time.Time
	domain    string // the domain that the client connected to
	client    socketIdentity
	// authorizer is what the authorizer of new connections said, for all events.
	authorizer map[string]any

	conn    net.Conn
	reader  *bufio.Reader
	writing sync.Mutex
	active  atomic.Int64 // the time of the last frame, in milliseconds of Unix time
	// over is why the connection has ended or is about to, nil while it is open.
	// The first reason counts.
	over atomic.Pointer[ending]
}

// serve keeps the connection until it ends, and then invokes the app's function
// for that.
func (c *connection) serve() {
	messages, handled := make(chan []byte, waiting), make(chan struct{})
	go func() {
		defer close(handled)
		for message := range messages {
			c.handle(message)
		}
	}()
	limit := time.AfterFunc(c.sockets.api.Limits.Duration, func() { c.close(goingAway) })
	c.read(messages)
	limit.Stop()
	c.sockets.remove(c)
	c.conn.Close()
	close(messages)
	<-handled
	c.disconnected()
}

// read reads messages until the connection is over.
func (c *connection) read(messages chan<- []byte) {
	var message []byte // the frames of it that have come so far
	for fragmented := false; ; {
		h, err := c.header(fragmented, len(message))
		if err != nil {
			c.fail(err)
			return
		}
		payload, err := c.payload(h)
		if err != nil {
			c.fail(err)
			return
		}
		c.touch()
		if h.OpCode.IsControl() {
			if !c.control(h.OpCode, payload) {
				return
			}
			continue
		}
		message, fragmented = append(message, payload...), !h.Fin
		if fragmented {
			continue
		}
		if !utf8.Valid(message) {
			c.fail(&ending{ws.StatusInvalidFramePayloadData, "a message is no UTF-8"})
			return
		}
		if c.over.Load() == nil {
			messages <- message
		}
		message = nil
	}
}

// header reads the start of a frame. length is the length of the message that
// the frame may continue. The error is an ending if API Gateway doesn't take
// such a frame.
func (c *connection) header(fragmented bool, length int) (ws.Header, error) {
	h, err := ws.ReadHeader(c.reader)
	if errors.Is(err, ws.ErrHeaderLengthMSB) {
		err = &ending{ws.StatusProtocolError, "the length of a frame is negative"}
	}
	if err != nil {
		return h, err
	}
	state := ws.StateServerSide
	if fragmented {
		state = state.Set(ws.StateFragmented)
	}
	if err := ws.CheckHeader(h, state); err != nil {
		return h, &ending{ws.StatusProtocolError, err.Error()}
	}
	switch {
	case h.OpCode == ws.OpBinary:
		// https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
		return h, &ending{ws.StatusUnsupportedData, "API Gateway takes no binary frames"}
	case h.Length > maxFrame:
		return h, &ending{ws.StatusMessageTooBig, "a frame is larger than 32 KB"}
	case !h.OpCode.IsControl() && int64(length)+h.Length > maxMessage:
		return h, &ending{ws.StatusMessageTooBig, "a message is larger than 128 KB"}
	}
	return h, nil
}

// payload reads the rest of a frame.
func (c *connection) payload(h ws.Header) ([]byte, error) {
	payload := make([]byte, h.Length)
	_, err := io.ReadFull(c.reader, payload)
	ws.Cipher(payload, h.Mask, 0)
	return payload, err
}

// control handles a frame that isn't part of a message, and reports whether the
// connection goes on.
func (c *connection) control(kind ws.OpCode, payload []byte) bool {
	switch kind {
	case ws.OpPing:
		c.write(ws.NewPongFrame(payload))
	case ws.OpClose:
		c.close(parseClose(payload))
		return false
	}
	return true
}

// parseClose reads the content of a close frame. Content that violates the
// protocol is an ending of its own.
// https://www.rfc-editor.org/rfc/rfc6455#section-7.4
func parseClose(payload []byte) *ending {
	if len(payload) == 0 {
		return silent
	}
	status, reason := ws.ParseCloseFrameData(payload)
	switch {
	case status < 1000, status >= 1004 && status <= 1006, status >= 1015 && status < 3000, status >= 5000:
		return &ending{ws.StatusProtocolError, "a close frame has no valid status"}
	case !utf8.ValidString(reason):
		return &ending{ws.StatusInvalidFramePayloadData, "the reason of a close frame is no UTF-8"}
	}
	return &ending{status, reason}
}

// touch records that the connection is in use.
func (c *connection) touch() {
	now := time.Now()
	c.active.Store(now.UnixMilli())
	if idle := c.sockets.api.Limits.Idle; idle != forever && c.over.Load() == nil {
		c.conn.SetReadDeadline(now.Add(idle))
	}
}

// fail ends the connection after an error while reading from it.
func (c *connection) fail(err error) {
	var e *ending
	switch {
	case errors.As(err, &e):
		c.close(e)
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.close(goingAway)
	default:
		c.over.CompareAndSwap(nil, vanished)
		return
	}
	// If the connection was closed while some of the client's bytes are unread, a
	// client that is still sending would get a reset, and not the close frame.
	io.Copy(io.Discard, c.reader)
}

// close ends the connection, and tells the client why. The client has a moment
// to answer; then reading fails.
func (c *connection) close(e *ending) {
	if !c.over.CompareAndSwap(nil, e) {
		return
	}
	c.conn.SetReadDeadline(time.Now().Add(lingering))
	time.AfterFunc(lingering, func() { c.conn.Close() }) // also if a write hangs
	frame := ws.NewCloseFrame(nil)
	if e != silent {
		frame = ws.NewCloseFrame(ws.NewCloseFrameBody(e.status, e.reason))
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	ws.WriteFrame(c.conn, frame) // if the client is gone, there is nobody to tell
	if half, ok := c.conn.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
}

// errOver is the error of writing to a connection that is over.
var errOver = errors.New("the connection is closed")

// send sends a message, in frames of at most the size that API Gateway's frames
// have. API Gateway sends texts. A message that isn't valid UTF-8 would make
// most clients end the connection, and is sent as binary.
func (c *connection) send(message []byte) error {
	kind := ws.OpText
	if !utf8.Valid(message) {
		kind = ws.OpBinary
	}
	var frames []ws.Frame
	for kind := kind; ; kind = ws.OpContinuation {
		n := min(len(message), maxFrame)
		frames = append(frames, ws.NewFrame(kind, n == len(message), message[:n]))
		if message = message[n:]; len(message) == 0 {
			return c.write(frames...)
		}
	}
}

// write writes frames without others between them. After an error the
// connection is over.
func (c *connection) write(frames ...ws.Frame) error {
	var data bytes.Buffer
	for _, f := range frames {
		if err := ws.WriteFrame(&data, f); err != nil {
			return err
		}
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.over.Load() != nil {
		return errOver
	}
	c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := c.conn.Write(data.Bytes()); err != nil {
		c.over.CompareAndSwap(nil, vanished)
		c.conn.Close()
		return errOver
	}
	c.touch()
	return nil
}
