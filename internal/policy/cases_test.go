package policy_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy"
)

// expected is what a case says of one handler.
type expected struct {
	Actions   []string            `json:"actions"`
	MayAlso   []string            `json:"mayAlso"`
	Resources map[string][]string `json:"resources"`
	AnyRegion *bool               `json:"anyRegion"` // nil where a case doesn't say
}

// TestCases analyzes the programs of CHALICE_POLICY_CASES: a folder for each,
// in one module, with expected.json beside main.go. Their stand-in for the
// registration is replaced by ours, in two forms: calls of an app's methods,
// and a helper that calls them.
func TestCases(t *testing.T) {
	dir := os.Getenv("CHALICE_POLICY_CASES")
	if dir == "" {
		dir = "../shared/policy/cases"
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", dir)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("CHALICE_POLICY_CASES names no folder with cases")
	}
	for form, rewrite := range map[string]func(*testing.T, *block) string{"inline": inline, "helper": helper} {
		module := caseModule(t, dir)
		for _, file := range files {
			name := filepath.Base(filepath.Dir(file))
			register(t, filepath.Join(module, name, "main.go"), rewrite)
		}
		for _, file := range files {
			name := filepath.Base(filepath.Dir(file))
			t.Run(form+"/"+name, func(t *testing.T) { testCase(t, file, filepath.Join(module, name)) })
		}
	}
}

// testCase compares what is found in a program with what a file expects: with
// the app's model all of it; what the source alone tells may be more.
func testCase(t *testing.T, file, dir string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]expected
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	in := policy.Input{Dir: dir, Registrations: describe(t, dir)}
	checkCase(t, analyze(t, in), want)
	in.Registrations = nil
	report := analyze(t, in)
	for handler, w := range want {
		for _, action := range w.Actions {
			if n := report.Functions[handler]; n != nil && !n.Allows(action) {
				t.Errorf("%s: without the model, %s is missing", handler, action)
			}
		}
	}
}

// checkCase compares what was found with what a case expects.
func checkCase(t *testing.T, report *policy.Report, want map[string]expected) {
	t.Helper()
	for handler, w := range want {
		got := report.Functions[handler]
		if got == nil {
			t.Errorf("%s: there is no such function", handler)
			continue
		}
		if w.AnyRegion != nil && got.AnyRegion != *w.AnyRegion {
			t.Errorf("%s: any region: %v, want %v", handler, got.AnyRegion, *w.AnyRegion)
		}
		for _, action := range w.Actions {
			if !got.Allows(action) {
				t.Errorf("%s: %s is missing", handler, action)
			}
		}
		for _, a := range got.Actions {
			if !slices.Contains(w.Actions, a.Name) && !slices.Contains(w.MayAlso, a.Name) {
				t.Errorf("%s: %s isn't needed: %+v", handler, a.Name, a.Reasons)
			}
			if resources, ok := w.Resources[a.Name]; ok {
				if diff := cmp.Diff(resources, targets(a)); diff != "" {
					t.Errorf("%s: resources of %s (-want +got):\n%s", handler, a.Name, diff)
				}
			}
		}
	}
	for handler := range report.Functions {
		if _, ok := want[handler]; !ok {
			t.Errorf("%s: not expected", handler)
		}
	}
}

// targets returns an action's targets as cases write them.
func targets(a policy.Action) []string {
	if len(a.Targets) == 0 {
		return []string{"*"}
	}
	var names []string
	for _, target := range a.Targets {
		names = append(names, target.Name.String())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// analysisEnv is the environment of the go command.
var analysisEnv = []string{"GOFLAGS=-mod=mod", "GOWORK=off", "CGO_ENABLED=0"}

func analyze(t *testing.T, in policy.Input) *policy.Report {
	t.Helper()
	in.Env = append(in.Env, analysisEnv...)
	report, err := policy.Analyze(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range report.Warnings {
		t.Log("warning:", w)
	}
	return report
}

// caseModule copies a module of cases and makes this checkout part of it.
func caseModule(t *testing.T, dir string) string {
	t.Helper()
	module := t.TempDir()
	if err := os.CopyFS(module, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	makeWritable(t, module)
	requireChalice(t, module)
	return module
}

// makeWritable changes the modes of files that were copied.
func makeWritable(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chmod(path, 0o755)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// register replaces the registration of a case's main function by ours.
func register(t *testing.T, file string, rewrite func(*testing.T, *block) string) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(source), "// BEGIN registration (stand-in)")
	middle, after, ok2 := strings.Cut(rest, "// END registration (stand-in)")
	if !ok || !ok2 {
		t.Fatalf("%s has no registration", file)
	}
	b := parseBlock(t, "package p\n"+middle)
	middle = rewrite(t, b)
	before = strings.Replace(before, "\nimport (", "\nimport (\n"+
		"\tchaliceapp \"github.com/chalice-go/chalice/app\"\n\tchalicedispatch \"github.com/chalice-go/chalice/dispatch\"\n", 1)
	if err := os.WriteFile(file, []byte(before+middle+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// block is the part of a case that is replaced.
type block struct {
	source   string
	fset     *token.FileSet
	file     *ast.File
	main     *ast.FuncDecl
	register *ast.FuncDecl
	edits    []edit
}

type edit struct {
	from, to int
	text     string
}

func parseBlock(t *testing.T, source string) *block {
	t.Helper()
	b := &block{source: source, fset: token.NewFileSet()}
	var err error
	if b.file, err = parser.ParseFile(b.fset, "block.go", source, parser.ParseComments); err != nil {
		t.Fatal(err)
	}
	for _, d := range b.file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		switch {
		case ok && fn.Name.Name == "register":
			b.register = fn
		case ok && fn.Name.Name == "main":
			b.main = fn
		}
	}
	if b.main == nil || b.register == nil {
		t.Fatal("the registration has no main, or no register")
	}
	return b
}

func (b *block) offset(p token.Pos) int { return b.fset.Position(p).Offset }

func (b *block) text(n ast.Node) string { return b.source[b.offset(n.Pos()):b.offset(n.End())] }

func (b *block) replace(from, to token.Pos, text string) {
	b.edits = append(b.edits, edit{b.offset(from), b.offset(to), text})
}

// done makes the edits, and the app around them.
func (b *block) done() string {
	b.replace(b.main.Body.Rbrace, b.main.Body.Rbrace, "\tchalicedispatch.Start(chaliceApp)\n")
	slices.SortFunc(b.edits, func(x, y edit) int { return y.from - x.from })
	source := b.source
	for _, e := range b.edits {
		source = source[:e.from] + e.text + source[e.to:]
	}
	return strings.TrimPrefix(source, "package p\n")
}

// inline makes an app registration of each call of register(name, handler).
// Calls with more are left to a helper.
func inline(t *testing.T, b *block) string {
	t.Helper()
	var calls []*ast.CallExpr
	simple := true
	ast.Inspect(b.main, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if id, ok := c.Fun.(*ast.Ident); ok && id.Name == "register" {
			calls = append(calls, c)
			simple = simple && len(c.Args) == 2
		}
		return true
	})
	if !simple {
		return helper(t, b)
	}
	b.replace(b.register.Pos(), b.register.End(), "")
	b.replace(b.main.Body.Lbrace+1, b.main.Body.Lbrace+1, "\n\tchaliceApp := chaliceapp.New(\"cases\")")
	for _, c := range calls {
		b.replace(c.Pos(), c.End(), fmt.Sprintf("chaliceApp.LambdaFunction(%s, chaliceapp.Name(%s))", b.text(c.Args[1]), b.text(c.Args[0])))
	}
	return b.done()
}

// helper keeps the function register(name, handler, middleware...), which
// registers with an app in a variable.
func helper(t *testing.T, b *block) string {
	t.Helper()
	var types []string
	for _, f := range b.register.Type.Params.List {
		for range max(1, len(f.Names)) {
			types = append(types, b.text(f.Type))
		}
	}
	signature, wrap := fmt.Sprintf("name %s, h %s", types[0], types[1]), ""
	if len(types) > 2 {
		signature += ", wrappers " + types[2]
		wrap = "\tfor i := len(wrappers) - 1; i >= 0; i-- {\n\t\th = wrappers[i](h)\n\t}\n"
	}
	b.replace(b.register.Pos(), b.register.End(), fmt.Sprintf(
		"var chaliceApp = chaliceapp.New(\"cases\")\n\nfunc register(%s) {\n%s\tchaliceApp.LambdaFunction(h, chaliceapp.Name(name))\n}", signature, wrap))
	return b.done()
}
