package logs_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
	"github.com/chalice-go/chalice/internal/deploy/logs"
)

// group is a log group of an AWS on loopback, into which processes log.
type group struct {
	cfg    aws.Config
	client *cloudwatchlogs.Client
	name   string
}

func newGroup(t *testing.T) *group {
	t.Helper()
	s := endpointtest.Open(t, account.Options{})
	return &group{s.Config, cloudwatchlogs.NewFromConfig(s.Config), "/aws/lambda/" + endpointtest.Name(t)}
}

func (g *group) create(t *testing.T, streams ...string) {
	t.Helper()
	if _, err := g.client.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &g.name}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = g.client.DeleteLogGroup(context.Background(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &g.name})
	})
	for _, stream := range streams {
		if _, err := g.client.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &g.name, LogStreamName: &stream}); err != nil {
			t.Fatal(err)
		}
	}
}

// log logs the lines "FROM", "FROM+1" to "TO-1" at intervals of a millisecond,
// the first one at a time.
func (g *group) log(t *testing.T, stream string, at time.Time, from, to int) {
	t.Helper()
	for ; from < to; from += 5000 {
		in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: &g.name, LogStreamName: &stream}
		for i := from; i < min(to, from+5000); i++ {
			in.LogEvents = append(in.LogEvents, types.InputLogEvent{Message: aws.String(fmt.Sprintln(i)), Timestamp: aws.Int64(at.UnixMilli() + int64(i))})
		}
		if _, err := g.client.PutLogEvents(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
}

func (g *group) query() logs.Query { return logs.Query{Groups: []logs.Group{{Name: g.name}}} }

// TestPages reads more lines than a page has, of two processes.
func TestPages(t *testing.T) {
	g := newGroup(t)
	missing := 0
	q := g.query()
	q.Missing = func(all []logs.Group) { missing += len(all) }
	if got, err := collect(logs.New(g.cfg).Read(t.Context(), q)); got != "" || err != nil || missing != 1 {
		t.Errorf("no group: got %q, %v, %d missing", got, err, missing)
	}
	g.create(t, "a", "b")
	at := time.Now().Add(-time.Minute)
	g.log(t, "a", at, 0, 7000)
	g.log(t, "b", at, 7000, 12000)
	g.log(t, "a", at, 12000, 13000)
	got, err := collect(logs.New(g.cfg).Read(t.Context(), g.query()))
	if want := numbers(0, 13000); got != want || err != nil {
		t.Errorf("got %d lines, %v, want 13000 in order", len(strings.Fields(got)), err)
	}
	q.Since = at.Add(12_500 * time.Millisecond)
	if got, err := collect(logs.New(g.cfg).Read(t.Context(), q)); got != numbers(12500, 13000) || err != nil {
		t.Errorf("since: got %d lines, %v, want 500", len(strings.Fields(got)), err)
	}
	q = g.query()
	q.Pattern = `"777"`
	if got, err := collect(logs.New(g.cfg).Read(t.Context(), q)); !strings.Contains(got, "777") || len(strings.Fields(got)) > 100 || err != nil {
		t.Errorf("pattern: got %d lines, %v", len(strings.Fields(got)), err)
	}
}

// TestFollowing follows a group while two processes log, one of them late.
func TestFollowing(t *testing.T) {
	g := newGroup(t)
	g.create(t, "a", "b")
	at := time.Now().Add(-time.Minute)
	g.log(t, "a", at, 0, 100)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	q := g.query()
	q.Since = at
	r := logs.New(g.cfg)
	r.PollEvery(50 * time.Millisecond)
	count := map[string]int{}
	for e, err := range r.Follow(ctx, q) {
		if err != nil {
			t.Fatal(err)
		}
		count[e.Message]++
		switch len(count) {
		case 100:
			g.log(t, "a", at, 500, 600)
		case 200:
			g.log(t, "b", at, 100, 500) // earlier than what was read
		case 600:
			g.log(t, "a", at, 600, 601)
		case 601:
			time.AfterFunc(200*time.Millisecond, stop) // time for an event to come twice
		}
	}
	if len(count) != 601 {
		t.Errorf("got %d lines, want 601", len(count))
	}
	for line, times := range count {
		if times != 1 {
			t.Errorf("%s came %d times", line, times)
		}
	}
}

// numbers returns the numbers from one up to, but without, another one.
func numbers(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, " %d", i)
	}
	return b.String()[1:]
}
