package migrate

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// ourModule is the module whose packages the project imports.
const ourModule = "github.com/chalice-go/chalice"

// packages are those that a project's files import, by what they call them.
var packages = map[string]string{
	"app": ourModule + "/app", "apptest": ourModule + "/apptest", "dispatch": ourModule + "/dispatch",
	"context": "context", "json": "encoding/json", "slices": "slices", "strings": "strings", "testing": "testing", "time": "time",
}

// goFiles are the Go files of the project, by their names. The tests use a stage.
func (p *plan) goFiles(stage string) (map[string][]byte, error) {
	bodies := map[string]string{"main.go": p.main(), "main_test.go": p.test(stage), "handlers.go": notWritten}
	for _, s := range p.stubs {
		file := p.Handlers[s.handler].file()
		bodies[file] += "\n" + p.function(s)
	}
	files := map[string][]byte{}
	for name, body := range bodies {
		code, err := goFile(body)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		files[name] = code
	}
	return files, nil
}

// goFile makes a file of declarations and the comment in front of the package clause,
// which ends at the first line that isn't one: it adds the imports.
func goFile(body string) ([]byte, error) {
	head := ""
	for strings.HasPrefix(body, "//") {
		line, rest, _ := strings.Cut(body, "\n")
		head, body = head+line+"\n", rest
	}
	used, err := imports("package main\n\n" + body)
	if err != nil {
		return nil, err
	}
	return format.Source([]byte(head + "package main\n\n" + used + "\n" + body))
}

// imports declares the packages that a file uses. No name of the project's is that of a
// package, so whatever has it is one.
func imports(code string) (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", code, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && packages[x.Name] != "" {
				used[packages[x.Name]] = true
			}
		}
		return true
	})
	var standard, others []string
	for _, path := range slices.Sorted(maps.Keys(used)) {
		if strings.HasPrefix(path, ourModule) {
			others = append(others, fmt.Sprintf("%q\n", path))
		} else {
			standard = append(standard, fmt.Sprintf("%q\n", path))
		}
	}
	switch groups := strings.Join(standard, "") + "\n" + strings.Join(others, ""); {
	case len(used) == 0:
		return "", nil
	default:
		return "import (\n" + strings.Trim(groups, "\n") + "\n)\n", nil
	}
}

// main is the program: what it registers.
func (p *plan) main() string {
	return comment(" ", "Command "+moduleName(p.Name)+" is a serverless application on AWS Lambda, which was written with Chalice for Python before.") + `
func main() { dispatch.Start(newApp()) }

// newApp declares everything that the application consists of.
func newApp() *app.App {
` + strings.Join(p.lines, "\n") + `

return a
}
`
}

// notWritten starts the file with the handlers.
const notWritten = `
// notWritten is the answer of a function that is still to be written: status 501 of a
// route, and a failure of any other. So is that of middleware, since without it
// the functions would do what they aren't meant to.
func notWritten(name string) error {
	return app.NewError(501, "NotImplementedError", name+" is not written in Go yet")
}
`

// function is the Go function in place of a handler, with the handler's source.
func (p *plan) function(s stub) string {
	h := p.Handlers[s.handler]
	var b strings.Builder
	b.WriteString(comment(" ", strings.ReplaceAll(s.name+" "+s.does+".", "\n", " ")))
	b.WriteString("func " + s.name + forms[s.kind].signature + " {\n")
	switch {
	case h.Source == "":
		b.WriteString(comment(" ", "The Python source of "+h.Function+" isn't known."))
	case h.File == "":
		b.WriteString(comment(" ", "In Python, in the module "+h.Module+":") + "//\n" + comment("\t", h.Source))
	default:
		b.WriteString(comment(" ", "In Python, "+h.where()+":") + "//\n" + comment("\t", h.Source))
	}
	fmt.Fprintf(&b, "return "+forms[s.kind].answer+"\n}\n", "notWritten("+strconv.Quote(s.registered)+")")
	return b.String()
}

// test compares the program with what was in Python.
func (p *plan) test(stage string) string {
	of := ""
	if stage != config.DefaultStage {
		of = ", apptest.Stage(" + quote(stage) + ")"
	}
	model := p.shadow.app.Describe()
	var b bytes.Buffer
	fmt.Fprintf(&b, `
// TestRoutes: the app has the routes that it had in Python, and is one that AWS takes.
func TestRoutes(t *testing.T) {
	apptest.Setenv(t%[1]s)
	a := newApp()
	apptest.NewClient(t, a%[1]s)
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range registry.Routes() {
		got = append(got, strings.Join(r.Methods, ",")+" "+r.Path+" "+r.Name)
	}
	want := []string{
`, of)
	for _, r := range model.Routes {
		fmt.Fprintf(&b, "%q,\n", strings.Join(methodsOf(r), ",")+" "+r.Path+" "+r.Name)
	}
	b.WriteString(`}
	if !slices.Equal(got, want) {
		t.Errorf("got the routes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
`)
	fmt.Fprintf(&b, `
// TestFunctions: the app has the Lambda functions that it had in Python.
func TestFunctions(t *testing.T) {
	apptest.Setenv(t%s)
	registry, err := newApp().Registry()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
`, of)
	for _, name := range model.FunctionNames() {
		fmt.Fprintf(&b, "%q,\n", name)
	}
	b.WriteString(`}
	if got := registry.FunctionNames(); !slices.Equal(got, want) {
		t.Errorf("got the functions\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
`)
	return b.String()
}

func methodsOf(r app.RouteModel) []string {
	if r.Methods == nil {
		return []string{"GET"}
	}
	return r.Methods
}
