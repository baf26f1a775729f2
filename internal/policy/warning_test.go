package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// TestMergeGuesses has one warning for an operation, wherever it is called.
func TestMergeGuesses(t *testing.T) {
	at := func(file string, line int, message string, functions ...string) policy.Warning {
		return policy.Warning{Kind: source.WarnService, File: file, Line: line, Message: message, Functions: functions}
	}
	got := policy.MergeWarnings([]policy.Warning{at("b.go", 1, "m", "x"), at("a.go", 7, "m", "y"), at("a.go", 7, "n", "x"), at("c.go", 1, "m", "x")})
	want := []policy.Warning{at("a.go", 7, "m", "x", "y"), at("a.go", 7, "n", "x")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestMergeWarnings(t *testing.T) {
	at := func(line int, functions ...string) policy.Warning {
		return policy.Warning{Kind: source.WarnResource, File: "main.go", Line: line, Message: "m", Functions: functions}
	}
	got := policy.MergeWarnings([]policy.Warning{at(2, "b"), at(1), at(2, "a"), at(3, "a"), at(2, "b"), at(1, "a"), at(1, "b")})
	want := []policy.Warning{at(1), at(2, "a", "b"), at(3, "a")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
