// Command failures is the app of failures.py: its functions write into files what
// they get, and fail on the records that say so.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("failures")
	paid := app.Pattern{"state": []string{"paid"}}
	a.OnKinesisRecord("halves", whole, app.Bisect(), app.MaxRetries(1), app.OnFailure(os.Getenv("QUEUE_ARN")), app.BatchWindow(2*time.Second))
	a.OnKinesisRecord("each", app.Each(single), app.Bisect(), app.MaxRetries(0), app.OnFailure(os.Getenv("TOPIC_ARN")), app.ParallelShards(4))
	a.OnKinesisRecord("lost", lost, app.MaxRetries(0), app.OnFailure("arn:aws:sqs:us-east-1:123456789012:nowhere"))
	since, err := time.Parse(time.RFC3339, os.Getenv("SINCE"))
	if err != nil {
		since = time.Unix(0, 0)
	}
	a.OnKinesisRecord("since", late, app.StartAt(since))
	a.OnDynamoDBRecord(os.Getenv("STREAM_ARN"), changed, app.Bisect(), app.MaxRetries(0), app.OnFailure("arn:aws:s3:::failed"),
		app.StartingPosition(app.TrimHorizon), app.Filter(app.Pattern{"dynamodb": app.Pattern{"NewImage": app.Pattern{"state": app.Pattern{"S": []string{"paid"}}}}}))
	a.OnSQSMessage("orders", order, app.BatchSize(10), app.PartialBatch(), app.Filter(app.Pattern{"body": paid}), app.Provisioned(2, 2))
	a.OnSQSMessage("groups.fifo", app.EachJSON(grouped), app.BatchSize(10), app.Filter(app.Pattern{"body": paid}))
	a.OnSQSMessage("large.fifo", app.EachJSON(grouped), app.Name("large"), app.BatchSize(10))
	a.OnSQSMessage("asleep", order, app.Name("asleep"), app.Disabled())
	return a
}

// task is the content of all messages and records.
type task struct {
	N     int    `json:"n"`
	State string `json:"state"`
	Fails string `json:"fails"` // always, once, or empty
}

var errTold = errors.New("told to fail")

// note appends a line to a file, and returns how often it has that line.
func note(list, line string) int {
	name := filepath.Join(os.Getenv("NOTES"), list)
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	if _, err := f.WriteString(line + "\n"); err != nil {
		panic(err)
	}
	all, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return strings.Count("\n"+string(all), "\n"+line+"\n")
}

// do does a task of which a list has every try.
func (t task) do(list string) error {
	times := note(list, fmt.Sprint(t.N))
	if t.Fails == "always" || t.Fails == "once" && times == 1 {
		return errTold
	}
	note(list+".done", fmt.Sprint(t.N))
	return nil
}

// whole fails for the whole batch, of which it notes the numbers.
func whole(_ context.Context, e *app.KinesisEvent) error {
	var numbers []string
	var failed error
	for _, r := range e.Records() {
		var t task
		if err := json.Unmarshal(r.Data(), &t); err != nil {
			return err
		}
		numbers = append(numbers, fmt.Sprint(t.N))
		if t.Fails == "always" {
			failed = errTold
		}
	}
	note("halves", strings.Join(numbers, " "))
	return failed
}

func single(_ context.Context, r *app.KinesisRecord) error {
	var t task
	if err := json.Unmarshal(r.Data(), &t); err != nil {
		return err
	}
	return t.do("each." + r.PartitionKey())
}

func lost(_ context.Context, e *app.KinesisEvent) error {
	for _, r := range e.Records() {
		var t task
		if err := json.Unmarshal(r.Data(), &t); err != nil {
			return err
		}
		if err := t.do("lost"); err != nil {
			return err
		}
	}
	return nil
}

func late(_ context.Context, e *app.KinesisEvent) error {
	for _, r := range e.Records() {
		note("since", string(r.Data()))
	}
	return nil
}

func changed(_ context.Context, e *app.DynamoDBEvent) error {
	var failed error
	for _, r := range e.Records() {
		var t task
		if err := r.DecodeNew(&t); err != nil {
			return err
		}
		failed = errors.Join(failed, t.do("table"))
	}
	return failed
}

func order(_ context.Context, e *app.SQSEvent) error {
	var failed app.BatchItemFailures
	for _, r := range e.Records() {
		var t task
		if err := r.JSON(&t); err != nil {
			return err
		}
		if t.do("orders") != nil {
			failed = append(failed, r.MessageID())
		}
	}
	return failed
}

func grouped(_ context.Context, t task, r *app.SQSRecord) error {
	return t.do("groups." + r.Attributes()["MessageGroupId"])
}
