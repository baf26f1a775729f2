package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/dispatch"
)

func TestFunctions(t *testing.T) {
	for name, tc := range map[string]struct {
		function, event, want string
	}{
		"a scheduled run":   {"tick", file(t, "schedule.json"), "null"},
		"a topic's message": {"notify", file(t, "sns.json"), "null"},
		"one good order and a bad one": {
			"work", file(t, "sqs.json"),
			`{"batchItemFailures":[{"itemIdentifier":"2e1424d4-f796-459a-8184-9c92662be6da"}]}`,
		},
		"good orders": {
			"work", strings.Replace(file(t, "sqs.json"), `\"items\": 0`, `\"items\": 1`, 1),
			`{"batchItemFailures":[]}`,
		},
		"a call": {"count", `{"text": "the more the merrier"}`, `{"merrier":1,"more":1,"the":2}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := invoke(t, tc.function, tc.event)
			if err != nil {
				t.Fatal(err)
			}
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// TestFailure: Lambda gets a handler's error, and tries again later.
func TestFailure(t *testing.T) {
	event := strings.Replace(file(t, "sns.json"), "the disk of host 7 is 93% full", "", 1)
	_, err := invoke(t, "notify", event)
	if want := `the message "ALARM: disk" is empty`; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
}

func invoke(t *testing.T, function, event string) (string, error) {
	t.Helper()
	handler, err := dispatch.Handler(newApp(), function)
	if err != nil {
		t.Fatal(err)
	}
	data, err := handler.Invoke(context.Background(), []byte(event))
	return string(data), err
}

func file(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
