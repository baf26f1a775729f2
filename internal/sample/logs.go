package sample

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/logpattern"
)

// logged makes the event of what was written to a log group.
// https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html
func logged(f app.FunctionModel, o Options) (any, error) {
	data, err := json.Marshal(dict{
		"messageType":         "DATA_MESSAGE",
		"owner":               account,
		"logGroup":            f.Logs.Group,
		"logStream":           "2026/03/04/[$LATEST]0123456789abcdef0123456789abcdef",
		"subscriptionFilters": []string{f.Name},
		"logEvents": []dict{{
			"id":        "39521346893456789012345678901234567890123456789012345678",
			"timestamp": json.Number(millis),
			"message":   o.text(passing(f.Logs.FilterPattern)),
		}},
	})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return dict{"awslogs": dict{"data": base64.StdEncoding.EncodeToString(b.Bytes())}}, nil
}

// passing returns a message that a filter pattern lets through, if there is one that is
// found.
func passing(pattern string) string {
	m, err := logpattern.Compile(pattern)
	if err != nil || m.Match(exampleText) {
		return exampleText
	}
	if message, ok := m.Example(); ok {
		return message
	}
	return exampleText
}
