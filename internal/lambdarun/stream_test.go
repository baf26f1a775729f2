package lambdarun_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/lambdarun"
)

const prelude = `{"statusCode":201}` + "\x00\x00\x00\x00\x00\x00\x00\x00"

// TestStream has aws-lambda-go stream, as another implementation of the program's
// side.
func TestStream(t *testing.T) {
	p := pool(t, lambdarun.Command{}, 1, 0)
	var out bytes.Buffer
	r, err := p.InvokeStream(t.Context(), "id", []byte(`{"Do":"stream","N":100000}`), &out)
	if err != nil || r.Error != nil || r.Lost != nil || !r.Streamed {
		t.Fatalf("%v %+v", err, r)
	}
	if want := prelude + strings.Repeat("x", 100000); out.String() != want {
		t.Errorf("%d bytes, want %d: %.50q", out.Len(), len(want), out.String())
	}
	out.Reset()
	r, err = p.InvokeStream(t.Context(), "id2", []byte(`{"N":1}`), &out)
	if err != nil || r.Streamed || out.Len() > 0 || string(r.Payload) != `{"Do":"","N":1}` {
		t.Errorf("an answer as a whole: %v %s %q", err, r.Payload, out.String())
	}
	r, err = p.Invoke(t.Context(), "id3", []byte(`{"Do":"stream","N":3}`))
	if err != nil || r.Streamed || string(r.Payload) != prelude+"xxx" {
		t.Errorf("for a caller who wants it as a whole: %v %+v", err, r)
	}
	r, err = p.Invoke(t.Context(), "id4", []byte(`{"Do":"stream","N":7000000}`))
	if err != nil || r.Error == nil || r.Error.Type != "Function.ResponseSizeTooLarge" {
		t.Errorf("the same, too large: %v %+v", err, r.Error)
	}
	if r, err = p.Invoke(t.Context(), "id5", []byte(`{"N":1}`)); err != nil || r.Error != nil {
		t.Errorf("the next event: %v %v", err, r.Error)
	}
}

func TestStreamFails(t *testing.T) {
	p := pool(t, lambdarun.Command{Timeout: 2 * time.Second}, 1, 0)
	for _, test := range []struct {
		event string
		check func(lambdarun.Result, error) bool
	}{
		{`{"Do":"stream, then fail","N":10}`, func(r lambdarun.Result, err error) bool {
			return err == nil && r.Error != nil && r.Error.Type == "errorString" && r.Error.Message == "no such thing"
		}},
		{`{"Do":"stream, then exit","N":10}`, func(r lambdarun.Result, err error) bool {
			e, ok := errors.AsType[*lambdarun.ExitError](err)
			return ok && strings.Contains(e.Error(), "in the middle of its answer") && strings.Contains(e.Error(), "good bye")
		}},
		{`{"Do":"stream, then sleep","N":10}`, func(r lambdarun.Result, err error) bool {
			_, ok := errors.AsType[*lambdarun.TimeoutError](err)
			return ok
		}},
	} {
		var out bytes.Buffer
		r, err := p.InvokeStream(t.Context(), "id", []byte(test.event), &out)
		if !test.check(r, err) {
			t.Errorf("%s: %v %+v", test.event, err, r.Error)
		}
		if out.String() != prelude+"xxxxxxxxxx" {
			t.Errorf("%s: %q", test.event, out.String())
		}
		if r, err := p.Invoke(t.Context(), "next", []byte(`{"N":1}`)); err != nil || r.Error != nil {
			t.Errorf("%s: the next event: %v %v", test.event, err, r.Error)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(200*time.Millisecond, cancel)
	if _, err := p.InvokeStream(ctx, "id", []byte(`{"Do":"stream, then sleep","N":10}`), io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who waits no longer: %v", err)
	}
}

// limited takes some bytes.
type limited struct{ left int }

var errGone = errors.New("gone")

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errGone
	}
	return len(p), nil
}

func TestStreamLost(t *testing.T) {
	p := pool(t, lambdarun.Command{}, 1, 0)
	pid, err := p.Invoke(t.Context(), "id", []byte(`{"Do":"pid"}`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.InvokeStream(t.Context(), "id", []byte(`{"Do":"stream","N":1000000000}`), &limited{100000})
	if err != nil || r.Lost != errGone {
		t.Fatalf("%v %+v", err, r)
	}
	// aws-lambda-go ends its process when it can't send an answer; ours goes on,
	// as a test of package dispatch shows.
	if r, err = p.Invoke(t.Context(), "next", []byte(`{"Do":"pid"}`)); err != nil || r.Error != nil {
		t.Errorf("the next event: %v %v (before: %s)", err, r.Error, pid.Payload)
	}
}

// counter counts bytes.
type counter struct{ n atomic.Int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n.Add(int64(len(p)))
	return len(p), nil
}

// TestStreamMemory: what is passed on isn't kept.
func TestStreamMemory(t *testing.T) {
	p := pool(t, lambdarun.Command{}, 1, 0)
	if err := p.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var c counter
	r, err := p.InvokeStream(t.Context(), "id", []byte(`{"Do":"stream","N":50000000}`), &c)
	runtime.ReadMemStats(&after)
	if err != nil || r.Error != nil || c.n.Load() != 50_000_000+int64(len(prelude)) {
		t.Fatalf("%v %+v %d", err, r, c.n.Load())
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("50 MB took %d bytes of memory", used)
	}
}

func TestStreamTooLarge(t *testing.T) {
	p := pool(t, lambdarun.Command{}, 1, 0)
	r, err := p.InvokeStream(t.Context(), "id", []byte(`{"Do":"stream","N":210000000}`), io.Discard)
	if err != nil || r.Error == nil || r.Error.Type != "Function.ResponseSizeTooLarge" {
		t.Errorf("%v %+v", err, r.Error)
	}
}
