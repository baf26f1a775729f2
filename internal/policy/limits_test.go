package policy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/chalice-go/chalice/internal/policy"
)

// TestEveryActionIsLimitedOrWarnedOf: an action that is on any resource is warned of,
// unless AWS's lists say that it can't be limited. It goes through all actions that the
// table names.
func TestEveryActionIsLimitedOrWarnedOf(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("sdk", "data", "table.json"))
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		On        map[string]map[string][]string
		Unlimited map[string][]string
		Services  map[string]struct {
			IAM      string
			Actions  map[string][]string
			Unlisted []string
		}
	}
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	warned := map[string]bool{}
	for service, types := range table.On {
		for _, actions := range types {
			for _, a := range actions {
				warned[service+":"+a] = true
			}
		}
	}
	for _, s := range table.Services {
		for _, op := range s.Unlisted {
			warned[s.IAM+":"+op] = true
		}
		for _, actions := range s.Actions {
			for _, a := range actions {
				warned[a] = true
			}
		}
	}
	for service, actions := range table.Unlimited {
		for _, a := range actions {
			warned[service+":"+a] = false
		}
	}
	if len(warned) < 1000 {
		t.Fatalf("the table has %d actions", len(warned))
	}
	for name, want := range warned {
		n := &policy.Needs{Actions: []policy.Action{{Name: name, Reasons: []policy.Reason{{Open: "why"}}}}}
		statements, warnings := n.Statements(nil, policy.StatementOptions{})
		if got := len(warnings) > 0; len(statements) != 1 || got != want {
			t.Errorf("%s on any resource is warned of: %v, want %v", name, got, want)
		}
	}
}
