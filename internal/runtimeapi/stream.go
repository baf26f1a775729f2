package runtimeapi

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
)

// Stream is an answer that is sent in pieces, in the chunked transfer coding
// (RFC 9112, 7.1). Several goroutines can use it.
type Stream struct {
	mu    sync.Mutex
	conn  *connection
	id    string
	open  bool  // its head was sent, and neither its end nor an error came
	ended error // why nothing more can be written
	begun bool
}

// streamedType is the type of an answer that begins with status and headers as
// JSON, which eight zero bytes end.
const streamedType = "application/vnd.awslambda.http-integration-response"

// The trailers of an answer that failed in the middle. The second is an error as
// JSON, in base64.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
const (
	errorType = "Lambda-Runtime-Function-Error-Type"
	errorBody = "Lambda-Runtime-Function-Error-Body"
)

// Stream returns the answer to an event, for which nothing is sent before the
// first call of Write. Until it is closed, the client can't be used otherwise.
func (c *Client) Stream(id string) *Stream {
	return &Stream{conn: &c.conn, id: id}
}

// path is where the answer is posted to.
func (s *Stream) path() string { return invocation + s.id + "/response" }

// Begun reports whether the event was answered, as far as the answer could be
// sent.
func (s *Stream) Begun() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.begun
}

// Write sends a piece at once, and waits while the other side takes no more.
func (s *Stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended != nil:
		return 0, s.ended
	case len(p) == 0:
		return 0, nil // an empty chunk would be the end
	}
	var head []byte
	if !s.open {
		s.begun = true
		if err := s.conn.prepare(); err != nil {
			return 0, s.fail(err)
		}
		head, s.open = s.conn.streamHead(s.path()), true
	}
	if err := s.conn.sendChunk(head, p); err != nil {
		return 0, s.fail(err)
	}
	return len(p), nil
}

// fail notes that nothing more can be sent. The connection is in an unknown
// state.
func (s *Stream) fail(err error) error {
	s.ended = fmt.Errorf("the answer can't be sent any longer: %w", s.conn.refused(err))
	s.open = false
	s.conn.close()
	return s.ended
}

// refusalTime is how long to wait for why the other side takes no more.
const refusalTime = 100 * time.Millisecond

// refused returns why the other side reads no more of a request, or else err.
func (c *connection) refused(err error) error {
	if c.conn == nil {
		return err
	}
	_ = c.conn.SetDeadline(time.Now().Add(refusalTime)) // without it, it waits for the connection's end
	if a, readErr := readAnswer(c.in); readErr == nil && a.status != 202 {
		return a.unexpected()
	}
	return err
}

// errClosed is the error of writing to an answer that was ended.
var errClosed = errors.New("the answer was ended")

// Close ends the answer, with a failure if f isn't nil. The error says why not
// all of it arrived. An answer that wasn't begun is not sent.
func (s *Stream) Close(f *Failure) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	open, ended := s.open, s.ended
	s.open = false
	if s.ended == nil {
		s.ended = errClosed
	}
	if !open {
		return ended
	}
	a, err := s.conn.finish(f)
	if err == nil && a.status != 202 {
		err = a.unexpected()
	}
	if err != nil {
		err = fmt.Errorf("post to %s: %w", s.path(), err)
	}
	return err
}

// maxIdle is how long a connection that did nothing is taken to be open still.
// The other side may close it, which only the answer shows, when what was
// streamed can't be sent again.
const maxIdle = time.Second

// prepare makes sure that there is an open connection.
func (c *connection) prepare() error {
	if c.conn != nil && time.Since(c.used) > maxIdle {
		c.close()
	}
	return c.connect(context.Background())
}

// streamHead returns the head of a request whose body is streamed.
func (c *connection) streamHead(path string) []byte {
	h := c.head(request{method: "POST", path: path})
	h = appendField(h, "Content-Type", streamedType)
	h = appendField(h, "Lambda-Runtime-Function-Response-Mode", "streaming")
	h = appendField(h, "Transfer-Encoding", "chunked")
	h = appendField(h, "Trailer", errorType+", "+errorBody)
	return append(h, "\r\n"...)
}

// sendChunk writes a chunk behind a head, at once if it is small.
func (c *connection) sendChunk(head, data []byte) error {
	h := head
	if h == nil {
		h = c.out[:0]
	}
	h = append(strconv.AppendInt(h, int64(len(data)), 16), "\r\n"...)
	large := len(data) > maxCopied
	if !large {
		h = append(append(h, data...), "\r\n"...)
	}
	c.out = h
	_, err := c.conn.Write(h)
	if err == nil && large {
		if _, err = c.conn.Write(data); err == nil {
			_, err = io.WriteString(c.conn, "\r\n")
		}
	}
	return err
}

// maxTrailer is the size in bytes of a failure's JSON: servers refuse trailers of
// more than a few KB.
const (
	maxTrailer = 2 << 10
	maxType    = 256 // of the failure's type
)

// finish writes the end of a body in chunks, and reads the answer.
func (c *connection) finish(f *Failure) (*answer, error) {
	h := append(c.out[:0], "0\r\n"...)
	if f != nil {
		document, err := f.short()
		if err != nil {
			c.close()
			return nil, err
		}
		h = appendField(h, errorType, f.Type[:min(len(f.Type), maxType)])
		h = appendField(h, errorBody, base64.StdEncoding.EncodeToString(document))
	}
	c.out = append(h, "\r\n"...)
	var a *answer
	_, err := c.conn.Write(c.out)
	if err == nil {
		a, err = readAnswer(c.in)
	} else {
		err = c.refused(err)
	}
	if err != nil || a.last {
		c.close()
	}
	c.used = time.Now()
	return a, err
}

// short returns a failure as JSON that fits into a trailer: without its stack,
// and with the beginning of its message, if need be.
func (f *Failure) short() ([]byte, error) {
	short := *f
	short.Type = f.Type[:min(len(f.Type), maxType)]
	document, err := encode(&short)
	for err == nil && len(document) > maxTrailer && (short.StackTrace != nil || short.Message != "") {
		if short.StackTrace == nil {
			short.Message = short.Message[:len(short.Message)/2]
		}
		short.StackTrace = nil
		document, err = encode(&short)
	}
	return document, err
}
