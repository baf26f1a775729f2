package poller_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/poller"
)

func TestBatches(t *testing.T) {
	const most = 6 << 20
	around := len(`{"Records":[]}`)
	text := func(n int) string { return strings.Repeat("1", n) }
	for name, tc := range map[string]struct {
		size    int
		records []string
		want    []string
	}{
		"none":             {10, nil, nil},
		"one":              {10, []string{`1`}, []string{`{"Records":[1]}`}},
		"as many as asked": {2, []string{`1`, `2`, `3`, `4`, `5`}, []string{`{"Records":[1,2]}`, `{"Records":[3,4]}`, `{"Records":[5]}`}},
		"just as large as an event may be": {
			10, []string{text(most/2 - 1), text(most/2 - around)}, []string{`{"Records":[` + text(most/2-1) + `,` + text(most/2-around) + `]}`},
		},
		"a byte too large": {
			10, []string{text(most / 2), text(most/2 - around)}, []string{`{"Records":[` + text(most/2) + `]}`, `{"Records":[` + text(most/2-around) + `]}`},
		},
		"a record that is too large alone": {10, []string{text(most), `2`}, []string{`{"Records":[` + text(most) + `]}`, `{"Records":[2]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			got := poller.Batches(tc.size, tc.records...)
			if len(got) != len(tc.want) {
				t.Fatalf("%d events, and should be %d", len(got), len(tc.want))
			}
			for i := range got {
				if got[i] != tc.want[i] {
					t.Errorf("event %d has %d bytes, and should have %d, or others", i, len(got[i]), len(tc.want[i]))
				}
			}
		})
	}
}

func TestReady(t *testing.T) {
	for name, tc := range map[string]struct {
		shards []poller.Shard
		want   []string
	}{
		"all at first":            {[]poller.Shard{{ID: "a"}, {ID: "b"}}, []string{"a", "b"}},
		"children wait":           {[]poller.Shard{{ID: "a"}, {ID: "b", Parents: []string{"a"}}, {ID: "c", Parents: []string{"a"}}}, []string{"a"}},
		"the parent is done":      {[]poller.Shard{{ID: "a", Done: true}, {ID: "b", Parents: []string{"a"}}}, []string{"b"}},
		"the parent is gone":      {[]poller.Shard{{ID: "b", Parents: []string{"a"}}}, []string{"b"}},
		"one of two, of a merger": {[]poller.Shard{{ID: "a", Done: true}, {ID: "b"}, {ID: "c", Parents: []string{"a", "b"}}}, []string{"b"}},
		"a child before":          {[]poller.Shard{{ID: "b", Parents: []string{"a"}}, {ID: "a"}}, []string{"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, poller.Ready(tc.shards...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
