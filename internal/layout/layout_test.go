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

// A rule says what a package may import. Packages of ours are named by their
// folder, others by a prefix of their import path. The standard library is
// free for all.
type rule struct {
	ours   []string
	beyond []string
	// tests is what the package's tests may import besides, ours or not.
	tests []string
}

// rules is the layout. A key that ends with /... covers a folder and what is
// below it. A package that no key covers is a mistake: give it a rule.
var rules = map[string]rule{
	"app":      {},
	"dispatch": {ours: []string{"app", "internal/cause", "internal/runtimeapi"}, beyond: []string{awsLambda}},
	"config":   {ours: []string{"internal/lazyregexp", "internal/nearest"}},
	"synth": {
		ours:   []string{"app", "config", "internal/awsrules", "internal/lazyregexp", "internal/nearest"},
		beyond: []string{"github.com/awslabs/goformation/v7", yaml},
	},
	"package": {ours: []string{"app", "config", "synth", "internal/awsrules", "internal/lazyregexp", "internal/policy", "internal/child", "internal/tail"}},

	"apptest":                     {ours: []string{"app", "dispatch", "config", "internal/awsrules", "internal/gateway", "internal/sample", "internal/cause"}, beyond: []string{awsLambda}, tests: []string{"apptest/internal/shop"}},
	"apptest/internal/shop":       {ours: []string{"app"}, beyond: []string{awsLambda}},
	"apptest/internal/shop/local": {ours: []string{"dispatch", "apptest/internal/shop"}},
	"cdkconstruct":                {ours: []string{"config", "package"}, beyond: cdk},
	"httpadapter":                 {ours: []string{"app"}, tests: []string{"apptest", "dispatch"}},
	"websocket":                   {ours: []string{"app"}, beyond: []string{awsSDK}, tests: []string{"dispatch", "internal/gateway", "github.com/gobwas/ws"}},

	"internal/awsrules":                {ours: []string{"app", "internal/lazyregexp", "internal/nearest"}, tests: []string{"config", "httpadapter", "synth"}},
	"internal/policy":                  {beyond: []string{"golang.org/x/tools"}},
	"internal/gateway":                 {ours: []string{"app"}, beyond: []string{"github.com/gobwas/ws"}, tests: []string{"internal/lambdarun"}},
	"internal/lambdarun":               {ours: []string{"internal/child", "internal/tail"}},
	"internal/child":                   {},
	"internal/devserver":               {ours: []string{"app", "config", "package", "internal/child", "internal/gateway", "internal/lambdarun", "internal/poller", "internal/termtext"}, beyond: []string{"github.com/fsnotify/fsnotify", "github.com/fatih/color"}, tests: []string{"internal/devserver/devservertest", "github.com/gobwas/ws"}},
	"internal/devserver/console":       {ours: []string{"app", "config", "package", "internal/devserver", "internal/diagram", "internal/gateway", "internal/policy"}, tests: []string{"internal/devserver/devservertest"}},
	"internal/devserver/invokeapi":     {ours: []string{"internal/devserver", "internal/gateway", "internal/lambdarun"}, tests: []string{"internal/devserver/devservertest"}},
	"internal/devserver/devservertest": {ours: []string{"internal/devserver"}},
	"internal/poller":                  {ours: []string{"app", "config"}, beyond: []string{awsSDK, smithy}},
	"internal/diagram":                 {ours: []string{"app", "synth", "internal/layered"}, tests: []string{"config"}},
	"internal/layered":                 {},
	"internal/deploy":                  {ours: []string{"app", "config", "package", "synth", "internal/lazyregexp", "internal/nearest", "internal/deploy/account", "internal/deploy/artifact", "internal/deploy/function", "internal/deploy/record", "internal/deploy/review", "internal/deploy/stack"}, beyond: []string{awsSDK}},
	"internal/deploy/record":           {},
	"internal/deploy/review":           {ours: []string{"app", "package", "synth", "internal/lazyregexp"}, tests: []string{"internal/policy"}},
	"internal/deploy/artifact":         {ours: []string{"internal/deploy/account", "internal/deploy/stack"}, beyond: []string{awsSDK, smithy, "golang.org/x/sync"}},
	"internal/deploy/account":          {beyond: []string{awsSDK, smithy}},
	"internal/deploy/stack":            {beyond: []string{awsSDK, smithy}, tests: []string{"internal/deploy/account"}},
	"internal/deploy/function":         {beyond: []string{awsSDK, smithy}, tests: []string{"internal/deploy/account"}},
	"internal/deploy/logs":             {beyond: []string{awsSDK, smithy}, tests: []string{"internal/deploy/account"}},
	"internal/deploy/terminal":         {ours: []string{"app", "internal/deploy/review", "internal/termtext"}, beyond: []string{"github.com/fatih/color", "github.com/charmbracelet/x/ansi", "golang.org/x/term"}, tests: []string{"internal/deploy/terminal/terminaltest"}},
	"internal/sample":                  {ours: []string{"app", "internal/gateway"}, tests: []string{"apptest", "dispatch"}},
	"internal/scaffold":                {ours: []string{"config"}, beyond: []string{"golang.org/x/mod"}},
	"internal/cause":                   {},
	"internal/layout":                  {},
	"internal/lazyregexp":              {},
	"internal/nearest":                 {},
	"internal/runtimeapi":              {},
	"internal/tail":                    {},
	"internal/termtext":                {ours: []string{"internal/lazyregexp"}, beyond: []string{"github.com/fatih/color", "golang.org/x/term"}},

	"internal/deploy/terminal/terminaltest": {beyond: []string{"github.com/charmbracelet/x/ansi", "github.com/charmbracelet/x/vt", "github.com/creack/pty"}},

	"cmd/chalice": {
		ours:   []string{"app", "config", "synth", "package", "internal/policy", "internal/gateway", "internal/lambdarun", "internal/devserver", "internal/devserver/console", "internal/devserver/invokeapi", "internal/deploy", "internal/deploy/account", "internal/deploy/function", "internal/deploy/logs", "internal/deploy/record", "internal/deploy/review", "internal/deploy/stack", "internal/diagram", "internal/lazyregexp", "internal/sample", "internal/scaffold", "internal/deploy/terminal", "internal/termtext"},
		beyond: []string{"github.com/spf13/cobra", "github.com/spf13/pflag"},
		tests:  []string{"internal/deploy/terminal/terminaltest"},
	},
	"tools/...": {ours: []string{"app", "config", "dispatch", "package", "internal/lambdarun"}, beyond: []string{yaml}},

	"examples/...": {
		ours:   []string{"app", "dispatch", "httpadapter", "websocket"},
		beyond: []string{awsSDK},
		tests:  []string{"apptest", awsLambda},
	},
	"examples/cdk": {ours: []string{"cdkconstruct"}, beyond: cdk},
}

// cdk is what the AWS CDK is in Go.
var cdk = []string{"github.com/aws/aws-cdk-go", "github.com/aws/constructs-go", "github.com/aws/jsii-runtime-go"}

const (
	awsLambda = "github.com/aws/aws-lambda-go"
	awsSDK    = "github.com/aws/aws-sdk-go-v2"
	smithy    = "github.com/aws/smithy-go"
	yaml      = "go.yaml.in/yaml/v3"
)

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
	"app": {never: []string{"net/http", "text/template", "html/template"}},
	"dispatch": {
		beyond: []string{awsLambda, "app", "internal/cause", "internal/runtimeapi"},
		never:  []string{"net/http", "text/template", "html/template", awsLambda + "/events"},
	},
}

func TestImports(t *testing.T) {
	for _, p := range list(t, "./...") {
		dir := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		t.Run(dir, func(t *testing.T) {
			r, ok := ruleFor(dir)
			if !ok {
				t.Fatalf("the layout has no rule for %q: add one to internal/layout/layout_test.go", dir)
			}
			allowed := slices.Concat(r.ours, r.beyond)
			for _, path := range p.Imports {
				if !allows(allowed, path) {
					t.Errorf("%s may not import %s", dir, path)
				}
			}
			allowed = slices.Concat(allowed, r.tests, testTools, []string{dir})
			for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
				if !allows(allowed, path) {
					t.Errorf("tests of %s may not import %s", dir, path)
				}
			}
		})
	}
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
	if r, ok := rules[dir]; ok {
		return r, true
	}
	for key, r := range rules {
		if tree, ok := strings.CutSuffix(key, "/..."); ok && within(dir, tree) {
			return r, true
		}
	}
	return rule{}, false
}

// allows tells whether an import is of the standard library or in the list.
func allows(allowed []string, path string) bool {
	if ours, ok := strings.CutPrefix(path, module+"/"); ok {
		return slices.Contains(allowed, ours)
	}
	if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
		return true
	}
	return slices.ContainsFunc(allowed, func(prefix string) bool { return within(path, prefix) })
}

func within(path, tree string) bool {
	return path == tree || strings.HasPrefix(path, tree+"/")
}

// listed is what go list tells of a package.
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
