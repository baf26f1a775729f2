package sample

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/delivery"
)

// bridge makes an event of Amazon EventBridge.
// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
func bridge(source, detailType string) dict {
	return dict{
		"version":     "0",
		"id":          uuid,
		"detail-type": detailType,
		"source":      source,
		"account":     account,
		"time":        second,
		"region":      region,
		"resources":   []any{},
		"detail":      dict{},
	}
}

// schedule makes what a function gets when the time of its schedule comes.
func schedule(f app.FunctionModel, o Options) (any, error) {
	if err := o.refuseBody(f); err != nil {
		return nil, err
	}
	at, err := time.Parse(time.RFC3339, second)
	if err != nil {
		return nil, err
	}
	return json.RawMessage(delivery.Scheduled(&f, delivery.Moment{Time: at, ID: uuid, Region: region, Account: account})), nil
}

// cloudWatch makes an event that the function's pattern matches, or what its rule sends
// in place of one.
func cloudWatch(f app.FunctionModel, o Options) (any, error) {
	if f.CloudWatch.Input != "" {
		if err := o.refuseBody(f); err != nil {
			return nil, err
		}
	}
	e := bridge("com.example.app", "Example")
	pattern, err := decoded(f.CloudWatch.Pattern)
	if err != nil {
		return nil, fmt.Errorf("the pattern of %s: %w", f.Name, err)
	}
	fit(e, pattern)
	if o.Body != nil {
		var detail dict
		if err := json.Unmarshal([]byte(*o.Body), &detail); err != nil || detail == nil {
			return nil, fmt.Errorf("the body for %s is to be the event's detail, a JSON object: %q is none", f.Name, clip(*o.Body))
		}
		e["detail"] = json.RawMessage(*o.Body)
	}
	if f.CloudWatch.Input == "" && f.CloudWatch.InputPath == "" {
		return e, nil
	}
	event, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	sent, err := delivery.Sent(&f, event)
	return json.RawMessage(sent), err
}
