package sample

import (
	"encoding/json"
	"fmt"

	"github.com/chalice-go/chalice/app"
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

// schedule makes the event of a rule whose time has come.
func schedule(f app.FunctionModel, o Options) (any, error) {
	if err := o.refuseBody(f); err != nil {
		return nil, err
	}
	e := bridge("aws.events", "Scheduled Event")
	e["resources"] = []any{arn("events", "rule/"+f.Name)}
	return e, nil
}

// cloudWatch makes an event that the function's pattern matches.
func cloudWatch(f app.FunctionModel, o Options) (any, error) {
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
	return e, nil
}
