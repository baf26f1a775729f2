package docstest

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// withImports returns the text of a Go file with further imports, and without those that
// it doesn't use.
func withImports(s source, more []*ast.ImportSpec) string {
	used := qualifiers(s.file)
	var standard, others []string
	for _, spec := range slices.Concat(s.file.Imports, more) {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil || !isUsed(spec, importPath, used) {
			continue
		}
		line := spec.Path.Value
		if spec.Name != nil {
			line = spec.Name.Name + " " + line
		}
		first, _, _ := strings.Cut(importPath, "/")
		group := &standard
		if strings.Contains(first, ".") {
			group = &others
		}
		if !slices.Contains(*group, line) {
			*group = append(*group, line)
		}
	}
	slices.SortFunc(standard, byPath)
	slices.SortFunc(others, byPath)
	block := "\n\nimport (\n" + strings.Join(standard, "\n") + "\n\n" + strings.Join(others, "\n") + "\n)\n"
	if len(standard)+len(others) == 0 {
		block = "\n"
	}
	text := s.text
	for _, d := range slices.Backward(s.file.Decls) {
		if isImport(d) {
			from, to := s.span(d)
			text = text[:from] + text[to:]
		}
	}
	name := s.fset.Position(s.file.Name.End()).Offset
	return text[:name] + block + text[name:]
}

func byPath(a, b string) int {
	return strings.Compare(a[strings.IndexByte(a, '"'):], b[strings.IndexByte(b, '"'):])
}

// qualifiers returns the names before dots that could be a package's.
func qualifiers(file *ast.File) map[string]bool {
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	return used
}

func isUsed(spec *ast.ImportSpec, importPath string, used map[string]bool) bool {
	if spec.Name != nil {
		return spec.Name.Name == "_" || spec.Name.Name == "." || used[spec.Name.Name]
	}
	return used[packageName(importPath)]
}

var majorVersion = regexp.MustCompile(`^v\d+$`)

// packageName guesses the name of a package from its path.
func packageName(importPath string) string {
	name := path.Base(importPath)
	if majorVersion.MatchString(name) {
		name = path.Base(path.Dir(importPath))
	}
	name, _, _ = strings.Cut(name, ".v")
	name, _, _ = strings.Cut(strings.TrimPrefix(name, "go-"), "-") // jsii-runtime-go is jsii
	if importPath == module+"/package" {
		return "packager"
	}
	return name
}

const module = "github.com/chalice-go/chalice"
