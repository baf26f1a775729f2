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
)

// TestOpenCalls: a call that leaves its action on any resource is marked, also in the
// needs of several functions and after a report was kept, and the warning has its place.
func TestOpenCalls(t *testing.T) {
	module := programModule(t, "testdata/programs/open.txtar")
	in := policy.Input{Dir: filepath.Join(module, "open"), Cache: t.TempDir()}
	var want []string
	source, err := os.ReadFile(filepath.Join(in.Dir, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(source), "\n") {
		if strings.HasSuffix(line, "// open") {
			want = append(want, fmt.Sprintf("open/main.go:%d", i+1))
		}
	}
	slices.Sort(want)
	for range 2 { // the second report is a kept one
		report := analyze(t, in)
		var all []*policy.Needs
		for _, name := range sortedKeys(report.Functions) {
			n := report.Functions[name].Configure(map[string]any{"KNOWN": "a"})
			all = append(all, n)
			checkOpen(t, name, n)
		}
		union := policy.Union(all...)
		checkOpen(t, "all functions", union)
		if diff := cmp.Diff(want, openCalls(union)); diff != "" {
			t.Errorf("open calls (-want +got):\n%s", diff)
		}
	}
}

// checkOpen: each warning has the place of the first open call of its action, and
// says why.
func checkOpen(t *testing.T, name string, n *policy.Needs) {
	t.Helper()
	var want, got []string
	for _, a := range n.Actions {
		opens := n.Opens(a)
		if i := slices.IndexFunc(opens, func(why string) bool { return why != "" }); i >= 0 {
			r := a.Reasons[i]
			want = append(want, fmt.Sprintf("%s:%d: %s is allowed on any resource: %s", r.File, r.Line, a.Name, opens[i]))
		}
	}
	_, warnings := n.Statements(nil, policy.StatementOptions{})
	for _, w := range warnings {
		got = append(got, w.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: warnings (-want +got):\n%s", name, diff)
	}
}

// openCalls returns the places of the calls that leave an action on any resource.
func openCalls(n *policy.Needs) []string {
	var places []string
	for _, a := range n.Actions {
		for i, why := range n.Opens(a) {
			if why != "" {
				places = append(places, fmt.Sprintf("%s:%d", a.Reasons[i].File, a.Reasons[i].Line))
			}
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// TestWhyOpen: what --explain and the warnings say of a call that shows no resource.
func TestWhyOpen(t *testing.T) {
	module := programModule(t, "testdata/programs/open.txtar")
	report := analyze(t, policy.Input{Dir: filepath.Join(module, "open")})
	const notShown = "the program doesn't show which one it uses: "
	for function, want := range map[string]string{
		"second":     notShown + "TableName is set to something that isn't followed",
		"unset":      notShown + "QueueUrl isn't set",
		"variables":  notShown + "TableName is set to something that isn't followed (open/main.go:65)",
		"decoded":    notShown + "TableName can be set by code that isn't followed",
		"many":       notShown + "Bucket can have more than 32 names",
		"configured": "the environment variable MISSING isn't configured",
	} {
		n := report.Functions[function].Configure(map[string]any{"KNOWN": "a"})
		_, warnings := n.Statements(nil, policy.StatementOptions{})
		if len(warnings) != 1 || !strings.HasSuffix(warnings[0].Message, " is allowed on any resource: "+want) {
			t.Errorf("%s: got %v, want one that ends with %q", function, warnings, want)
		}
	}
}
