package sdk_test

import (
	"go/token"
	"go/types"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// operation returns an operation whose input says more.
func operation(service, name string) sdk.Operation {
	return sdk.Operation{Service: service, Name: name, Input: types.NewNamed(types.NewTypeName(token.NoPos, nil, "Input", nil), types.NewStruct(nil, nil), nil)}
}

// TestCensus goes through all fields of the SDK's inputs that hold tags, a role, a
// secret, a key or an S3 object: a call that sets one needs actions for it, on what the
// field names. The census says why the others need none.
func TestCensus(t *testing.T) {
	data, err := os.ReadFile("data/census.txt")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		words := strings.SplitN(line, " ", 5)
		if len(words) < 5 {
			t.Fatalf("%q is no line of a census", line)
		}
		service, name, path, kind, answer := words[0], words[1], words[2], words[3], words[4]
		kinds[kind]++
		if why, ok := strings.CutPrefix(answer, "- "); ok && why != "" || answer == "own" {
			continue
		}
		answer, onAny := strings.CutSuffix(answer, " on any")
		var actions []string
		if answer != "facts" {
			actions = strings.Fields(answer)
		}
		checkField(t, operation(service, name), path, kind, actions, onAny)
	}
	for _, kind := range []string{"tags", "role", "secret", "key", "s3"} {
		if kinds[kind] == 0 {
			t.Errorf("the census has no field for %s", kind)
		}
	}
}

// checkField checks that an operation needs for a field what the census says, and what
// fields of its kind always need.
func checkField(t *testing.T, op sdk.Operation, path, kind string, actions []string, onAny bool) {
	t.Helper()
	got, _ := op.Actions(fields{path: ""})
	if !slices.ContainsFunc(got, func(action string) bool { return isFor(kind, action) }) {
		t.Errorf("%s needs no action for the %s in %s: %v", op, kind, path, got)
	}
	for _, action := range actions {
		if !slices.Contains(got, action) {
			t.Errorf("%s doesn't need %s for %s", op, action, path)
		}
		if kind != "tags" && isFor(kind, action) && sdk.CanBeLimited(action) && names(op.ResourceFields(action, fields{path: ""}), path) == onAny {
			t.Errorf("%s: %s on what %s names: %v", op, action, path, !onAny)
		}
	}
}

// isFor reports whether an action is of those that fields of a kind ask for.
func isFor(kind, action string) bool {
	_, name, _ := strings.Cut(action, ":")
	switch kind {
	case "tags":
		return strings.Contains(name, "Tag") || action == "apigateway:PUT" // PUT /tags
	case "role":
		return action == "iam:PassRole"
	}
	return strings.HasPrefix(action, map[string]string{"secret": "secretsmanager:", "key": "kms:", "s3": "s3:"}[kind])
}

// names reports whether a field is among those that name a resource.
func names(fields []sdk.ResourceField, path string) bool {
	return slices.ContainsFunc(fields, func(f sdk.ResourceField) bool { return f.Path == path && f.Also && len(f.Types) > 0 })
}
