package scaffold

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"text/template"

	"github.com/chalice-go/chalice/config"
)

// files are the templates of a project's files. Their names end with .tmpl,
// since Go would take some of the real names for its own.
//
//go:embed all:template all:cdktemplate
var files embed.FS

// The kinds of projects.
const (
	REST = "rest" // a REST API; the default
	CDK  = "cdk"  // a REST API in a stack of the AWS CDK's, over a DynamoDB table
)

// folders has the templates of each kind.
var folders = map[string]string{REST: "template", CDK: "cdktemplate"}

// Input says what to write. Name is required.
type Input struct {
	Name     string           // of the project: its folder, its module and its app
	Template string           // REST or CDK
	Parent   string           // the folder to make the project in; empty: the current one
	Source   string           // a checkout of chalice to use; empty: see the package's comment
	Build    *debug.BuildInfo // of the running command; nil: unknown
}

// Project is what [New] made.
type Project struct {
	Dir string
	// Checkout is the folder that go.mod takes chalice from; empty for a release.
	Checkout string
}

// Elsewhere says how a project that takes chalice from a checkout can be built
// on other machines.
func (p Project) Elsewhere() string {
	return fmt.Sprintf("go.mod takes chalice from %s, which other machines, such as CI's, don't have; "+
		"take a release of it for them: go mod edit -dropreplace %[2]s && go get %[2]s", p.Checkout, module)
}

// New writes a project and returns its folder, which must not exist before. If
// it fails, nothing is left of it.
func New(ctx context.Context, in Input) (Project, error) {
	if err := checkName(in.Name); err != nil {
		return Project{}, err
	}
	folder, ok := folders[cmp.Or(in.Template, REST)]
	if !ok {
		return Project{}, fmt.Errorf("unknown template %q: use %s or %s", in.Template, REST, CDK)
	}
	f, err := findFramework(ctx, in)
	if err != nil {
		return Project{}, err
	}
	dir := filepath.Join(in.Parent, in.Name)
	if err := os.Mkdir(dir, 0o777); errors.Is(err, fs.ErrExist) {
		return Project{}, fmt.Errorf("%s exists already: choose another name, or remove it first", dir)
	} else if err != nil {
		return Project{}, fmt.Errorf("make the project's folder: %w", err)
	}
	templates, err := fs.Sub(files, folder)
	if err != nil {
		return Project{}, err
	}
	if err := fill(dir, templates, values{Name: in.Name, Framework: f}); err != nil {
		return Project{}, err
	}
	return Project{Dir: dir, Checkout: f.Dir}, nil
}

// Shared returns the files that every project has which isn't for the CDK, by their
// names: its module, and what git isn't to keep. Its program may import app,
// dispatch and apptest. Of the input, Template and Parent don't count, and the project
// that is returned has no folder.
func Shared(ctx context.Context, in Input) (map[string][]byte, Project, error) {
	if err := checkName(in.Name); err != nil {
		return nil, Project{}, err
	}
	f, err := findFramework(ctx, in)
	if err != nil {
		return nil, Project{}, err
	}
	written := map[string][]byte{}
	for _, name := range []string{"go.mod", "go.sum", ".gitignore"} {
		text, err := filled(files, folders[REST]+"/"+name+suffix, values{Name: in.Name, Framework: f})
		if err != nil {
			return nil, Project{}, err
		}
		written[name] = []byte(text)
	}
	return written, Project{Checkout: f.Dir}, nil
}

// Fit returns a name, or one like it that a project can have.
func Fit(name string) string {
	if checkName(name) == nil {
		return name
	}
	if fit := name + "-app"; checkName(fit) == nil {
		return fit
	}
	return "app"
}

// values fill in the templates.
type values struct {
	Name      string
	Framework framework
}

// Stack is the name as CloudFormation takes it for a stack.
func (v values) Stack() string { return strings.ReplaceAll(v.Name, "_", "-") }

const suffix = ".tmpl"

// fill writes a project's files into its folder, which goes if that fails.
func fill(dir string, templates fs.FS, v values) error {
	err := fs.WalkDir(templates, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(strings.TrimSuffix(path, suffix)))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o777)
		}
		return writeFile(target, templates, path, v)
	})
	if err != nil {
		return errors.Join(fmt.Errorf("write the project: %w", err), os.RemoveAll(dir))
	}
	return nil
}

func writeFile(target string, templates fs.FS, path string, v values) error {
	text, err := filled(templates, path, v)
	if err != nil {
		return err
	}
	if err := os.WriteFile(target, []byte(text), 0o666); err != nil || filepath.Base(target) != filepath.Base(config.File) {
		return err
	}
	// The configuration names this file, so that editors complete its keys.
	return os.WriteFile(filepath.Join(filepath.Dir(target), "config.schema.json"), config.Schema(), 0o666)
}

// filled returns the text of a template.
func filled(templates fs.FS, path string, v values) (string, error) {
	t, err := template.ParseFS(templates, path)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := t.Execute(&b, v); err != nil {
		return "", err
	}
	return b.String(), nil
}

var validName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// checkName refuses what can't be the name of an app, a folder and a module
// all at once.
func checkName(name string) error {
	if !validName.MatchString(name) {
		return fmt.Errorf("%q can't be a project's name: use letters, digits, - and _, and start with a letter", name)
	}
	if slices.Contains(goNames, name) {
		return fmt.Errorf("%q can't be a project's name: Go has a package or a meaning of its own for it", name)
	}
	return nil
}

// goNames are the names that a module can't have: packages of the standard
// library, and words that Go's tools take for something else.
var goNames = strings.Fields(`
	all cmd go main std tool work

	bufio bytes cmp context crypto embed encoding errors expvar flag fmt hash
	html image io iter log maps math mime net os path plugin reflect regexp
	runtime slices sort strconv strings structs sync syscall testing time
	unicode unique unsafe weak`)
