package docstest

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Checker checks the types of Go snippets: files, declarations and statements, or several
// of these. What a snippet doesn't declare is the reader's, and isn't looked at; what it
// takes from a package has to be there.
type Checker struct {
	fset     *token.FileSet
	packages types.Importer
}

// imported are the packages that snippets use without an import, by their names.
var imported = map[string]string{
	"app": module + "/app", "apptest": module + "/apptest", "cdkconstruct": module + "/cdkconstruct",
	"codedeploy": module + "/codedeploy", "dispatch": module + "/dispatch", "httpadapter": module + "/httpadapter",
	"packager": module + "/package", "websocket": module + "/websocket",

	"assertions": cdk + "/assertions", "awscdk": cdk, "awsdynamodb": cdk + "/awsdynamodb", "jsii": "github.com/aws/jsii-runtime-go",
	"aws": sdk + "/aws", "config": sdk + "/config", "dynamodb": sdk + "/service/dynamodb",
	"lambda": sdk + "/service/lambda", "s3": sdk + "/service/s3", "sqs": sdk + "/service/sqs",

	"bytes": "bytes", "context": "context", "errors": "errors", "fmt": "fmt", "http": "net/http", "io": "io", "json": "encoding/json",
	"log": "log", "os": "os", "slices": "slices", "slog": "log/slog", "strings": "strings", "sync": "sync", "testing": "testing", "time": "time",
}

const (
	cdk = "github.com/aws/aws-cdk-go/awscdk/v2"
	sdk = "github.com/aws/aws-sdk-go-v2"
)

// customary are variables that snippets have without a declaration, where they are used so.
var customary = []struct {
	name, kind string
	use        *regexp.Regexp
}{
	{"a", "*app.App", regexp.MustCompile(`\ba\b`)},
	{"ctx", "context.Context", regexp.MustCompile(`\bctx\b`)},
	{"t", "*testing.T", regexp.MustCompile(`\bt\.`)},
	{"client", "*apptest.Client", regexp.MustCompile(`\bclient\.(HTTP|Events|Deliver|Lambda)\b`)},
}

// tolerated are complaints about what a snippet leaves out.
var tolerated = regexp.MustCompile(`^(undefined: \w+$|declared and not used|"[^"]+" imported and not used|missing function body|func \w+ missing body|missing return|.* is not used$|could not import .*\.example/)`)

// NewChecker compiles the packages that snippets in a checkout use.
func NewChecker(checkout string) (*Checker, error) {
	c := exec.Command("go", append([]string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}} {{.Export}}{{end}}"}, slices.Sorted(maps.Values(imported))...)...)
	c.Dir, c.Stderr = checkout, os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("compile what snippets import: %w", err)
	}
	files := map[string]string{}
	for _, line := range lines(string(out)) {
		importPath, file, _ := strings.Cut(line, " ")
		files[importPath] = file
	}
	fset := token.NewFileSet()
	return &Checker{fset, importer.ForCompiler(fset, "gc", func(importPath string) (io.ReadCloser, error) {
		if files[importPath] == "" {
			return nil, fmt.Errorf("no snippet imports %s so far: add it to internal/docstest/check.go", importPath)
		}
		return os.Open(files[importPath])
	})}, nil
}

// Check checks the Go of a page's block, and returns the mistakes with their lines.
func (c *Checker) Check(page *Page, b Block) (mistakes []error) {
	s := divide(b)
	text := s.file(page.Path)
	file, err := parser.ParseFile(c.fset, page.Path, text, parser.SkipObjectResolution)
	if err != nil {
		return []error{err}
	}
	conf := types.Config{Importer: c.packages, Error: func(err error) {
		if e := err.(types.Error); !tolerated.MatchString(e.Msg) && !e.Soft {
			mistakes = append(mistakes, fmt.Errorf("%s: %s", c.fset.Position(e.Pos), e.Msg))
		}
	}}
	conf.Check("p", c.fset, []*ast.File{file}, nil)
	return mistakes
}

// Has reports whether a package that snippets use has a name, or a name and a member of it.
func (c *Checker) Has(packageName, name, member string) bool {
	p, err := c.packages.Import(imported[packageName])
	if err != nil {
		return false
	}
	o := p.Scope().Lookup(name)
	if o == nil || member == "" {
		return o != nil
	}
	found, _, _ := types.LookupFieldOrMethod(o.Type(), true, p, member)
	return found != nil
}

// snippet is Go in parts, each with the line of the page on which it begins.
type snippet struct {
	whole                             bool // it is a file as it is
	imports, declarations, statements []part
}

type part struct {
	line int
	text string
}

var (
	declares  = regexp.MustCompile(`^(func [\w(]|type |var |const )`)
	continues = regexp.MustCompile(`^([\s})]|$)`)
	// What stands for something that is left out.
	omitted = strings.NewReplacer("{...}", "{}", "{ ... }", "{}", "{ … }", "{}", "…", "", ", ...)", ")")
)

// divide tells declarations and statements of a block apart: both begin without
// indentation, and go on with it.
func divide(b Block) (s snippet) {
	if hasPackage(b.Text) {
		return snippet{whole: true, declarations: []part{{b.Line, b.Text}}}
	}
	var list *[]part
	for i, line := range b.Lines() {
		line = omitted.Replace(line)
		switch {
		case strings.TrimSpace(line) == gap:
			line = ""
		case list != nil && continues.MatchString(line):
			last := &(*list)[len(*list)-1]
			last.text += line + "\n"
			continue
		case strings.HasPrefix(line, "import "):
			list = &s.imports
		case declares.MatchString(line):
			list = &s.declarations
		default:
			list = &s.statements
		}
		if list == nil {
			continue
		}
		*list = append(*list, part{b.Line + i, line + "\n"})
	}
	return s
}

// file makes a file of a snippet, in which comments say where each part stands in the page.
func (s snippet) file(path string) string {
	if s.whole {
		return fmt.Sprintf("//line %s:%d\n%s", path, s.declarations[0].line, s.declarations[0].text)
	}
	var text strings.Builder
	write := func(parts []part) {
		for _, p := range parts {
			fmt.Fprintf(&text, "//line %s:%d\n%s", path, p.line, p.text)
		}
	}
	write(s.imports)
	write(s.declarations)
	text.WriteString("func _() {\n")
	write(s.statements)
	text.WriteString("}\n")
	body := text.String()
	text.Reset()
	for _, v := range customary {
		if v.use.MatchString(body) && !regexp.MustCompile(`(?m)^(var|func) `+v.name+`\b`).MatchString(body) {
			fmt.Fprintf(&text, "var %s %s\n", v.name, v.kind)
		}
	}
	return "package p\n" + imports(body+text.String()) + body + text.String()
}

var qualified = regexp.MustCompile(`\b([a-z]\w*)\.[A-Z]`)

// imports returns the imports that a text needs beside its own.
func imports(text string) string {
	own := map[string]bool{}
	if f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+text, parser.ImportsOnly); err == nil {
		for _, spec := range f.Imports {
			importPath, _ := strconv.Unquote(spec.Path.Value)
			name := packageName(importPath)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			own[cmp.Or(name, path.Base(importPath))] = true
		}
	}
	var all strings.Builder
	for _, m := range qualified.FindAllStringSubmatch(text, -1) {
		if name := m[1]; !own[name] && imported[name] != "" {
			own[name] = true
			fmt.Fprintf(&all, "import %s %q\n", name, imported[name])
		}
	}
	return all.String()
}
