// Command queues is the app of queues.py: it writes into files what it gets,
// and fails if a message says so.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("queues")
	a.OnSQSMessage("jobs", work, app.BatchSize(10), app.PartialBatch())
	a.OnSQSMessage("orders.fifo", ordered, app.BatchSize(10), app.PartialBatch())
	a.OnSQSMessage("bulk", whole, app.BatchSize(50), app.BatchWindow(2*time.Second))
	a.OnSQSMessage("late", late)
	a.OnKinesisRecord("clicks", count, app.BatchSize(20), app.PartialBatch())
	a.OnDynamoDBRecord(os.Getenv("STREAM_ARN"), changed, app.StartingPosition(app.TrimHorizon), app.BatchWindow(time.Second))
	return a
}

// job is the content of all messages and records. It can make the function fail
// the first time, or always.
type job struct {
	N     int    `json:"n"`
	Group string `json:"group"`
	Fails string `json:"fails"` // once, always, or empty
}

var errTold = errors.New("told to fail")

// do does a job, which may have been tried before.
func (j job) do(list string, first bool) error {
	failed := j.Fails == "always" || j.Fails == "once" && first
	note(list, fmt.Sprintf("%d %s %v", j.N, j.Group, !failed))
	if failed {
		return errTold
	}
	return nil
}

// note appends a line to a file.
func note(list, line string) {
	f, err := os.OpenFile(filepath.Join(os.Getenv("NOTES"), list), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	if _, err := f.WriteString(line + "\n"); err != nil {
		panic(err)
	}
}

func work(_ context.Context, e *app.SQSEvent) error { return messages("jobs", e, false) }

// ordered stops at the first failure, as a function has to if the order
// matters.
func ordered(_ context.Context, e *app.SQSEvent) error { return messages("orders.fifo", e, true) }

func messages(list string, e *app.SQSEvent, ordered bool) error {
	note(list+".events", string(e.Raw()))
	var failed app.BatchItemFailures
	groups := map[string]bool{} // those with a failure
	for _, r := range e.Records() {
		var j job
		if err := r.JSON(&j); err != nil {
			return err
		}
		if ordered && groups[j.Group] || j.do(list, isFirst(r.MessageID())) != nil {
			failed = append(failed, r.MessageID())
			groups[j.Group] = true
		}
	}
	return failed
}

// whole fails for the whole batch the first time that it gets a message which
// fails.
func whole(_ context.Context, e *app.SQSEvent) error {
	note("bulk.sizes", strconv.Itoa(len(e.Records())))
	var failed error
	for _, r := range e.Records() {
		var j job
		if err := r.JSON(&j); err != nil {
			return err
		}
		failed = errors.Join(failed, j.do("bulk", isFirst(r.MessageID())))
	}
	return failed
}

func late(_ context.Context, e *app.SQSEvent) error { return messages("late", e, false) }

// count stops at the first failure: the records after it are sent again as
// well.
func count(_ context.Context, e *app.KinesisEvent) error {
	note("clicks.events", string(e.Raw()))
	for _, r := range e.Records() {
		var j job
		if err := json.Unmarshal(r.Data(), &j); err != nil {
			return err
		}
		if j.do("clicks", isFirst(r.SequenceNumber())) != nil {
			return app.BatchItemFailures{r.SequenceNumber()}
		}
	}
	return nil
}

func changed(_ context.Context, e *app.DynamoDBEvent) error {
	note("table.events", string(e.Raw()))
	for _, r := range e.Records() {
		var j job
		if err := r.DecodeNew(&j); err != nil {
			return err
		}
		if err := j.do("table", isFirst(r.SequenceNumber())); err != nil {
			return err
		}
	}
	return nil
}

// isFirst reports whether a message or record comes for the first time.
func isFirst(id string) bool {
	name := fmt.Sprintf("%x", sha256.Sum256([]byte(id)))
	f, err := os.OpenFile(filepath.Join(os.Getenv("NOTES"), "seen", name), os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return false
	}
	f.Close()
	return true
}
