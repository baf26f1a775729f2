package poller_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/poller"
)

func TestFailures(t *testing.T) {
	const whole = "the whole batch counts as failed: "
	none, all := []bool{false, false, false}, []bool{true, true, true}
	for name, tc := range map[string]struct {
		answer string
		want   []bool
		err    string
	}{
		"some": {`{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"}]}`, []bool{true, false, true}, "2 of 3 records failed"},
		"one twice, and keys that mean nothing": {
			`{"x":1,"batchItemFailures":[{"itemIdentifier":"b","why":"?"},{"itemIdentifier":"b"}]}`, []bool{false, true, false}, "1 of 3 records failed",
		},
		"all":                 {`{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"},{"itemIdentifier":"c"}]}`, all, "3 of 3 records failed"},
		"an empty list":       {`{"batchItemFailures":[]}`, none, ""},
		"null for a list":     {`{"batchItemFailures":null}`, none, ""},
		"an empty object":     {`{}`, none, ""},
		"null":                {`null`, none, ""},
		"nothing":             {``, none, ""},
		"an empty id":         {`{"batchItemFailures":[{"itemIdentifier":""}]}`, all, whole + "item 0 of batchItemFailures has no itemIdentifier, or one that isn't a text"},
		"null for an id":      {`{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":null}]}`, all, whole + "item 1 of batchItemFailures has no itemIdentifier, or one that isn't a text"},
		"a number for an id":  {`{"batchItemFailures":[{"itemIdentifier":7}]}`, all, whole + "item 0 of batchItemFailures has no itemIdentifier, or one that isn't a text"},
		"another key":         {`{"batchItemFailures":[{"messageId":"a"}]}`, all, whole + "item 0 of batchItemFailures has no itemIdentifier, or one that isn't a text"},
		"a key in other case": {`{"batchItemFailures":[{"ItemIdentifier":"a"}]}`, all, whole + "item 0 of batchItemFailures has no itemIdentifier, or one that isn't a text"},
		"null for an item":    {`{"batchItemFailures":[null]}`, all, whole + "item 0 of batchItemFailures has no itemIdentifier, or one that isn't a text"},
		"ids alone":           {`{"batchItemFailures":["a"]}`, all, whole + "batchItemFailures isn't a list of objects with itemIdentifier"},
		"no list":             {`{"batchItemFailures":{"itemIdentifier":"a"}}`, all, whole + "batchItemFailures isn't a list of objects with itemIdentifier"},
		"an unknown id":       {`{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"z"}]}`, all, whole + `batchItemFailures has "z", and no record of the batch has that id`},
		"a text":              {`"done"`, all, whole + "the answer isn't a JSON object with batchItemFailures"},
		"no JSON":             {`{"batchItemFailures":[`, all, whole + "the answer isn't a JSON object with batchItemFailures"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := poller.Failures([]byte(tc.answer), "a", "b", "c")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			said := ""
			if err != nil {
				said = err.Error()
			}
			if diff := cmp.Diff(tc.err, said); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckpoint(t *testing.T) {
	for name, tc := range map[string]struct {
		answer string
		want   int
	}{
		"the lowest, whatever the order": {`{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"b"}]}`, 1},
		"the first":                      {`{"batchItemFailures":[{"itemIdentifier":"a"}]}`, 0},
		"none":                           {`{}`, 3},
		"an answer nobody understands":   {`[]`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			failed, _ := poller.Failures([]byte(tc.answer), "a", "b", "c")
			if got := poller.First(failed); got != tc.want {
				t.Errorf("it goes on with record %d, and should with %d", got, tc.want)
			}
		})
	}
}

// FuzzFailures: a record counts as done only if Lambda would understand the
// answer.
func FuzzFailures(f *testing.F) {
	for _, answer := range []string{``, `null`, `{}`, `{"batchItemFailures":[{"itemIdentifier":"a"}]}`, `{"batchItemFailures":[{"itemIdentifier":"\u0061"}]}`, `[]`, `{"batchItemFailures":[{}]}`} {
		f.Add([]byte(answer))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		failed, err := poller.Failures(answer, "a", "b")
		n := 0
		for _, one := range failed {
			if one {
				n++
			}
		}
		if (n == 0) != (err == nil) {
			t.Fatalf("%q: %d records failed, and the error is %v", answer, n, err)
		}
		if n < 2 && len(answer) > 0 && !json.Valid(answer) {
			t.Fatalf("%q is no JSON, and %d of 2 records count as failed", answer, n)
		}
	})
}
