package layout_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/chalice-go/chalice"

// testTools are open to every package's tests.
var testTools = []string{
	"github.com/google/go-cmp",
	"github.com/rogpeppe/go-internal",
	"github.com/santhosh-tekuri/jsonschema/v6",
}

// closures limits what whole packages link, through whatever they import.
// Their tags are those that bootstrap is built with: without them
// aws-lambda-go links net/rpc and with it html/template.
var closures = map[string]struct {
	beyond []string // all that may be linked beyond the standard library
	never  []string // not even from the standard library
}{
	"app":        {beyond: []string{"internal/apidoc", "internal/errtext", "internal/lifecycle", "internal/schema"}, never: []string{"net/http", "text/template", "html/template"}},
	"codedeploy": {beyond: []string{"internal/lifecycle", "internal/partition"}, never: []string{"text/template", "html/template"}},
	"dispatch": {
		beyond: []string{awsLambda, "app", "internal/apidoc", "internal/cause", "internal/errtext", "internal/lifecycle", "internal/outlet", "internal/runtimeapi", "internal/schema"},
		never:  []string{"net/http", "text/template", "html/template", awsLambda + "/events"},
	},
}

// TestImports holds packages to the rules, and the rules to packages: an
// import without a rule is a mistake, and so is a rule without an import.
func TestImports(t *testing.T) {
	spare := map[string][]string{}
	for _, r := range rules {
		if _, ok := spare[r.dir]; ok {
			t.Errorf("%s has two rules", r.dir)
		}
		spare[r.dir] = slices.Concat(r.ours, r.beyond, r.tests)
	}
	seen := map[string]bool{}
	for _, p := range list(t, "./...") {
		dir := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		r, ok := ruleFor(dir)
		if !ok {
			t.Errorf("the layout has no rule for %q: add one to internal/layout/rules_test.go", dir)
			continue
		}
		seen[r.dir] = true
		spare[r.dir] = unneeded(t, dir, p, r, spare[r.dir])
	}
	for _, r := range rules {
		switch {
		case !seen[r.dir]:
			t.Errorf("there is no package for the rule of %s", r.dir)
		case len(spare[r.dir]) > 0:
			t.Errorf("the rule of %s allows what is imported nowhere: %q", r.dir, spare[r.dir])
		}
	}
}

// unneeded reports imports of p that its rule r doesn't allow, and returns
// what of spare, the arrows of r that no package has needed so far, p doesn't
// need either.
func unneeded(t *testing.T, dir string, p listed, r rule, spare []string) []string {
	need := func(allowed []string, path string) bool {
		i := slices.IndexFunc(allowed, func(tree string) bool { return covers(tree, path) })
		if i < 0 {
			return false
		}
		spare = slices.DeleteFunc(slices.Clone(spare), func(tree string) bool { return tree == allowed[i] })
		return true
	}
	allowed := slices.Concat(r.ours, r.beyond)
	for _, path := range p.Imports {
		if !standard(path) && !need(allowed, path) {
			t.Errorf("%s may not import %s", dir, path)
		}
	}
	inTests := slices.Concat(r.tests, allowed, testTools, []string{dir})
	for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
		if standard(path) {
			continue
		}
		if i := slices.IndexFunc(inTests, func(tree string) bool { return covers(tree, path) }); i < 0 {
			t.Errorf("tests of %s may not import %s", dir, path)
		}
		need(r.tests, path)
	}
	return spare
}

func TestClosures(t *testing.T) {
	for dir, c := range closures {
		t.Run(dir, func(t *testing.T) {
			for _, p := range list(t, "-deps", "-tags=lambda.norpc", "./"+dir) {
				if p.ImportPath == module+"/"+dir {
					continue
				}
				if slices.Contains(c.never, p.ImportPath) || !p.Standard && !allows(c.beyond, p.ImportPath) {
					t.Errorf("%s links %s", dir, p.ImportPath)
				}
			}
		})
	}
}

// TestRules keeps the table itself honest.
func TestRules(t *testing.T) {
	for name, tc := range map[string]struct {
		dir, path string
		want      bool
	}{
		"an arrow":                     {"dispatch", module + "/app", true},
		"the arrow turned round":       {"app", module + "/dispatch", false},
		"the standard library":         {"app", "encoding/json", true},
		"a package below a folder":     {"examples/helloworld", module + "/dispatch", true},
		"the folder's neighbour":       {"examples/helloworld", module + "/package", false},
		"a library where it's allowed": {"dispatch", awsLambda + "/lambda", true},
		"a library where it isn't":     {"app", awsLambda + "/lambda", false},
		"a name that starts alike":     {"dispatch", awsLambda + "-other", false},
		"the root":                     {"", "fmt", false},
	} {
		t.Run(name, func(t *testing.T) {
			r, ok := ruleFor(tc.dir)
			if got := ok && allows(slices.Concat(r.ours, r.beyond), tc.path); got != tc.want {
				t.Errorf("%q may import %q: got %v, want %v", tc.dir, tc.path, got, tc.want)
			}
		})
	}
}

// ruleFor finds the rule of a folder of the module.
func ruleFor(dir string) (rule, bool) {
	if i := slices.IndexFunc(rules, func(r rule) bool { return r.dir == dir }); i >= 0 {
		return rules[i], true
	}
	for _, r := range rules {
		if tree, ok := strings.CutSuffix(r.dir, "/..."); ok && within(dir, tree) {
			return r, true
		}
	}
	return rule{}, false
}

// allows reports whether an import is of the standard library or in the list.
func allows(allowed []string, path string) bool {
	return standard(path) || slices.ContainsFunc(allowed, func(tree string) bool { return covers(tree, path) })
}

// covers reports whether an entry of a rule allows an import: a folder of ours
// allows its package alone, a prefix of others' paths all below it.
func covers(tree, path string) bool {
	if ours, ok := strings.CutPrefix(path, module+"/"); ok {
		return ours == tree
	}
	return within(path, tree)
}

// standard reports whether an import path is the standard library's.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func within(path, tree string) bool {
	return path == tree || strings.HasPrefix(path, tree+"/")
}

// listed is what go list says of a package.
type listed struct {
	ImportPath   string
	Standard     bool
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// list runs go list at the module's root.
func list(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports,TestImports,XTestImports"}, args...)...)
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(fmt.Errorf("go list %v: %w\n%s", args, err, &stderr))
	}
	var packages []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	if len(packages) == 0 {
		t.Fatalf("go list %v found no packages", args)
	}
	return packages
}
