package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"os/exec"
	"strconv"
	"time"

	"github.com/chalice-go/chalice/app"
)

// service is Lambda's runtime API. It hands out one event again and again, and
// does as little as it can: what is measured is the program that asks.
type service struct {
	net.Listener
	event    []byte          // the answer that has the event
	answered chan error      // of each answer; not nil if it is a failure
	ctx      context.Context // of the whole service
}

// accepted is the answer to an answer.
var accepted = []byte("HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n")

// serve starts a service on loopback, which ends with the context.
func serve(ctx context.Context, event []byte) (*service, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"+
		"Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n"+
		"Lambda-Runtime-Deadline-Ms: %d\r\n"+
		"Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:hello\r\n"+
		"Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0\r\n\r\n",
		len(event), time.Now().Add(time.Hour).UnixMilli())
	s := &service{l, append([]byte(head), event...), make(chan error), ctx}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // it was closed
			}
			go s.answer(conn)
		}
	}()
	return s, nil
}

// answer answers the requests of a connection until that or the service ends.
func (s *service) answer(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 64<<10)
	for {
		asks, failure, err := readRequest(in)
		if err != nil {
			return // the program has ended
		}
		out := s.event
		if !asks {
			out = accepted
			select {
			case s.answered <- failure:
			case <-s.ctx.Done():
				return
			}
		}
		if _, err := conn.Write(out); err != nil {
			return
		}
	}
}

// readRequest reads a request, which asks for an event, or else answers one;
// perhaps with a failure.
func readRequest(in *bufio.Reader) (asks bool, failure, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return false, nil, err
	}
	asks = bytes.HasPrefix(line, []byte("GET "))
	failed := bytes.Contains(line, []byte("/error "))
	var body io.Reader = bytes.NewReader(nil)
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return false, nil, err
		}
		name, value, found := bytes.Cut(bytes.TrimSpace(line), []byte(": "))
		switch {
		case !found:
			content, err := io.ReadAll(body)
			if failed {
				failure = errors.New(string(content))
			}
			return asks, failure, err
		case string(name) == "Content-Length":
			length, err := strconv.ParseInt(string(value), 10, 64)
			if err != nil {
				return false, nil, err
			}
			body = io.LimitReader(in, length)
		case string(name) == "Transfer-Encoding":
			body = chunked{httputil.NewChunkedReader(in), in}
		}
	}
}

// chunked reads a chunked body and the empty line behind it.
type chunked struct {
	chunks io.Reader
	in     *bufio.Reader
}

func (c chunked) Read(p []byte) (int, error) {
	n, err := c.chunks.Read(p)
	if err == io.EOF {
		if _, behind := c.in.ReadSlice('\n'); behind != nil {
			err = behind
		}
	}
	return n, err
}

// took is what a program took for its events.
type took struct {
	first time.Duration // from exec to the first answer
	all   time.Duration // of the processor, until the last answer, the start included
}

// run starts a program, which has one processor, and lets it answer events.
func run(ctx context.Context, path string, event []byte, events int) (took, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s, err := serve(ctx, event)
	if err != nil {
		return took{}, err
	}
	defer s.Close()
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + s.Addr().String(), "_HANDLER=" + app.RESTHandler, "GOMAXPROCS=1"}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return took{}, err
	}
	var result took
	var ended error
	for n := 0; n < events && ended == nil; n++ {
		select {
		case ended = <-s.answered:
		case <-time.After(patience):
			ended = errors.New("it doesn't answer")
		}
		if n == 0 {
			result.first = time.Since(start)
		}
	}
	stop()
	_ = cmd.Wait() // it was killed
	result.all = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return result, ended
}

// patience is how long nobody waits for an answer.
const patience = 20 * time.Second
