// Package runtimeapi is a client of Lambda's runtime API, from which a program
// in Lambda gets its events. It speaks HTTP/1.1 with an address on the same
// machine, and only as much of HTTP as that needs. net/http would be half of a
// small program and of its start, and on Linux it does without net as well: see
// dial.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package runtimeapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Client talks to the runtime API over one connection. Only one goroutine at a
// time can use it: a program that answers several events at once has a client
// for each.
type Client struct{ conn connection }

// New makes a client for the address in AWS_LAMBDA_RUNTIME_API, of a program
// that calls itself agent. An extension between Lambda and the program may have
// added a path to the address.
func New(address, agent string) *Client {
	host, path, _ := strings.Cut(address, "/")
	var c connection
	c.fields = appendField(appendField(nil, "Host", host), "User-Agent", agent+" "+runtime.Version())
	if path = strings.Trim(path, "/"); path != "" {
		c.path = "/" + path
	}
	c.host, c.port = splitPort(host)
	return &Client{c}
}

// splitPort divides "host:port". An IPv6 address is in brackets if a port
// follows.
func splitPort(address string) (host, port string) {
	first, last := strings.IndexByte(address, ':'), strings.LastIndexByte(address, ':')
	host, port = address, "80"
	if last >= 0 && (first == last || strings.HasSuffix(address[:last], "]")) {
		host, port = address[:last], address[last+1:]
	}
	return strings.Trim(host, "[]"), port
}

const (
	prefix     = "/2018-06-01/runtime/"
	invocation = prefix + "invocation/"
)

// Invocation is an event with its metadata from Lambda.
type Invocation struct {
	ID          string
	FunctionARN string
	TraceID     string // X-Ray's
	TenantID    string
	// ClientContext and CognitoIdentity are JSON, "" if the caller has none.
	ClientContext, CognitoIdentity string
	// Deadline is when Lambda ends the program; the zero time if it isn't known.
	Deadline time.Time
	// Event is JSON. Its memory belongs to the receiver.
	Event []byte
}

// Next waits for the next event, without a limit, or until the context ends. By
// asking for it, the program tells Lambda that it is done with the event
// before.
func (c *Client) Next(ctx context.Context) (*Invocation, error) {
	a, err := c.conn.do(ctx, request{method: "GET", path: invocation + "next"})
	if err == nil && a.status != 200 {
		err = a.unexpected()
	}
	if err != nil {
		return nil, fmt.Errorf("get the next event: %w", err)
	}
	i := &Invocation{
		ID:              a.fields[requestID],
		FunctionARN:     a.fields[functionARN],
		TraceID:         a.fields[traceID],
		TenantID:        a.fields[tenantID],
		ClientContext:   a.fields[clientContext],
		CognitoIdentity: a.fields[cognitoIdentity],
		Event:           a.body,
	}
	if ms, err := strconv.ParseInt(a.fields[deadline], 10, 64); err == nil {
		i.Deadline = time.UnixMilli(ms)
	}
	return i, nil
}

// Respond answers an event with JSON.
func (c *Client) Respond(id string, answer []byte) error {
	return c.post(request{path: invocation + id + "/response", body: answer})
}

// Failure is an error in the form that callers of a function get.
type Failure struct {
	Message    string  `json:"errorMessage"`
	Type       string  `json:"errorType"`
	StackTrace []Frame `json:"stackTrace,omitempty"`
}

// Frame is a line of a stack trace.
type Frame struct {
	Path  string `json:"path"`
	Line  int    `json:"line"`
	Label string `json:"label"`
}

// maxCause is the size in bytes of the largest cause of a failure that X-Ray
// takes.
const maxCause = 1 << 20

// Fail answers an event with an error. It also reports that to X-Ray, as an
// exception in a program that runs in directory.
func (c *Client) Fail(id string, f *Failure, directory string) error {
	document, err := encode(f)
	if err != nil {
		return err
	}
	r := request{path: invocation + id + "/error", body: document}
	cause, err := encode(f.cause(directory))
	if err != nil {
		return err
	}
	if len(cause) < maxCause {
		r.extra = [2]string{"Lambda-Runtime-Function-Xray-Error-Cause", string(cause)}
	}
	return c.post(r)
}

// FailInit tells Lambda why the program can't start. The program has to end
// then.
func (c *Client) FailInit(f *Failure) error {
	document, err := encode(f)
	if err != nil {
		return err
	}
	return c.post(request{
		path: prefix + "init/error", body: document,
		extra: [2]string{"Lambda-Runtime-Function-Error-Type", f.Type},
	})
}

func (c *Client) post(r request) error {
	r.method = "POST"
	a, err := c.conn.do(context.Background(), r)
	if err == nil && a.status != 202 {
		err = a.unexpected()
	}
	if err != nil {
		return fmt.Errorf("post to %s: %w", r.path, err)
	}
	return nil
}

// cause returns a failure in X-Ray's form.
func (f *Failure) cause(directory string) any {
	type exception struct {
		Type    string  `json:"type"`
		Message string  `json:"message"`
		Stack   []Frame `json:"stack"`
	}
	stack, paths, seen := f.StackTrace, []string{}, map[string]bool{}
	if stack == nil {
		stack = []Frame{}
	}
	for _, frame := range stack {
		if !seen[frame.Path] {
			seen[frame.Path] = true
			paths = append(paths, frame.Path)
		}
	}
	return struct {
		WorkingDirectory string      `json:"working_directory"`
		Exceptions       []exception `json:"exceptions"`
		Paths            []string    `json:"paths"`
	}{directory, []exception{{f.Type, f.Message, stack}}, paths}
}

// encode writes JSON without line breaks, so that it can also be a header.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// The fields of an answer's head that matter.
const (
	requestID = iota
	functionARN
	traceID
	tenantID
	clientContext
	cognitoIdentity
	deadline
	contentLength
	transferEncoding
	connectionField
	fieldCount
)

// fieldNames are the names of the fields, which are the same in capitals.
var fieldNames = [fieldCount]string{
	requestID:        "Lambda-Runtime-Aws-Request-Id",
	functionARN:      "Lambda-Runtime-Invoked-Function-Arn",
	traceID:          "Lambda-Runtime-Trace-Id",
	tenantID:         "Lambda-Runtime-Aws-Tenant-Id",
	clientContext:    "Lambda-Runtime-Client-Context",
	cognitoIdentity:  "Lambda-Runtime-Cognito-Identity",
	deadline:         "Lambda-Runtime-Deadline-Ms",
	contentLength:    "Content-Length",
	transferEncoding: "Transfer-Encoding",
	connectionField:  "Connection",
}

// answer is an answer of the runtime API.
type answer struct {
	status int
	fields [fieldCount]string
	body   []byte
	old    bool // it is HTTP/1.0
	last   bool // the connection ends after it
}

func (a *answer) unexpected() error {
	const enough = 300
	return &StatusError{a.status, string(a.body[:min(len(a.body), enough)])}
}

// StatusError means that the runtime API refused a request.
type StatusError struct {
	Status int    // of HTTP
	Body   string // the start of the answer's body
}

// Error returns status and body.
func (e *StatusError) Error() string {
	return fmt.Sprintf("the runtime API answered with status %d: %s", e.Status, e.Body)
}
