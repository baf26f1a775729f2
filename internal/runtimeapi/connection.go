package runtimeapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// connection is an HTTP/1.1 connection. It is opened when it is first needed,
// and again when the other side has closed it.
type connection struct {
	host  string // as in the Host header
	dial  string // host and port
	path  string // in front of that of each request
	agent string

	conn net.Conn
	in   *bufio.Reader
	head []byte // buffer for the head of a request, which is used again
}

// request is an HTTP request. POST requests have a body, which is JSON.
type request struct {
	method, path string
	body         []byte
	extra        [2]string // one more header: its name and value
}

// errEnded is the error of a connection that ended before any byte of an
// answer.
var errEnded = errors.New("the connection to the runtime API ended")

// do sends a request and reads its answer. The other side may have closed a
// connection that was idle for a while, for instance during a long invocation.
// Then the request is sent again, which is safe: since it names an invocation,
// nothing happens twice.
func (c *connection) do(ctx context.Context, r request) (*answer, error) {
	reused := c.conn != nil
	a, err := c.try(ctx, r)
	if reused && errors.Is(err, errEnded) && ctx.Err() == nil {
		a, err = c.try(ctx, r)
	}
	return a, err
}

func (c *connection) try(ctx context.Context, r request) (*answer, error) {
	if c.conn == nil {
		var d net.Dialer
		conn, err := d.DialContext(ctx, "tcp", c.dial)
		if err != nil {
			return nil, err
		}
		c.conn, c.in = conn, bufio.NewReader(conn)
	}
	conn, past := c.conn, time.Unix(1, 0)
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(past) })
	a, err := c.exchange(r)
	if cut := !stop(); err != nil || a.last || cut {
		_ = conn.Close() // the answer has been read
		c.conn = nil
	}
	return a, err
}

// exchange sends a request over an open connection and reads the answer.
func (c *connection) exchange(r request) (*answer, error) {
	err := c.send(r)
	if err == nil {
		_, err = c.in.Peek(1)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errEnded, err)
	}
	return readAnswer(c.in)
}

// send writes a request, in a single packet if it is small.
func (c *connection) send(r request) error {
	h := append(c.head[:0], r.method...)
	h = append(append(append(h, ' '), c.path...), r.path...)
	h = append(h, " HTTP/1.1\r\n"...)
	h = appendField(h, "Host", c.host)
	h = appendField(h, "User-Agent", c.agent)
	if r.method == "POST" {
		h = appendField(h, "Content-Type", "application/json")
		h = appendField(h, "Content-Length", strconv.Itoa(len(r.body)))
	}
	if r.extra[0] != "" {
		h = appendField(h, r.extra[0], r.extra[1])
	}
	c.head = append(h, "\r\n"...)
	_, err := (&net.Buffers{c.head, r.body}).WriteTo(c.conn)
	return err
}

// appendField writes a header. It leaves out control characters, which a header
// can't have.
func appendField(dst []byte, name, value string) []byte {
	dst = append(append(dst, name...), ": "...)
	for i := range len(value) {
		c := value[i]
		if c < ' ' || c == 0x7f {
			c = ' '
		}
		dst = append(dst, c)
	}
	return append(dst, "\r\n"...)
}

// maxBody is larger than every event in bytes: those of synchronous invocations
// have up to 6 MB.
const maxBody = 1 << 30

var (
	errAnswer  = errors.New("the runtime API's answer is not HTTP/1.1")
	errTooLong = errors.New("the runtime API's answer is too long")
)

// readAnswer reads an answer, and skips informational ones before it.
func readAnswer(in *bufio.Reader) (*answer, error) {
	text := textproto.NewReader(in)
	for {
		line, err := text.ReadLine()
		if err != nil {
			return nil, err
		}
		a, err := parseStatus(line)
		if err != nil {
			return nil, err
		}
		if a.header, err = text.ReadMIMEHeader(); err != nil {
			return nil, unexpectedEnd(err)
		}
		if a.status < 200 {
			continue
		}
		return a, a.readBody(in)
	}
}

// parseStatus reads a line such as "HTTP/1.1 200 OK".
func parseStatus(line string) (*answer, error) {
	const form = "HTTP/1.x 200"
	if len(line) < len(form) || line[:7] != form[:7] || line[8] != ' ' || len(line) > len(form) && line[len(form)] != ' ' {
		return nil, errAnswer
	}
	status, err := strconv.ParseUint(line[9:len(form)], 10, 16)
	if err != nil || status < 100 {
		return nil, errAnswer
	}
	return &answer{status: int(status), old: line[7] == '0'}, nil
}

// readBody reads the body, in any of the forms that the header can announce.
func (a *answer) readBody(in *bufio.Reader) (err error) {
	if a.old || hasToken(a.header, "Connection", "close") {
		a.last = true
	}
	switch length := a.header.Get("Content-Length"); {
	case a.status == 204 || a.status == 304:
	case !a.old && hasToken(a.header, "Transfer-Encoding", "chunked"):
		a.body, err = readChunks(in)
	case length != "":
		n, parseErr := strconv.ParseUint(length, 10, 63)
		if parseErr != nil {
			return errAnswer
		}
		a.body, err = readN(nil, in, n)
	default: // until the connection ends
		a.last = true
		a.body, err = io.ReadAll(io.LimitReader(in, maxBody+1))
		if len(a.body) > maxBody {
			err = errTooLong
		}
	}
	return err
}

// firstRead is how many bytes are allocated because of a header alone, before
// any data has come.
const firstRead = 8 << 20

// readN appends the next bytes.
func readN(dst []byte, in io.Reader, n uint64) ([]byte, error) {
	if n > maxBody-uint64(len(dst)) {
		return nil, errTooLong
	}
	for n > 0 {
		part := int(min(n, firstRead))
		start := len(dst)
		dst = append(dst, make([]byte, part)...)
		if _, err := io.ReadFull(in, dst[start:]); err != nil {
			return nil, unexpectedEnd(err)
		}
		n -= uint64(part)
	}
	return dst, nil
}

// readChunks reads a body in the chunked transfer coding (RFC 9112, 7.1).
func readChunks(in *bufio.Reader) ([]byte, error) {
	text := textproto.NewReader(in)
	var body []byte
	for {
		line, err := text.ReadLine()
		if err != nil {
			return nil, unexpectedEnd(err)
		}
		n, err := parseChunkSize(line)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			_, err := text.ReadMIMEHeader() // the trailer
			return body, unexpectedEnd(err)
		}
		if body, err = readN(body, in, n); err != nil {
			return nil, err
		}
		if line, err = text.ReadLine(); err != nil || line != "" {
			return nil, errors.Join(errAnswer, unexpectedEnd(err))
		}
	}
}

// parseChunkSize reads a hexadecimal number, which other text may follow.
func parseChunkSize(line string) (uint64, error) {
	end := 0
	for end < len(line) && line[end] != ';' && line[end] != ' ' && line[end] != '\t' {
		end++
	}
	n, err := strconv.ParseUint(line[:end], 16, 63)
	if err != nil {
		return 0, errAnswer
	}
	return n, nil
}

// hasToken reports whether a header, which is a list of words, contains a word.
func hasToken(h textproto.MIMEHeader, name, token string) bool {
	for _, value := range h[name] {
		for word := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(word), token) {
				return true
			}
		}
	}
	return false
}

// unexpectedEnd returns the error for an end in the middle of an answer.
func unexpectedEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
