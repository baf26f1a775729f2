package review

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// written goes through what chalice writes for the apps of testdata/templates, which have
// each kind of event. What is merged into a template isn't of ours.
func written(t *testing.T, see func(file string, resource map[string]any)) {
	t.Helper()
	files, err := filepath.Glob("../../../testdata/templates/*/template*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, file := range files {
		if merged, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "merge.*")); len(merged) > 0 {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var template struct{ Resources map[string]map[string]any }
		if err := json.Unmarshal(data, &template); err != nil {
			t.Fatal(err)
		}
		for _, resource := range template.Resources {
			see(file, resource)
		}
	}
}

// TestTablesKnowWhatIsWritten: a review knows every type that templates have, and why
// services may invoke functions, and why functions may fetch their events.
func TestTablesKnowWhatIsWritten(t *testing.T) {
	var fetching string
	found, sids := 0, map[string]bool{}
	for _, f := range framework {
		fetching += " " + f.actions
	}
	written(t, func(file string, resource map[string]any) {
		typ, _ := resource["Type"].(string)
		if _, ok := replacing[typ]; !ok {
			t.Errorf("%s has a %s: add to replacing in internal/deploy/review/replacement.go which properties it can't change", file, typ)
		}
		principal, isService := object(resource["Properties"])["Principal"].(string)
		if typ == "AWS::Lambda::Permission" && isService && strings.HasSuffix(principal, ".amazonaws.com") && invokers[principal] == "" {
			t.Errorf("%s lets %s invoke a function: add why to invokers in internal/deploy/review/why.go", file, principal)
		}
		for _, sid := range sidsOf(resource["Properties"]) {
			sids[sid] = true
			if strings.HasPrefix(sid, "Failure") && options[part().ReplaceAllString(sid, "")].word == "" {
				t.Errorf("%s lets Lambda send failures with %s: add why to options in internal/deploy/review/why.go", file, sid)
			}
		}
		for _, action := range fetched(resource["Properties"]) {
			found++
			if !slices.Contains(strings.Fields(fetching), strings.ToLower(action)) {
				t.Errorf("%s lets Lambda fetch events with %s: add why to framework in internal/deploy/review/why.go", file, action)
			}
		}
	})
	if found == 0 {
		t.Error("no function may fetch its events")
	}
	for name := range options {
		if !sids[name] {
			t.Errorf("no statement is named %s, about which options in internal/deploy/review/why.go says something", name)
		}
	}
}

// fetched lists the actions of the statements for sources of events in policies.
func fetched(v any) []string {
	var actions []string
	switch v := v.(type) {
	case []any:
		for _, member := range v {
			actions = append(actions, fetched(member)...)
		}
	case map[string]any:
		if sid, _ := v["Sid"].(string); strings.HasPrefix(sid, "EventSource") {
			list, _ := v["Action"].([]any)
			for _, action := range list {
				actions = append(actions, action.(string))
			}
		}
		for _, member := range v {
			actions = append(actions, fetched(member)...)
		}
	}
	return actions
}

// sidsOf lists the names of all statements.
func sidsOf(v any) []string {
	var names []string
	switch v := v.(type) {
	case []any:
		for _, member := range v {
			names = append(names, sidsOf(member)...)
		}
	case map[string]any:
		if sid, _ := v["Sid"].(string); sid != "" {
			names = append(names, sid)
		}
		for _, member := range v {
			names = append(names, sidsOf(member)...)
		}
	}
	return names
}
