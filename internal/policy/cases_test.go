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
}

// TestCases analyzes the programs of CHALICE_POLICY_CASES: a folder for each,
// in one module, with expected.json beside main.go. Their stand-in for the
// registration is replaced by ours.
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
	module := caseModule(t, dir)
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want map[string]expected
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			register(t, filepath.Join(module, name, "main.go"))
			in := policy.Input{Dir: filepath.Join(module, name)}
			in.Registrations = describe(t, in.Dir)
			checkCase(t, analyze(t, in), want)
			in.Registrations = nil // what the source alone says may be more
			report := analyze(t, in)
			for handler, w := range want {
				for _, action := range w.Actions {
					if n := report.Functions[handler]; n != nil && !n.Allows(action) {
						t.Errorf("%s: without the model, %s is missing", handler, action)
					}
				}
			}
		})
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

// targets gives an action's targets as cases write them.
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

func analyze(t *testing.T, in policy.Input) *policy.Report {
	t.Helper()
	in.Env = append(in.Env, "GOFLAGS=-mod=mod", "GOWORK=off", "CGO_ENABLED=0")
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
func register(t *testing.T, file string) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(source), "// BEGIN registration (stand-in)")
	block, after, ok2 := strings.Cut(rest, "// END registration (stand-in)")
	if !ok || !ok2 {
		t.Fatalf("%s has no registration", file)
	}
	block = rewrite(t, "package p\n"+block)
	before = strings.Replace(before, "\nimport (", "\nimport (\n"+
		"\tchaliceapp \"github.com/chalice-go/chalice/app\"\n\tchalicedispatch \"github.com/chalice-go/chalice/dispatch\"\n", 1)
	if err := os.WriteFile(file, []byte(before+block+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// rewrite makes app registrations of calls of register(name, handler,
// middleware...), and drops the function itself.
func rewrite(t *testing.T, source string) string {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "block.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	type edit struct {
		from, to int
		text     string
	}
	var edits []edit
	replace := func(n ast.Node, text string) {
		edits = append(edits, edit{fset.Position(n.Pos()).Offset, fset.Position(n.End()).Offset, text})
	}
	text := func(n ast.Node) string {
		return source[fset.Position(n.Pos()).Offset:fset.Position(n.End()).Offset]
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		switch {
		case !ok:
		case fn.Name.Name == "register":
			replace(fn, "")
		case fn.Name.Name == "main":
			edits = append(edits, edit{fset.Position(fn.Body.Lbrace).Offset + 1, fset.Position(fn.Body.Lbrace).Offset + 1, "\n\tchaliceApp := chaliceapp.New(\"cases\")"})
			edits = append(edits, edit{fset.Position(fn.Body.Rbrace).Offset, fset.Position(fn.Body.Rbrace).Offset, "\tchalicedispatch.Start(chaliceApp)\n"})
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if id, ok := c.Fun.(*ast.Ident); !ok || id.Name != "register" {
			return true
		}
		handler := text(c.Args[1])
		for _, m := range slices.Backward(c.Args[2:]) {
			handler = text(m) + "(" + handler + ")"
		}
		replace(c, fmt.Sprintf("chaliceApp.LambdaFunction(%s, chaliceapp.Name(%s))", handler, text(c.Args[0])))
		return false
	})
	slices.SortFunc(edits, func(a, b edit) int { return b.from - a.from })
	for _, e := range edits {
		source = source[:e.from] + e.text + source[e.to:]
	}
	return strings.TrimPrefix(source, "package p\n")
}
