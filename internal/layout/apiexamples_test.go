package layout_test

import (
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestAPIExamples: each name that a public package exports is used in an example of that
// package, as its page at pkg.go.dev shows it, or unexampled says why it isn't. Fields
// are documented with their types.
func TestAPIExamples(t *testing.T) {
	loaded, err := packages.Load(&packages.Config{
		Mode:  packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo,
		Dir:   "../..",
		Tests: true,
	}, patternsOf(public)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range publicPackages(t) {
		dir := strings.TrimPrefix(p.PkgPath, module+"/")
		t.Run(dir, func(t *testing.T) {
			found := shown{info: nil, of: p.PkgPath, names: map[string]bool{}}
			for _, tests := range loaded {
				if tests.PkgPath != p.PkgPath+"_test" {
					continue
				}
				for _, e := range tests.Errors {
					t.Fatal(e)
				}
				found.info = tests.TypesInfo
				for _, file := range tests.Syntax {
					found.file(t, file)
				}
			}
			if len(found.names) == 0 {
				t.Fatal("no examples")
			}
			found.kin(p.Types)
			exampled(t, namesOf(p.Types), found.names, unexampled[dir])
		})
	}
}

func patternsOf(dirs []string) []string {
	list := make([]string, len(dirs))
	for i, dir := range dirs {
		list[i] = "./" + dir
	}
	return list
}

// exampled holds the names of a package against those that examples show, and against the
// reasons of those that none shows.
func exampled(t *testing.T, names []string, shown map[string]bool, reasons []reason) {
	t.Helper()
	excused := map[string]bool{}
	for _, r := range reasons {
		for _, pattern := range strings.Fields(r.names) {
			stale := true
			for _, name := range names {
				if ok, _ := path.Match(pattern, name); ok && !shown[name] {
					excused[name], stale = true, false
				}
			}
			if stale {
				t.Errorf("unexampled has %s (%s): it is in an example, or isn't exported", pattern, r.why)
			}
		}
	}
	for _, name := range names {
		if !shown[name] && !excused[name] {
			t.Errorf("%s is in no example of the package: write one, or say in unexampled why there is none", name)
		}
	}
}

// shown collects the names of a package that examples use.
type shown struct {
	info  *types.Info
	of    string // path of the package
	names map[string]bool
}

// file looks at what the page of a package shows of a file: the bodies of its examples, or
// all of it if it has one example, other declarations, and no test.
func (s *shown) file(t *testing.T, file *ast.File) {
	t.Helper()
	var examples []*ast.FuncDecl
	tests, others := 0, 0
	for _, d := range file.Decls {
		f, isFunc := d.(*ast.FuncDecl)
		gen, _ := d.(*ast.GenDecl)
		switch {
		case gen != nil && gen.Tok == token.IMPORT:
		case !isFunc || f.Recv != nil:
			others++
		case strings.HasPrefix(f.Name.Name, "Example"):
			examples = append(examples, f)
		case strings.HasPrefix(f.Name.Name, "Test"), strings.HasPrefix(f.Name.Name, "Fuzz"), strings.HasPrefix(f.Name.Name, "Benchmark"):
			tests++
		default:
			others++
		}
	}
	whole := len(examples) == 1 && tests == 0 && others > 0
	if whole {
		ast.Inspect(file, s.use)
	}
	for _, f := range examples {
		if !whole {
			ast.Inspect(f.Body, s.use)
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(f.Name.Name, "Example"), "_")
		if name != "" {
			s.names[name] = true
		}
	}
	for _, e := range doc.Examples(file) {
		at := strings.TrimPrefix(s.of, module+"/") + ".Example" + e.Name
		if runs := e.Output != "" || e.EmptyOutput; runs == slices.Contains(unrun, at) {
			t.Errorf("%s: an example runs if it has an output; unrun lists those that can't, and no others", at)
		}
	}
}

// use notes a use of the package's names, methods as Type.Method.
func (s *shown) use(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.SelectorExpr:
		if selection := s.info.Selections[n]; selection != nil && selection.Kind() != types.FieldVal {
			if named := namedOf(selection.Recv()); named != nil && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == s.of {
				s.names[named.Obj().Name()+"."+selection.Obj().Name()] = true
			}
		}
	case *ast.Ident:
		if o := s.info.Uses[n]; o != nil && o.Pkg() != nil && o.Pkg().Path() == s.of && o.Parent() == o.Pkg().Scope() {
			s.names[o.Name()] = true
		}
	}
	return true
}

// kin adds what is shown by its kin: a type by its methods and constants, and constants
// by others of their type.
func (s *shown) kin(p *types.Package) {
	for name := range s.names {
		if typ, _, isMethod := strings.Cut(name, "."); isMethod {
			s.names[typ] = true
		}
	}
	ofType := map[string]bool{}
	constants := func(do func(name, typ string)) {
		for _, name := range p.Scope().Names() {
			if c, ok := p.Scope().Lookup(name).(*types.Const); ok {
				if named := namedOf(c.Type()); named != nil {
					do(name, named.Obj().Name())
				}
			}
		}
	}
	constants(func(name, typ string) { ofType[typ] = ofType[typ] || s.names[name] })
	constants(func(name, typ string) {
		if ofType[typ] {
			s.names[name], s.names[typ] = true, true
		}
	})
}

func namedOf(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, _ := types.Unalias(t).(*types.Named)
	return named
}

// namesOf returns the names that a package exports, methods as Type.Method.
func namesOf(p *types.Package) []string {
	var names []string
	for _, name := range p.Scope().Names() {
		o := p.Scope().Lookup(name)
		if !o.Exported() {
			continue
		}
		names = append(names, name)
		declared, isType := o.(*types.TypeName)
		if !isType || declared.IsAlias() {
			continue
		}
		t := declared.Type()
		if !types.IsInterface(t) {
			t = types.NewPointer(t)
		}
		set := types.NewMethodSet(t)
		for i := range set.Len() {
			if m := set.At(i).Obj(); m.Exported() && m.Pkg() == p {
				names = append(names, name+"."+m.Name())
			}
		}
	}
	slices.Sort(names)
	return names
}

// TestDocumented: each exported function, method and type has a comment that starts with
// its name, and so has each constant and variable, or the group that it is in has one.
// What comments link to is there.
func TestDocumented(t *testing.T) {
	for _, dir := range public {
		p, _ := documentationOf(t, dir)
		links := func(name, comment string) {
			for _, link := range notLinked(p.Parser().Parse(comment).Content) {
				t.Errorf("%s.%s: the comment links to %s, which isn't there", dir, name, link)
			}
		}
		links("the package", p.Doc)
		if !strings.HasPrefix(p.Doc, "Package "+packageName(dir)+" ") {
			t.Errorf("%s: the package's comment is %.40q", dir, p.Doc)
		}
		begins := func(name, last, comment string) {
			if !strings.HasPrefix(comment, last+" ") {
				t.Errorf("%s.%s: the comment is %.40q and doesn't start with the name", dir, name, comment)
			}
			links(name, comment)
		}
		for _, f := range p.Funcs {
			begins(f.Name, f.Name, f.Doc)
		}
		values := slices.Concat(p.Consts, p.Vars)
		for _, typ := range p.Types {
			begins(typ.Name, typ.Name, typ.Doc)
			for _, f := range slices.Concat(typ.Funcs, typ.Methods) {
				begins(typ.Name+"."+f.Name, f.Name, f.Doc)
			}
			values = slices.Concat(values, typ.Consts, typ.Vars)
		}
		for _, v := range values {
			if v.Doc == "" {
				t.Errorf("%s: %v have no comment", dir, v.Names)
			}
			links(strings.Join(v.Names, ", "), v.Doc)
		}
	}
}

// notLinked returns what looks like links to names in a comment and isn't, since there is
// no such name or its package isn't imported.
func notLinked(blocks []comment.Block) []string {
	var found []string
	for _, b := range blocks {
		var text []comment.Text
		switch b := b.(type) {
		case *comment.Paragraph:
			text = b.Text
		case *comment.Heading:
			text = b.Text
		case *comment.List:
			for _, item := range b.Items {
				found = append(found, notLinked(item.Content)...)
			}
		}
		for _, piece := range text {
			if plain, ok := piece.(comment.Plain); ok {
				found = append(found, bracketed.FindAllString(string(plain), -1)...)
			}
		}
	}
	return found
}

var bracketed = regexp.MustCompile(`\[\*?(\w+\.)*[A-Z]\w*\]`)
