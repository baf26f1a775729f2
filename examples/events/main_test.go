package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/apptest"
)

func TestFunctions(t *testing.T) {
	client := apptest.NewClient(t, newApp())
	for name, tc := range map[string]struct {
		function string
		event    json.RawMessage
		want     string
	}{
		"a scheduled run":   {"tick", client.Events.Schedule(), "null"},
		"a time in Paris":   {"open", client.Events.Schedule(), "null"},
		"a topic's message": {"notify", client.Events.SNS("the disk of host 7 is 93% full"), "null"},
		"good orders":       {"work", client.Events.SQS("orders", `{"id": "a", "items": 1}`, `{"id": "b", "items": 2}`), `{"batchItemFailures":[]}`},
		"a new invoice":     {"file", client.Events.S3("example-invoices", "in/2024-09/invoice 7.pdf"), "null"},
		"a call":            {"count", json.RawMessage(`{"text": "the more the merrier"}`), `{"merrier":1,"more":1,"the":2}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := client.Lambda.Invoke(tc.function, tc.event)
			if err != nil {
				t.Fatal(err)
			}
			if got.Text() != tc.want {
				t.Errorf("got %s, want %s", got.Text(), tc.want)
			}
		})
	}
}

// TestPartialBatch: of a good order and a bad one, Lambda retries only the bad
// one.
func TestPartialBatch(t *testing.T) {
	client := apptest.NewClient(t, newApp())
	event := client.Events.SQS("orders", `{"id": "a", "items": 1}`, `{"id": "b", "items": 0}`)
	var batch struct {
		Records []struct{ MessageID string }
	}
	if err := json.Unmarshal(event, &batch); err != nil {
		t.Fatal(err)
	}
	got, err := client.Lambda.Invoke("work", event)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"batchItemFailures":[{"itemIdentifier":"` + batch.Records[1].MessageID + `"}]}`; got.Text() != want {
		t.Errorf("got %s, want %s", got.Text(), want)
	}
}

// TestFailure: Lambda gets a handler's error, and tries again later.
func TestFailure(t *testing.T) {
	client := apptest.NewClient(t, newApp())
	_, err := client.Lambda.Invoke("notify", client.Events.SNS(""))
	if err == nil || !strings.HasPrefix(err.Error(), "the message") {
		t.Errorf("got error %v", err)
	}
}
