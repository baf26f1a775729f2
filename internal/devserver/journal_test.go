package devserver_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
)

func TestJournalKeepsTheLastThousandEntries(t *testing.T) {
	j := devserver.NewJournal()
	var ids []string
	for range 1005 {
		id := j.Begin(devserver.HTTP, "GET", "/")
		j.End(id, 200, nil)
		ids = append(ids, id)
	}
	if got := len(j.Entries()); got != 1000 {
		t.Errorf("it has %d entries", got)
	}
	if _, ok := j.Entry(ids[4]); ok {
		t.Error("it still has the fifth of 1,005 entries")
	}
	e, ok := j.Entry(ids[5])
	if !ok || !e.Done || e.Status != 200 || e.Method != "GET" || e.Path != "/" {
		t.Errorf("got %+v, %v", e, ok)
	}
	j.End(ids[0], 200, errors.New("late")) // the entry is gone already, which is no error
}

// A subscriber that doesn't read delays nobody, and is told how many events it
// missed.
func TestSlowSubscriber(t *testing.T) {
	j := devserver.NewJournal()
	ctx, cancel := context.WithCancel(t.Context())
	slow := j.Subscribe(ctx)
	const lines = 3000
	begin := time.Now()
	for range lines {
		j.Print(devserver.Line{Text: "x"})
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("writing took %s", took)
	}
	got, lost := 0, 0
	for range 500 {
		<-slow
		got++
	}
	j.Print(devserver.Line{Text: "more"})
	cancel()
	for e := range slow {
		if lost += e.Lost; e.Line != nil {
			got++
		}
	}
	if lost == 0 || got+lost != lines+1 {
		t.Errorf("it got %d lines and was told of %d lost ones, of %d", got, lost, lines+1)
	}
}

func TestJournalForManyAtATime(t *testing.T) {
	j := devserver.NewJournal()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range j.Subscribe(ctx) {
			}
		})
	}
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for range 300 {
				id := j.Begin(devserver.Invoke, "", "f")
				j.Print(devserver.Line{Text: `{"level":"WARN","msg":"x"}`})
				j.End(id, 0, nil)
				j.Entry(id)
			}
		})
	}
	writers.Wait()
	cancel()
	all.Wait()
	if lines := j.Lines(); len(lines) != 1000 || lines[0].Level != "WARN" {
		t.Errorf("it has %d lines, the first is %+v", len(lines), lines[0])
	}
}

// However much is recorded, the journal keeps a limited number of bytes, those
// of the newest entries.
func TestJournalIsBounded(t *testing.T) {
	mb := strings.Repeat("x", 1<<20)
	many := slices.Repeat([]string{"a line"}, 3000)
	for name, tc := range map[string]struct {
		event, response string
		lines           []string
	}{
		"events":     {event: strings.Repeat(mb, 5)},
		"responses":  {response: strings.Repeat(mb, 5)},
		"long lines": {lines: slices.Repeat([]string{mb[:200_000]}, 100)},
		"many lines": {lines: many},
	} {
		t.Run(name, func(t *testing.T) {
			j := devserver.NewJournal()
			for i := range 100 {
				id := j.Begin(devserver.HTTP, "GET", "/")
				j.Record(id, fmt.Sprint("request ", i), []byte(tc.event), []byte(tc.response), tc.lines...)
				j.End(id, 200, nil)
			}
			size := 0
			for _, e := range j.Entries() {
				size += bytesOf(e)
			}
			if most := 64 << 20; size > most {
				t.Errorf("it keeps %d bytes", size)
			}
			entries := j.Entries()
			oldest, newest := entries[0].Invocations[0], entries[99].Invocations[0]
			if name != "many lines" && !oldest.Dropped {
				t.Error("the oldest is there, and isn't said to be dropped")
			}
			if got := bytesOf(entries[99]); newest.Dropped || got == 0 || got > 6<<20 || len(newest.Log) > 1001 {
				t.Errorf("the newest has %d bytes and %d lines", got, len(newest.Log))
			}
			if n := len(newest.Log); n > 0 && newest.Log[n-1].Text != "further lines of this invocation are not kept" {
				t.Errorf("its last line is %.50q", newest.Log[n-1].Text)
			}
		})
	}
	t.Run("lines of nothing", func(t *testing.T) {
		j := devserver.NewJournal()
		for range 100 {
			j.Print(devserver.Line{Text: mb[:200_000]})
		}
		if n := len(j.Lines()); n == 0 || n > 4<<20/200_000 {
			t.Errorf("it keeps %d lines", n)
		}
	})
}

func bytesOf(e devserver.Entry) (size int) {
	for _, i := range e.Invocations {
		size += len(i.Event) + len(i.Response)
		for _, l := range i.Log {
			size += len(l.Text)
		}
	}
	return size
}
