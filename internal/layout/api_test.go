package layout_test

import (
	"fmt"
	"go/types"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"
)

// public are the packages that others import: what they export is a promise.
var public = []string{
	"app", "apptest", "cdkconstruct", "codedeploy", "config", "dispatch", "httpadapter", "package", "synth", "websocket",
}

const apiFile = "api.txt"

// TestAPI compares what the public packages export with what api.txt records,
// so that a change of it is seen in review. It tells additions from what breaks programs.
func TestAPI(t *testing.T) {
	want, err := os.ReadFile(apiFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range publicPackages(t) {
		lines = append(lines, exported(p.Types)...)
	}
	got := strings.Join(lines, "\n") + "\n"
	if got == string(want) {
		return
	}
	if *update {
		if err := os.WriteFile(apiFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	incompatible, additions := compare(apiLines(string(want)), lines)
	for _, line := range incompatible {
		t.Errorf("incompatible, programs may not compile any more: %s", line)
	}
	for _, line := range additions {
		t.Errorf("an addition: %s", line)
	}
	t.Fatalf("the exported API isn't what %s records: if that is intended, run make golden (docs/releases.md says what users are promised)", apiFile)
}

// TestSignatures finds types in the public API that nobody outside this module
// can name.
func TestSignatures(t *testing.T) {
	for _, p := range publicPackages(t) {
		for _, line := range exported(p.Types) {
			if strings.Contains(line, "/internal/") {
				t.Errorf("the public API has a type of an internal package: %s", line)
			}
		}
	}
}

// TestExported holds the two tests above to what they have to see.
func TestExported(t *testing.T) {
	const at = "pkg internal/layout/testdata/api, "
	want := []string{
		at + "const Answer untyped int = 42",
		at + "func Make[T any](T, ...string) (*Thing, error)",
		at + "method (*Thing) Close() error",
		at + "method (List) Len() int",
		at + "method (Thing) Get(key string) inside",
		at + "method (Thing) Promoted() int",
		at + "type Alias = Thing",
		at + "type Doer interface",
		at + "type Doer interface, Do(" + module + "/internal/tail.Writer)",
		at + "type Doer interface, unexported methods",
		at + "type Kind string",
		at + "type List[T any] []T",
		at + "type Thing struct",
		at + "type Thing struct, Deep " + module + "/internal/tail.Writer",
		at + "type Thing struct, Name string",
		at + "var Default *Thing",
	}
	got := exported(loadPackages(t, "./internal/layout/testdata/api")[0].Types)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the exported names of testdata/api (-want +got):\n%s", diff)
	}
}

func publicPackages(t *testing.T) []*packages.Package {
	t.Helper()
	patterns := make([]string, len(public))
	for i, dir := range public {
		patterns[i] = "./" + dir
	}
	return loadPackages(t, patterns...)
}

func loadPackages(t *testing.T, patterns ...string) []*packages.Package {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes, Dir: "../.."}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
	}
	slices.SortFunc(loaded, func(a, b *packages.Package) int { return strings.Compare(a.PkgPath, b.PkgPath) })
	return loaded
}

// exported describes what a package exports, a line for each name, field and
// method. Types of other packages have their whole import paths.
func exported(p *types.Package) []string {
	d := describer{at: "pkg " + strings.TrimPrefix(p.Path(), module+"/") + ", ", own: p}
	for _, name := range p.Scope().Names() {
		if o := p.Scope().Lookup(name); o.Exported() {
			d.object(o)
		}
	}
	slices.Sort(d.lines)
	return d.lines
}

type describer struct {
	at    string
	own   *types.Package
	lines []string
}

func (d *describer) add(format string, args ...any) {
	d.lines = append(d.lines, d.at+fmt.Sprintf(format, args...))
}

// name spells a type.
func (d *describer) name(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == d.own {
			return ""
		}
		return p.Path()
	})
}

func (d *describer) signature(f *types.Func) string {
	return strings.TrimPrefix(d.name(f.Signature()), "func")
}

func (d *describer) object(o types.Object) {
	switch o := o.(type) {
	case *types.Const:
		d.add("const %s %s = %s", o.Name(), d.name(o.Type()), o.Val())
	case *types.Var:
		d.add("var %s %s", o.Name(), d.name(o.Type()))
	case *types.Func:
		d.add("func %s%s", o.Name(), d.signature(o))
	case *types.TypeName:
		if o.IsAlias() {
			d.add("type %s = %s", o.Name(), d.name(types.Unalias(o.Type())))
			return
		}
		d.named(o.Type().(*types.Named))
	}
}

// named describes a type with its fields and methods, those of embedded types
// that have no exported name included.
func (d *describer) named(t *types.Named) {
	declared := d.name(t)
	if params := t.TypeParams(); params.Len() > 0 {
		declared = t.Obj().Name() + d.params(params)
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		d.add("type %s struct", declared)
		d.fields(declared, u)
	case *types.Interface:
		d.add("type %s interface", declared)
		sealed := false
		for i := range u.NumMethods() {
			if m := u.Method(i); m.Exported() {
				d.add("type %s interface, %s%s", declared, m.Name(), d.signature(m))
			} else {
				sealed = true
			}
		}
		if sealed {
			d.add("type %s interface, unexported methods", declared)
		}
		return
	default:
		d.add("type %s %s", declared, d.name(u))
	}
	d.methods(t)
}

func (d *describer) methods(t *types.Named) {
	values := types.NewMethodSet(t)
	all := types.NewMethodSet(types.NewPointer(t))
	for i := range all.Len() {
		m := all.At(i).Obj().(*types.Func)
		if !m.Exported() {
			continue
		}
		receiver := t.Obj().Name()
		if values.Lookup(m.Pkg(), m.Name()) == nil {
			receiver = "*" + receiver
		}
		d.add("method (%s) %s%s", receiver, m.Name(), d.signature(m))
	}
}

func (d *describer) params(list *types.TypeParamList) string {
	names := make([]string, list.Len())
	for i := range names {
		names[i] = list.At(i).Obj().Name() + " " + d.name(list.At(i).Constraint())
	}
	return "[" + strings.Join(names, ", ") + "]"
}

func (d *describer) fields(declared string, s *types.Struct) {
	for i := range s.NumFields() {
		f := s.Field(i)
		switch inner, isStruct := f.Type().Underlying().(*types.Struct); {
		case f.Exported():
			d.add("type %s struct, %s %s", declared, f.Name(), d.name(f.Type()))
		case f.Embedded() && isStruct:
			d.fields(declared, inner)
		}
	}
}
