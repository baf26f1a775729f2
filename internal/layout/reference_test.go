package layout_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/docstest"
)

const (
	referenceDoc   = "../../docs/api.md"
	referenceNames = "testdata/reference.txt"
)

// TestReferenceLinks: what the documentation links to at pkg.go.dev is there, by the
// anchors that pkg.go.dev has.
func TestReferenceLinks(t *testing.T) {
	anchors := map[string]map[string]bool{}
	for _, dir := range public {
		anchors[dir] = anchorsOf(t, dir)
	}
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	tutorial, _ := filepath.Glob("../../docs/*/*.md")
	found := 0
	for _, file := range append(append(files, tutorial...), "../../README.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			for _, m := range packageLink.FindAllStringSubmatch(line, -1) {
				found++
				text, dir, anchor := m[1], m[2], m[3]
				at := strings.TrimPrefix(file, "../../")
				own, isPublic := anchors[dir]
				if !isPublic || anchor != "" && !own[anchor] {
					t.Errorf("%s:%d: pkg.go.dev won't have %s#%s", at, i+1, dir, anchor)
				}
				if name := packageName(dir); anchor != "" && text != "`"+anchor+"`" && text != "`"+name+"."+anchor+"`" {
					t.Errorf("%s:%d: the link to %s.%s is called %s", at, i+1, name, anchor, text)
				}
			}
		}
	}
	if found < 200 {
		t.Errorf("found %d links", found)
	}
}

var packageLink = regexp.MustCompile(`\[([^\]]+)\]\(https://pkg\.go\.dev/` + module + `/([\w/]+)(?:#([\w.]+))?\)`)

// packageName is the name of the package in a folder of ours.
func packageName(dir string) string {
	if dir == "package" {
		return "packager"
	}
	return dir
}

// anchorsOf returns the anchors of a package's page: its names, and as Type.Member the
// methods, fields and methods of interfaces.
func anchorsOf(t *testing.T, dir string) map[string]bool {
	t.Helper()
	p, _ := documentationOf(t, dir)
	found := map[string]bool{}
	add := func(names ...string) {
		for _, name := range names {
			found[name] = true
		}
	}
	values := func(values []*doc.Value) {
		for _, v := range values {
			add(v.Names...)
		}
	}
	functions := func(functions []*doc.Func) {
		for _, f := range functions {
			add(f.Name)
		}
	}
	values(p.Consts)
	values(p.Vars)
	functions(p.Funcs)
	for _, typ := range p.Types {
		add(typ.Name)
		values(typ.Consts)
		values(typ.Vars)
		functions(typ.Funcs)
		for _, m := range typ.Methods {
			add(typ.Name + "." + m.Name)
		}
		for _, name := range membersOf(typ) {
			add(typ.Name + "." + name)
		}
	}
	return found
}

// membersOf returns the fields of a struct and the methods of an interface.
func membersOf(typ *doc.Type) []string {
	var list *ast.FieldList
	for _, spec := range typ.Decl.Specs {
		switch declared := spec.(*ast.TypeSpec).Type.(type) {
		case *ast.StructType:
			list = declared.Fields
		case *ast.InterfaceType:
			list = declared.Methods
		}
	}
	if list == nil {
		return nil
	}
	var names []string
	for _, field := range list.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// documentationOf reads the documentation of a package of ours, and its examples.
func documentationOf(t *testing.T, dir string) (*doc.Package, []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatal(dir, names, err)
	}
	set := token.NewFileSet()
	var files, tests []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			tests = append(tests, file)
		} else {
			files = append(files, file)
		}
	}
	p, err := doc.NewFromFiles(set, files, module+"/"+dir)
	if err != nil {
		t.Fatal(err)
	}
	return p, tests
}

// TestReferenceRows: docs/api.md has every name that Chalice for Python has for its users,
// as testdata/reference.txt lists them, and says what stands for it.
func TestReferenceRows(t *testing.T) {
	list, err := os.ReadFile(referenceNames)
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(list))
	documented := map[string]bool{}
	for _, row := range referenceRows(t) {
		if !strings.Contains(row.ours, "`") && row.notes == "" {
			t.Errorf("docs/api.md:%d: neither what stands for it nor why there is nothing", row.line)
		}
		for _, name := range namesIn(row.theirs) {
			documented[name] = true
			if !slices.Contains(names, name) {
				t.Errorf("docs/api.md:%d: Chalice for Python has no %s", row.line, name)
			}
		}
	}
	for _, name := range names {
		if !documented[name] {
			t.Errorf("docs/api.md lacks %s", name)
		}
	}
}

// TestReferenceNames compares the list with Chalice for Python itself, which
// CHALICE_PYTHON names a Python with.
func TestReferenceNames(t *testing.T) {
	python := os.Getenv("CHALICE_PYTHON")
	if python == "" {
		t.Skip("CHALICE_PYTHON names no Python with Chalice: make conformance-migrate installs one")
	}
	c := exec.Command(python, "-B", "tools/conformance/reference.py", "signatures")
	c.Dir = "../.."
	c.Stderr = os.Stderr
	got, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(referenceNames, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(referenceNames)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) < 1000 || string(got) != string(want) {
		t.Errorf("%s isn't what the reference has: go test ./internal/layout -run ReferenceNames -update writes it\n%s", referenceNames, got)
	}
}

type referenceRow struct {
	line                int
	theirs, ours, notes string
}

// referenceRows reads the tables of docs/api.md that are about the reference.
func referenceRows(t *testing.T) []referenceRow {
	t.Helper()
	table, err := docstest.Rows(referenceDoc, "| Chalice for Python | Chalice for Go | notes |")
	if err != nil || len(table) < 100 {
		t.Fatal(len(table), err)
	}
	var rows []referenceRow
	for _, row := range table {
		rows = append(rows, referenceRow{row.Line, row.Cells[0], row.Cells[1], row.Cells[2]})
	}
	return rows
}

var span = regexp.MustCompile("`([\\w.]+)(?:\\(([^)`]*)\\))?`")

// namesIn returns the names in a cell, such as Chalice.route and Chalice.route(methods)
// for `Chalice.route(methods=…)`.
func namesIn(cell string) []string {
	var names []string
	for _, m := range span.FindAllStringSubmatch(cell, -1) {
		names = append(names, m[1])
		for _, parameter := range strings.Split(m[2], ", ") {
			if parameter = strings.TrimSuffix(parameter, "=…"); parameter != "" {
				names = append(names, m[1]+"("+parameter+")")
			}
		}
	}
	return names
}
