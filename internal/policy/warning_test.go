package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy"
	"github.com/chalice-go/chalice/internal/policy/source"
)

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
