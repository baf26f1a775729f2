package lambdarun_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/lambdarun"
	"github.com/chalice-go/chalice/internal/requestid"
)

// lines collects what a program prints.
type lines struct {
	mu  sync.Mutex
	all []lambdarun.Line
}

func (l *lines) add(line lambdarun.Line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, line)
}

// of returns the lines of an invocation.
func (l *lines) of(id string) (texts []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.all {
		if line.RequestID == id {
			texts = append(texts, line.Text)
		}
	}
	return texts
}

func pool(t *testing.T, c lambdarun.Command, size int, wait time.Duration) *lambdarun.Pool {
	t.Helper()
	c.Path = program
	p := lambdarun.NewPool(c, size, wait)
	t.Cleanup(p.Close)
	return p
}

func lookPool(t *testing.T, p *lambdarun.Pool) (s seen, facts lambdarun.Facts) {
	t.Helper()
	id := requestid.New()
	r, err := p.Invoke(t.Context(), id, []byte(`{"Do":"context"}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(r.Payload, &s); err != nil {
		t.Fatal(err)
	}
	if s.ID != id || r.RequestID != id {
		t.Errorf("the program has request id %q, the result %q, want %q", s.ID, r.RequestID, id)
	}
	return s, r.Facts
}

func TestPoolStartsProcessesOnDemandAndKeepsThem(t *testing.T) {
	p := pool(t, lambdarun.Command{}, 3, 0)
	first, cold := lookPool(t, p)
	second, warm := lookPool(t, p)
	if first.PID != second.PID || !cold.Cold || cold.Init <= 0 || warm.Cold || warm.Init != 0 {
		t.Errorf("one after the other: processes %d and %d, cold %+v, warm %+v", first.PID, second.PID, cold, warm)
	}
	pids := map[int]bool{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			r, err := p.Invoke(t.Context(), requestid.New(), []byte(`{"Do":"pid","N":50}`))
			var pid int
			if err == nil {
				err = json.Unmarshal(r.Payload, &pid)
			}
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			pids[pid] = true
			mu.Unlock()
		})
	}
	all.Wait()
	if len(pids) != 3 {
		t.Errorf("20 events at a time had %d processes, want the 3 that the pool can have", len(pids))
	}
}

func TestPoolLimitsTheWait(t *testing.T) {
	p := pool(t, lambdarun.Command{}, 1, 50*time.Millisecond)
	lookPool(t, p)
	done := make(chan error, 1)
	if err := p.Send(t.Context(), "first", []byte(`{"Do":"sleep","N":300}`), func(_ lambdarun.Result, err error) { done <- err }); err != nil {
		t.Fatal(err)
	}
	_, err := p.Invoke(t.Context(), "second", []byte(`{}`))
	busy := (*lambdarun.BusyError)(nil)
	if !errors.As(err, &busy) || busy.Processes != 1 || busy.Waited != 50*time.Millisecond {
		t.Errorf("got %v, want a BusyError", err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// An invocation that Lambda has started can't be ended by its caller.
func TestSendOutlivesItsContext(t *testing.T) {
	p := pool(t, lambdarun.Command{}, 1, 0)
	lookPool(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan lambdarun.Result, 1)
	if err := p.Send(ctx, "id", []byte(`{"Do":"sleep","N":100}`), func(r lambdarun.Result, err error) {
		if err != nil {
			t.Error(err)
		}
		done <- r
	}); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := p.Send(ctx, "late", []byte(`{}`), func(lambdarun.Result, error) { t.Error("done was called") }); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting: got %v, want the context's error", err)
	}
	if r := <-done; string(r.Payload) != `{"Do":"sleep","N":100}` {
		t.Errorf("got %s", r.Payload)
	}
}

func TestKilledProcess(t *testing.T) {
	p := pool(t, lambdarun.Command{}, 1, 0)
	idle, _ := lookPool(t, p)
	kill(t, idle.PID)
	lambdarun.AwaitIdleExit(p) // otherwise the event could still reach the dying process
	busy, facts := lookPool(t, p)
	if busy.PID == idle.PID || !facts.Cold {
		t.Errorf("after an idle process was killed: process %d again, cold %v", busy.PID, facts.Cold)
	}
	time.AfterFunc(50*time.Millisecond, func() { kill(t, busy.PID) })
	_, err := p.Invoke(t.Context(), "id", []byte(`{"Do":"sleep","N":60000}`))
	exit := (*lambdarun.ExitError)(nil)
	if !errors.As(err, &exit) || exit.Status != "signal: killed" {
		t.Errorf("got %v, want an ExitError", err)
	}
	lookPool(t, p)
}

// Lines belong to the invocation that printed them, however many they are and
// however they end.
func TestLinesOfAnInvocation(t *testing.T) {
	var l lines
	p := pool(t, lambdarun.Command{Log: l.add}, 2, 0)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			id := fmt.Sprint("id", i)
			r, err := p.Invoke(t.Context(), id, fmt.Appendf(nil, `{"Do":"print","N":%d}`, i))
			if err != nil {
				t.Error(err)
				return
			}
			<-r.Logged
			want := slices.Repeat([]string{"line of " + id}, i)
			want = append(want, "unfinished "+id)
			if diff := cmp.Diff(want, l.of(id)); diff != "" {
				t.Errorf("%s: want -, got +\n%s", id, diff)
			}
		})
	}
	all.Wait()
}

func TestLinesOfAProcessThatEnds(t *testing.T) {
	var l lines
	p := pool(t, lambdarun.Command{Log: l.add, Env: []string{"START=chatty"}}, 1, 0)
	r, err := p.Invoke(t.Context(), "exit", []byte(`{"Do":"exit"}`))
	if err == nil || !strings.HasSuffix(err.Error(), ":\n\tstarting\n\ton stdout\n\tgood\n\tbye") {
		t.Errorf("got %v, want its lines in the error", err)
	}
	<-r.Logged
	if diff := cmp.Diff([]string{"starting", "on stdout", "good", "bye"}, l.of("exit")); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestLongLinesAreCut(t *testing.T) {
	var l lines
	p := pool(t, lambdarun.Command{Log: l.add}, 1, 0)
	r, err := p.Invoke(t.Context(), "id", []byte(`{"Do":"long","N":1000000}`))
	if err != nil {
		t.Fatal(err)
	}
	<-r.Logged
	texts := l.of("id")
	if got := strings.Join(texts, ""); got != strings.Repeat("x", 1_000_000) || len(texts) < 2 {
		t.Errorf("got %d bytes in %d lines", len(got), len(texts))
	}
}

// kill ends a process of a program, as a system that is out of memory does.
func kill(t *testing.T, pid int) {
	process, err := os.FindProcess(pid)
	if err == nil {
		err = process.Kill()
	}
	if err != nil {
		t.Error(err)
	}
}
