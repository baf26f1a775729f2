package runtimeapi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// connection is an HTTP/1.1 connection. It is opened when it is first needed,
// and again when the other side has closed it.
type connection struct {
	host, port string
	path       string // in front of that of each request
	fields     []byte // of the head of all requests

	conn stream
	in   *bufio.Reader
	out  []byte // buffer for requests, which is used again
	used time.Time
}

// stream is what dial returns.
type stream interface {
	io.ReadWriteCloser
	SetDeadline(t time.Time) error
}

// interrupt ends reading and writing when the context ends, until stop is
// called. Stop reports whether it was in time.
func interrupt(ctx context.Context, s stream) (stop func() bool) {
	if ctx.Done() == nil {
		return func() bool { return true }
	}
	// There is no error of a connection that is read and written.
	return context.AfterFunc(ctx, func() { _ = s.SetDeadline(time.Unix(1, 0)) })
}

// bufferSize is how many bytes of an answer are read at once, and how long a
// line of its head may be. Most events are smaller.
const bufferSize = 16 << 10

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
	if err := c.connect(ctx); err != nil {
		return nil, err
	}
	stop := interrupt(ctx, c.conn)
	a, err := c.exchange(r)
	if cut := !stop(); err != nil || a.last || cut {
		c.close() // the answer has been read
	}
	c.used = time.Now()
	return a, err
}

// connect opens the connection if it isn't open.
func (c *connection) connect(ctx context.Context) error {
	if c.conn != nil {
		return nil
	}
	conn, err := dial(ctx, c.host, c.port)
	if err != nil {
		return fmt.Errorf("dial %s port %s: %w", c.host, c.port, err)
	}
	c.conn, c.in = conn, bufio.NewReaderSize(conn, bufferSize)
	return nil
}

func (c *connection) close() {
	if c.conn != nil {
		_ = c.conn.Close() // nothing is expected of it anymore
		c.conn = nil
	}
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

// maxCopied is the size in bytes of the largest body that is copied, to be sent
// with the head of its request.
const maxCopied = 64 << 10

// head begins a request.
func (c *connection) head(r request) []byte {
	h := append(c.out[:0], r.method...)
	h = append(append(append(h, ' '), c.path...), r.path...)
	return append(append(h, " HTTP/1.1\r\n"...), c.fields...)
}

// send writes a request, at once if it is small.
func (c *connection) send(r request) error {
	h := c.head(r)
	if r.method == "POST" {
		h = appendField(h, "Content-Type", "application/json")
		h = strconv.AppendInt(append(h, "Content-Length: "...), int64(len(r.body)), 10)
		h = append(h, "\r\n"...)
	}
	if r.extra[0] != "" {
		h = appendField(h, r.extra[0], r.extra[1])
	}
	h = append(h, "\r\n"...)
	rest := r.body
	if len(rest) <= maxCopied {
		h, rest = append(h, rest...), nil
	}
	_, err := c.conn.Write(h)
	if err == nil && len(rest) > 0 {
		_, err = c.conn.Write(rest)
	}
	if c.out = h; cap(h) > 2*maxCopied { // the cause of a failure can be large
		c.out = nil
	}
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
	for {
		line, err := readLine(in)
		if err != nil {
			return nil, err
		}
		a, err := parseStatus(string(line))
		if err != nil {
			return nil, err
		}
		if err := a.readFields(in); err != nil {
			return nil, unexpectedEnd(err)
		}
		if a.status < 200 {
			continue
		}
		return a, a.readBody(in)
	}
}

// readLine reads a line, and returns it without its end. It is valid until the
// next one is read.
func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, errTooLong
	case err == io.EOF && len(line) > 0:
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
}

// readFields reads the fields of a head, or of a trailer, and the empty line
// behind them. It keeps those that have a name in fieldNames.
func (a *answer) readFields(in *bufio.Reader) error {
	for {
		line, err := readLine(in)
		if err != nil || len(line) == 0 {
			return err
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 || name[0] == ' ' || name[0] == '\t' {
			return errAnswer
		}
		for f, known := range fieldNames {
			if len(name) == len(known) && (string(name) == known || strings.EqualFold(string(name), known)) {
				a.fields[f] = joined(a.fields[f], bytes.Trim(value, " \t"))
			}
		}
	}
}

// joined appends a further value of a field, as in a list.
func joined(before string, value []byte) string {
	if before == "" {
		return string(value)
	}
	return before + ", " + string(value)
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
	if a.old || hasToken(a.fields[connectionField], "close") {
		a.last = true
	}
	switch length := a.fields[contentLength]; {
	case a.status == 204 || a.status == 304:
	case !a.old && hasToken(a.fields[transferEncoding], "chunked"):
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
	var body []byte
	for {
		line, err := readLine(in)
		if err != nil {
			return nil, unexpectedEnd(err)
		}
		n, err := parseChunkSize(string(line))
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return body, unexpectedEnd(new(answer).readFields(in)) // the trailer
		}
		if body, err = readN(body, in, n); err != nil {
			return nil, err
		}
		if line, err = readLine(in); err != nil || len(line) > 0 {
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

// hasToken reports whether a field, which is a list of words, contains a word.
func hasToken(list, token string) bool {
	for word := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(word), token) {
			return true
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
