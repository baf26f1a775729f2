package policy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// TestElsewhere: each function that calls AWS in a way that isn't followed has one
// warning of that, with its name and what to do, at its first call.
func TestElsewhere(t *testing.T) {
	module := programModule(t, "testdata/programs/elsewhere.txtar")
	dir := filepath.Join(module, "elsewhere")
	text, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a library's library"}
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if _, functions, ok := strings.Cut(line, "// "); ok {
			for _, f := range strings.Fields(functions) {
				want = append(want, fmt.Sprintf("elsewhere/main.go:%d %s", i+1, f))
			}
		}
	}
	var got []string
	for _, w := range analyze(t, policy.Input{Dir: dir}).Warnings {
		if w.Kind != source.WarnOther {
			continue
		}
		name, _, _ := strings.Cut(w.Message, " ")
		if !slices.Equal(w.Functions, []string{name}) || !strings.Contains(w.Message, "app.Allow") {
			t.Errorf("the warning isn't one for %s that says what to do: %+v", name, w)
		}
		place := fmt.Sprintf("%s:%d", w.File, w.Line)
		if strings.HasPrefix(place, "github.com/guregu/dynamo/") && strings.Contains(w.Message, "by way of elsewhere/main.go:") {
			place = "a library's"
		}
		got = append(got, place+" "+name)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
