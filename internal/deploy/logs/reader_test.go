package logs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/logs"
)

// A page is an answer: events such as "6" or "6NEW", whose number is their time
// in milliseconds, and a token for the next page.
type page struct {
	events string
	token  string
	err    error
}

// script answers with pages in their order, and records the requests as
// "start+token". When there are no more pages it ends the reading.
type script struct {
	pages []page
	stop  func()

	calls []string
	at    []time.Time
}

func (s *script) answer(in *logs.Question) (*logs.Answer, error) {
	call := "all"
	if in.StartTime != nil {
		call = fmt.Sprint(*in.StartTime)
	}
	if in.NextToken != "" {
		call += "+" + in.NextToken
	}
	s.calls, s.at = append(s.calls, call), append(s.at, time.Now())
	if len(s.calls) > len(s.pages) {
		s.stop()
		return &logs.Answer{}, nil
	}
	p := s.pages[len(s.calls)-1]
	if p.err != nil {
		return nil, p.err
	}
	out := &logs.Answer{NextToken: p.token}
	for word := range strings.FieldsSeq(p.events) {
		out.Events = append(out.Events, event(word))
	}
	return out, nil
}

// event returns an event for a word such as 6, 6NEW or 9000@6: the latter has
// the id 9000@6 and the time 9000, and arrived at 6.
func event(word string) logs.Logged {
	e := logs.Logged{EventID: word, Message: word + "\n", LogStreamName: "s"}
	fmt.Sscan(strings.TrimRight(word, "NEW"), &e.Timestamp)
	if _, arrived, ok := strings.Cut(word, "@"); ok {
		e.IngestionTime = new(int64)
		fmt.Sscan(arrived, e.IngestionTime)
	}
	return e
}

var (
	noGroup   = &smithy.GenericAPIError{Code: "ResourceNotFoundException", Message: "The specified log group does not exist."}
	denied    = &smithy.GenericAPIError{Code: "AccessDeniedException", Fault: smithy.FaultClient}
	throttled = &smithy.GenericAPIError{Code: "ThrottlingException", Fault: smithy.FaultClient}
	down      = &smithy.GenericAPIError{Code: "ServiceUnavailable", Fault: smithy.FaultServer}
	errLost   = fmt.Errorf("send: %w", io.ErrUnexpectedEOF)
)

// follows are answers of CloudWatch while a group is followed, and the expected
// results.
var follows = map[string]struct {
	overlap time.Duration
	since   int64
	pages   []page
	want    string // the events
	calls   string // the requests but for the last, which ends the reading
	next    string // the last request
	err     error
	trouble int
}{
	"R-522": {
		since: 1,
		pages: []page{{events: "1 2 3", token: "t"}, {events: "4 6 5"}, {events: "6"}, {events: "6 6NEW 7 8"}},
		want:  "1 2 3 4 6 5 6NEW 7 8", calls: "1 1+t 6 6", next: "8",
	},
	"R-522 with an overlap": {
		overlap: 2 * time.Millisecond, since: 1,
		pages: []page{{events: "1 2 3", token: "t"}, {events: "4 6 5"}, {events: "4 6 5"}, {events: "4 5 6 6NEW 7 8"}},
		want:  "1 2 3 4 6 5 6NEW 7 8", calls: "1 1+t 4 4", next: "6",
	},
	"empty pages": {
		since: 1,
		pages: []page{{token: "t"}, {token: "u"}, {events: "3"}, {token: "v"}, {events: "3 4"}},
		want:  "3 4", calls: "1 1+t 1+u 3 3+v", next: "4",
	},
	"nothing yet": {since: 7, pages: []page{{}, {}}, want: "", calls: "7 7", next: "7"},
	"from the first": {
		since: -1, pages: []page{{}, {events: "3 4"}}, want: "3 4", calls: "all all", next: "4",
	},
	"arrived late": {
		overlap: 100 * time.Millisecond, since: 50,
		pages: []page{{events: "200 300"}, {events: "200 250NEW 300"}, {events: "200 220NEW 250NEW 300 300NEW"}},
		want:  "200 300 250NEW 220NEW 300NEW", calls: "50 200 200", next: "200",
	},
	"never before the start": {
		overlap: time.Minute, since: 150,
		pages: []page{{events: "200"}, {events: "200 170NEW"}}, want: "200 170NEW", calls: "150 150", next: "150",
	},
	"a time in the future": {
		since: 1,
		pages: []page{{events: "5 9000@6"}, {events: "9000@6 7 8"}}, want: "5 9000@6 7 8", calls: "1 6", next: "8",
	},
	"the same event on two pages": {
		since: 1, pages: []page{{events: "1 2", token: "t"}, {events: "2 3"}}, want: "1 2 3", calls: "1 1+t", next: "3",
	},
	"a failure between pages": {
		since: 1,
		pages: []page{{events: "1"}, {events: "1 2 3", token: "t"}, {err: down}, {events: "3 4", token: "t"}, {err: errLost}, {events: "4 5"}},
		want:  "1 2 3 4 5", calls: "1 1 1+t 3 3+t 4", next: "5", trouble: 1,
	},
	"a failure that lasts": {
		since: 1, pages: []page{{events: "1"}, {err: throttled}, {err: errLost}, {err: down}, {events: "1 2"}, {err: down}}, want: "1 2",
		calls: "1 1 1 1 1 2", next: "2", trouble: 2,
	},
	"throttled at first":         {since: 1, pages: []page{{err: throttled}}, calls: "1", err: throttled},
	"not allowed at first":       {since: 1, pages: []page{{err: denied}}, calls: "1", err: denied},
	"out of reach at first":      {since: 1, pages: []page{{err: errLost}}, calls: "1", err: errLost},
	"not allowed any more":       {since: 1, pages: []page{{events: "1"}, {err: denied}}, want: "1", calls: "1 1", err: denied},
	"a group that is made later": {since: 1, pages: []page{{err: noGroup}, {err: noGroup}, {events: "3"}}, want: "3", calls: "1 1 1", next: "3"},
}

// TestFollow follows one group. say when it is read, and from
// which time on.
func TestFollow(t *testing.T) {
	for name, tc := range follows {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				s := &script{pages: tc.pages, stop: stop}
				q := logs.Query{Groups: []logs.Group{{Function: "f", Name: "g"}}}
				if tc.since >= 0 {
					q.Since = time.UnixMilli(tc.since)
				}
				troubles := 0
				q.Trouble = func(error) { troubles++ }
				got, err := collect(logs.NewFake(s.answer, tc.overlap).Follow(ctx, q))
				calls := tc.calls
				if tc.next != "" {
					calls += " " + tc.next
				}
				if got != tc.want || !errors.Is(err, tc.err) || troubles != tc.trouble {
					t.Errorf("got %q, %v and %d troubles, want %q, %v and %d", got, err, troubles, tc.want, tc.err, tc.trouble)
				}
				if diff := cmp.Diff(calls, strings.Join(s.calls, " ")); diff != "" {
					t.Errorf("asked (-want +got):\n%s", diff)
				}
				s.checkPauses(t)
			})
		})
	}
}

// checkPauses checks that pages are requested at once, and new events at the
// interval, also if there are none.
func (s *script) checkPauses(t *testing.T) {
	for i := 1; i < len(s.at); i++ {
		want := logs.Interval
		if strings.Contains(s.calls[i], "+") {
			want = 0
		}
		if got := s.at[i].Sub(s.at[i-1]); got != want {
			t.Errorf("call %d came after %s, want %s", i, got, want)
		}
	}
}

// all pages, once, from the beginning or from a time on. R-511: no
// events from a group that doesn't exist.
func TestRead(t *testing.T) {
	for name, tc := range map[string]struct {
		pages   []page
		want    string
		calls   string
		missing int
		err     error
	}{
		"pages":         {pages: []page{{events: "1 2", token: "t"}, {token: "u"}, {events: "3"}}, want: "1 2 3", calls: "all all+t all+u"},
		"nothing":       {pages: []page{{}}, calls: "all"},
		"no such group": {pages: []page{{err: noGroup}}, calls: "all", missing: 1},
		"a failure":     {pages: []page{{events: "1", token: "t"}, {err: down}}, want: "1", calls: "all all+t", err: down},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{pages: tc.pages, stop: func() {}}
			missing := 0
			q := logs.Query{Groups: []logs.Group{{Function: "f", Name: "g"}}, Missing: func(all []logs.Group) { missing += len(all) }}
			got, err := collect(logs.NewFake(s.answer, logs.Overlap).Read(t.Context(), q))
			if got != tc.want || !errors.Is(err, tc.err) || missing != tc.missing {
				t.Errorf("got %q, %v, %d missing, want %q, %v, %d", got, err, missing, tc.want, tc.err, tc.missing)
			}
			if diff := cmp.Diff(tc.calls, strings.Join(s.calls, " ")); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

// TestQuestion checks the requests to CloudWatch.
func TestQuestion(t *testing.T) {
	var asked *logs.Question
	r := logs.NewFake(func(in *logs.Question) (*logs.Answer, error) {
		asked = in
		return &logs.Answer{}, nil
	}, logs.Overlap)
	q := logs.Query{Groups: []logs.Group{{Name: "g"}}, Since: time.Unix(1, 999_999), Pattern: "ERROR"}
	if _, err := collect(r.Read(t.Context(), q)); err != nil {
		t.Fatal(err)
	}
	if asked.LogGroupName != "g" || *asked.StartTime != 1000 || asked.FilterPattern != "ERROR" {
		t.Errorf("asked for %s from %d with %q", asked.LogGroupName, *asked.StartTime, asked.FilterPattern)
	}
}

// TestGroups reads several groups: their events come in the order of time, and
// those of each group in its own order.
func TestGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		scripts := map[string]*script{
			"a": {pages: []page{{events: "1 5", token: "t"}, {events: "9 8"}, {events: "8 9 12"}}, stop: stop},
			"b": {pages: []page{{events: "2 3 6"}, {events: "6 11 13"}}, stop: func() {}},
			"c": {pages: []page{{err: noGroup}, {events: "10"}}, stop: func() {}},
			"d": {pages: []page{{}}, stop: func() {}},
		}
		r := logs.NewFake(func(in *logs.Question) (*logs.Answer, error) {
			return scripts[in.LogGroupName].answer(in)
		}, logs.Overlap)
		var missing []string
		q := logs.Query{Missing: func(groups []logs.Group) {
			for _, g := range groups {
				missing = append(missing, g.Name)
			}
		}}
		for _, name := range []string{"a", "b", "c", "d"} {
			q.Groups = append(q.Groups, logs.Group{Function: name, Name: name})
		}
		got, err := collect(r.Follow(ctx, q))
		if want := "1 2 3 5 6 9 8 10 11 12 13"; got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
		if diff := cmp.Diff([]string{"c"}, missing); diff != "" {
			t.Errorf("missing (-want +got):\n%s", diff)
		}
	})
}

// TestEarlyEnd reads no more than is wanted from groups that never end.
func TestEarlyEnd(t *testing.T) {
	n := 0
	r := logs.NewFake(func(in *logs.Question) (*logs.Answer, error) {
		n++
		return &logs.Answer{Events: []logs.Logged{event(fmt.Sprint(n))}, NextToken: "more"}, nil
	}, logs.Overlap)
	q := logs.Query{Groups: []logs.Group{{Name: "a"}, {Name: "b"}}}
	read := 0
	for _, err := range r.Read(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		if read++; read == 10 {
			break
		}
	}
	if n > 20 {
		t.Errorf("%d pages were asked for to read 10 events", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range r.Read(ctx, q) {
		cancel()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("it ended with %v when it was interrupted", last)
	}
}

// TestSharedGroup reads a group in which several functions log.
func TestSharedGroup(t *testing.T) {
	r := logs.NewFake(func(*logs.Question) (*logs.Answer, error) {
		out := &logs.Answer{}
		for _, stream := range []string{"2026/01/31/app-dev-tick[$LATEST]fc21", "2026/01/31/app-dev-tock[$LATEST]0a3b", "2026/01/31/[$LATEST]77", "mine"} {
			e := event(stream)
			e.LogStreamName = stream
			out.Events = append(out.Events, e)
		}
		return out, nil
	}, logs.Overlap)
	got, err := collect(r.Read(t.Context(), logs.Query{Groups: []logs.Group{{Deployed: "app-dev-tick", Name: "shared"}}}))
	if want := "2026/01/31/app-dev-tick[$LATEST]fc21 2026/01/31/[$LATEST]77 mine"; got != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// TestSharedGroupOfMany reads a group once in which several functions log that are
// asked for.
func TestSharedGroupOfMany(t *testing.T) {
	asked := 0
	r := logs.NewFake(func(in *logs.Question) (*logs.Answer, error) {
		asked++
		if in.LogGroupName != "shared" {
			return &logs.Answer{}, nil
		}
		out := &logs.Answer{}
		for _, stream := range []string{"2026/01/31/app-dev-tick[$LATEST]fc21", "2026/01/31/app-dev-tock[7]0a3b", "2026/01/31/other-dev-tick[$LATEST]77", "mine"} {
			e := event(stream)
			e.LogStreamName = stream
			out.Events = append(out.Events, e)
		}
		return out, nil
	}, logs.Overlap)
	groups := []logs.Group{{"tick", "app-dev-tick", "shared"}, {"own", "app-dev-own", "/aws/lambda/app-dev-own"}, {"tock", "app-dev-tock", "shared"}}
	var got []string
	for e, err := range r.Read(t.Context(), logs.Query{Groups: groups}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Function+": "+e.Stream)
	}
	want := []string{"tick: 2026/01/31/app-dev-tick[$LATEST]fc21", "tock: 2026/01/31/app-dev-tock[7]0a3b", ": mine"}
	if diff := cmp.Diff(want, got); diff != "" || asked != 2 {
		t.Errorf("%d requests, (-want +got)\n%s", asked, diff)
	}
}

// collect returns the messages of events, and the error at the end.
func collect(events func(func(logs.Event, error) bool)) (string, error) {
	var all []string
	for e, err := range events {
		if err != nil {
			return strings.Join(all, " "), err
		}
		all = append(all, e.Message)
	}
	return strings.Join(all, " "), nil
}
