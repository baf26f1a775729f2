package dispatch_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
)

// task is a payload whose tags ask for something.
type task struct {
	ID    string `json:"id" minLength:"2"`
	Tries int    `json:"tries" default:"3"`
	Note  string `json:"note,omitzero"`
}

// Validate refuses one note.
func (t *task) Validate() error {
	if t.Note == "no" {
		return errors.New("the note is no")
	}
	return nil
}

// asked is a payload with a method of its values.
type asked struct{ N int }

func (a asked) Validate() error {
	if a.N > 1 {
		return app.Violations{{In: "body", Name: "/N", Problem: "is too much"}, {In: "body", Name: "/N", Problem: "is odd"}}
	}
	return nil
}

// TestTypedLambdaTags: a payload is held to the tags and to Validate, and one of a type
// without either is decoded as ever.
func TestTypedLambdaTags(t *testing.T) {
	a := app.New("typed")
	app.TypedLambda(a, func(_ context.Context, in task) (task, error) { return in, nil }, app.Name("value"))
	app.TypedLambda(a, func(_ context.Context, in *task) (*task, error) { return in, nil }, app.Name("pointer"))
	app.TypedLambda(a, func(_ context.Context, in []task) (int, error) { return len(in), nil }, app.Name("list"))
	app.TypedLambda(a, func(_ context.Context, in asked) (asked, error) { return in, nil }, app.Name("asked"))
	app.TypedLambda(a, func(_ context.Context, in struct {
		N int
		S string
	}) (int, error) {
		return in.N, nil
	}, app.Name("plain"))
	for _, tc := range []struct{ function, payload, want string }{
		{"value", `{"id":"ab"}`, `{"id":"ab","tries":3}`},
		{"pointer", `{"id":"ab","tries":0}`, `{"id":"ab","tries":0}`},
		{"pointer", `null`, `null`},
		{"list", `[{"id":"ab"},{"id":"cd"}]`, `2`},
		{"asked", `{"N":1}`, `{"N":1}`},
		{"plain", `{"n":7,"other":null}`, `7`},
		{"plain", `null`, `0`},
		{"value", `{"id":"a"}`, `! body "/id" has to have at least 2 characters`},
		{"value", `null`, `! the body has to be an object, not null`},
		{"value", `{"tries":"x"}`, `! body "/id" is missing (and 1 more)`},
		{"pointer", `{"id":"ab","note":"no"}`, `! the note is no`},
		{"list", `[{"id":"ab"},{}]`, `! body "/1/id" is missing`},
		{"asked", `{"N":2}`, `! body "/N" is too much (and 1 more)`},
		{"asked", `{}`, `! body "/N" is missing`},
	} {
		got, err := invokeFunction(t, a, tc.function, tc.payload)
		problem, fails := strings.CutPrefix(tc.want, "! ")
		var found app.Violations
		switch {
		case fails && (!errors.As(err, &found) || !strings.HasSuffix(err.Error(), ": "+problem) || !strings.HasPrefix(err.Error(), "decode event into ")):
			t.Errorf("%s of %s: got %s, %v; want %s", tc.function, tc.payload, got, err, tc.want)
		case !fails && (err != nil || got != tc.want):
			t.Errorf("%s of %s: got %s, %v; want %s", tc.function, tc.payload, got, err, tc.want)
		}
	}
}

// TestEachJSONTags: records are held to the tags, and Poison can ask what was violated.
func TestEachJSONTags(t *testing.T) {
	var poisoned []string
	decide := func(id string, err error) error {
		var found app.Violations
		if !errors.As(err, &found) {
			t.Errorf("record %s: %v", id, err)
		}
		poisoned = append(poisoned, id+found[0].Name)
		return nil
	}
	a := app.New("each")
	a.OnSQSMessage("q", app.EachJSON(func(_ context.Context, in task, r *app.SQSRecord) error {
		if in.Tries != 3 {
			t.Errorf("%s is decoded as %+v", r.Body(), in)
		}
		return nil
	}, app.Poison(func(_ context.Context, r *app.SQSRecord, err error) error { return decide(r.MessageID(), err) })), app.Name("queue"))
	a.OnKinesisRecord("s", app.EachJSON(func(_ context.Context, in task, r *app.KinesisRecord) error {
		if in.Tries != 3 {
			t.Errorf("%s is decoded as %+v", r.Data(), in)
		}
		return nil
	}, app.Poison(func(_ context.Context, r *app.KinesisRecord, err error) error { return decide(r.SequenceNumber(), err) })), app.Name("stream"))
	if got, err := invokeFunction(t, a, "queue", `{"Records":[{"messageId":"1","body":"{\"id\":\"ab\"}"},{"messageId":"2","body":"{\"id\":\"a\"}"},{"messageId":"3","body":"{\"id\":\"ab\",\"note\":\"no\"}"}]}`); got != failuresOf() || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := invokeFunction(t, a, "stream", `{"Records":[{"kinesis":{"sequenceNumber":"4","data":"eyJpZCI6ImFiIn0="}},{"kinesis":{"sequenceNumber":"5","data":"eyJpZCI6ImEifQ=="}}]}`); got != failuresOf() || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	if want := "2/id 3 5/id"; strings.Join(poisoned, " ") != want {
		t.Errorf("got %q, want %q", poisoned, want)
	}
}

// TestTypedMistakes: wrong tags of a payload's type are mistakes, but not those of types in
// which nothing is asked, nor where the app runs.
func TestTypedMistakes(t *testing.T) {
	declare := func() *app.App {
		a := app.New("typed")
		app.TypedLambda(a, func(context.Context, struct {
			N int `minimum:"x"`
		}) (int, error) {
			return 0, nil
		}, app.Name("wrong"))
		a.OnSQSMessage("q", app.EachJSON(func(context.Context, struct {
			N int `default:"0" minimum:"1"`
		}, *app.SQSRecord) error {
			return nil
		}), app.Name("each"))
		app.TypedLambda(a, func(context.Context, struct{ C chan int }) (int, error) { return 0, nil }, app.Name("foreign"))
		return a
	}
	_, err := declare().Registry()
	var mistakes app.Mistakes
	if !errors.As(err, &mistakes) || len(mistakes) != 2 || !strings.Contains(err.Error(), "minimum") || !strings.Contains(err.Error(), "payload_test.go") {
		t.Errorf("got %v", err)
	}
	t.Setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
	if _, err := declare().Registry(); err != nil {
		t.Errorf("where it runs: %v", err)
	}
}
