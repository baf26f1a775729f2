package devserver_test

import (
	"context"
	"errors"
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
	j.End(ids[0], 200, errors.New("late")) // it is forgotten, which is fine
}

// A subscriber that doesn't read makes nobody wait, and is told what it missed.
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
