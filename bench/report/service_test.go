package main

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/bench"
)

// TestRun: both programs answer events, and a failure is one. aws-lambda-go sends
// its answers in chunks, and we with a length.
func TestRun(t *testing.T) {
	payloads, err := bench.Payloads()
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range []string{"chalice", "plain"} {
		path := t.TempDir() + "/" + pkg
		if err := compile(t.Context(), pkg, path); err != nil {
			t.Fatal(err)
		}
		result, err := run(t.Context(), path, payloads[0].Event, 10)
		if err != nil || result.first <= 0 || result.all <= 0 {
			t.Errorf("%s: %+v, %v", pkg, result, err)
		}
		if _, err := run(t.Context(), path, []byte(`{`), 1); err == nil || !strings.Contains(strings.ToLower(err.Error()), "unexpected e") {
			t.Errorf("%s, of half an event: %v", pkg, err)
		}
	}
}
