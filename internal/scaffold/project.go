package scaffold

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	modules "golang.org/x/mod/module"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/child"
)

// files are the templates of a project's files. Their names end with .tmpl,
// since Go would take some of the real names for its own.
//
//go:embed all:templates
var files embed.FS

// Type is a type of project.
type Type struct {
	Name    string
	Summary string // for whoever chooses, without a final period
	// Tries are the commands that show what a new project does.
	Tries string
	// folders have the templates. A file of a later one takes the place of one of the
	// same name before.
	folders []string
}

const common = "common"

var types = []Type{
	{Name: RESTAPI, Summary: "a REST API", Tries: "chalice local", folders: []string{common, RESTAPI}},
	{Name: "s3-event-handler", Summary: "a function that runs for each new object in a bucket", Tries: "chalice invoke --local handle", folders: []string{common, "s3-event-handler"}},
	{Name: "lambda-only", Summary: "Lambda functions without an API", Tries: "chalice invoke --local first_function", folders: []string{common, "lambda-only"}},
	{Name: "queue-worker", Summary: "a worker for a queue, where only messages that fail return", Tries: "chalice invoke --local work", folders: []string{common, "queue-worker"}},
	{Name: "websocket", Summary: "a websocket API", Tries: "chalice local", folders: []string{common, sockets, "websocket"}},
	{Name: "full", Summary: "one of everything, with tests", Tries: "go test ./... && chalice local", folders: []string{common, sockets, "full"}},
	{Name: CDK, Summary: "a REST API over a DynamoDB table, in a stack of the CDK's", Tries: "go test ./... && cdk synth", folders: []string{CDK}},
}

// sockets has what is needed beside common by what sends to websocket connections.
const sockets = "sockets"

// The types of projects that others name.
const (
	RESTAPI = "rest-api" // the default
	CDK     = "cdk-ddb"
)

// Types returns the types of projects, the default first.
func Types() []Type { return slices.Clone(types) }

// FindType returns a type by its name. "legacy" is another name for rest-api, as in
// Chalice for Python.
func FindType(name string) (Type, error) {
	if name == "legacy" {
		name = RESTAPI
	}
	var names []string
	for _, t := range types {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return Type{}, fmt.Errorf("there is no type of project %q: use one of %s", name, strings.Join(names, ", "))
}

// Input says what to write. Dir is required.
type Input struct {
	Dir    string           // the folder to make; its last element is the name of the app
	Type   string           // the name of one of Types, or empty: RESTAPI
	Module string           // path of the project's module; empty: the name
	Source string           // a checkout of chalice to use; empty: see the package's comment
	Build  *debug.BuildInfo // of the running command; nil: unknown
	// Release is the version that the running command is a release of, if it was built to
	// be downloaded; empty: Build says.
	Release string
	NoGit   bool // don't make a repository of the folder
}

// Project is what [New] made.
type Project struct {
	Dir  string
	Type Type
	// Checkout is the folder that go.mod takes chalice from; empty for a release.
	Checkout string
}

// Elsewhere says how a project that takes chalice from a checkout can be built
// on other machines.
func (p Project) Elsewhere() string {
	return fmt.Sprintf("go.mod takes chalice from %s, which other machines don't have; "+
		"for a release: go mod edit -dropreplace %[2]s -droprequire %[2]s && go get %[2]s", p.Checkout, module)
}

// New writes a project and returns its folder, which must not exist before; folders
// above it are made. If it fails, nothing is left of it. The folder becomes a
// repository of git's, unless it is in one already or there is no git.
func New(ctx context.Context, in Input) (Project, error) {
	name := filepath.Base(filepath.Clean(in.Dir))
	if err := CheckName(in.Dir, in.Module); err != nil {
		return Project{}, err
	}
	t, err := FindType(cmp.Or(in.Type, RESTAPI))
	if err != nil {
		return Project{}, err
	}
	f, err := findFramework(ctx, in)
	if err != nil {
		return Project{}, err
	}
	dir := filepath.Clean(in.Dir)
	if err := makeFolder(dir); err != nil {
		return Project{}, err
	}
	if err := fill(dir, t.templates(), values{Name: name, Module: cmp.Or(in.Module, name), Framework: f}); err != nil {
		return Project{}, err
	}
	if !in.NoGit {
		initRepository(ctx, dir)
	}
	return Project{Dir: dir, Type: t, Checkout: f.Dir}, nil
}

// Shared returns the files that every project has which isn't for the CDK, by their
// names: its module, and what git isn't to keep. Its program may import app,
// dispatch and apptest. Of the input, Type and NoGit don't count, and the project
// that is returned has no folder.
func Shared(ctx context.Context, in Input) (map[string][]byte, Project, error) {
	if err := CheckName(in.Dir, in.Module); err != nil {
		return nil, Project{}, err
	}
	f, err := findFramework(ctx, in)
	if err != nil {
		return nil, Project{}, err
	}
	name := filepath.Base(in.Dir)
	written := map[string][]byte{}
	for _, file := range []string{"go.mod", "go.sum", ".gitignore"} {
		text, err := filled("templates/"+common+"/"+file+suffix, values{Name: name, Module: cmp.Or(in.Module, name), Framework: f})
		if err != nil {
			return nil, Project{}, err
		}
		written[file] = text
	}
	return written, Project{Checkout: f.Dir}, nil
}

// Fit returns a name, or one like it that a project can have.
func Fit(name string) string {
	if CheckName(name, "") == nil {
		return name
	}
	if fit := name + "-app"; CheckName(fit, "") == nil {
		return fit
	}
	return "app"
}

// makeFolder makes a folder that must not exist.
func makeFolder(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return fmt.Errorf("make the folder of the project's: %w", err)
	}
	if err := os.Mkdir(dir, 0o777); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already: choose another name, or remove it first", dir)
	} else if err != nil {
		return fmt.Errorf("make the project's folder: %w", err)
	}
	return nil
}

// templates are the templates of a type, by the paths that their files get.
func (t Type) templates() map[string]string {
	found := map[string]string{}
	for _, folder := range t.folders {
		root := "templates/" + folder
		err := fs.WalkDir(files, root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			found[strings.TrimSuffix(strings.TrimPrefix(path, root+"/"), suffix)] = path
			return nil
		})
		if err != nil {
			panic("scaffold: " + err.Error()) // they are in this program
		}
	}
	return found
}

// initRepository makes a repository of a folder. Where that fails, the project is as
// good without.
func initRepository(ctx context.Context, dir string) {
	git := func(args ...string) error {
		c := exec.Command("git", args...)
		c.Dir, c.Env = dir, withoutRepository(os.Environ())
		return child.Run(ctx, c, time.Second)
	}
	if git("rev-parse", "--is-inside-work-tree") != nil {
		_ = git("init", "--quiet")
	}
}

// withoutRepository takes out of an environment what names a repository of git's, which
// hooks have, say: the folder's own is meant.
func withoutRepository(environment []string) []string {
	return slices.DeleteFunc(environment, func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(repositoryVariables, name)
	})
}

// repositoryVariables are those that tell git where the repository is and what is in it;
// git rev-parse --local-env-vars has more, which change nothing here.
var repositoryVariables = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"}

// values fill in the templates.
type values struct {
	Name      string // of the app
	Module    string // path of the project's module
	Framework framework
}

// fillIn puts values in the places that a template has for them. It isn't text/template,
// for which the linker would keep the methods of all types in the command.
func (v values) fillIn(template string) string {
	f := v.Framework
	var replace, sums string
	if f.Dir != "" {
		replace = fmt.Sprintf("\nreplace %s => %s\n", f.Module, f.Dir)
	}
	if f.Sum != "" {
		sums = fmt.Sprintf("%[1]s %[2]s %[3]s\n%[1]s %[2]s/go.mod %[4]s\n", f.Module, f.Version, f.Sum, f.ModSum)
	}
	return strings.NewReplacer(
		"{{Name}}", v.Name,
		"{{Stack}}", v.stack(),
		"{{Module}}", v.Module,
		"{{Chalice}}", f.Module,
		"{{ChaliceVersion}}", f.Version,
		"{{Replace}}", replace,
		"{{ChaliceSums}}", sums,
	).Replace(template)
}

// stack is the name as CloudFormation takes it for a stack, in lower case, as the names
// of buckets are.
func (v values) stack() string { return strings.ToLower(strings.ReplaceAll(v.Name, "_", "-")) }

const suffix = ".tmpl"

// fill writes a project's files into its folder, which goes if that fails.
func fill(dir string, templates map[string]string, v values) error {
	for _, name := range slices.Sorted(maps.Keys(templates)) {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(name)), templates[name], v); err != nil {
			return errors.Join(fmt.Errorf("write the project: %w", err), os.RemoveAll(dir))
		}
	}
	return nil
}

func writeFile(target, path string, v values) error {
	data, err := filled(path, v)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(target, data, 0o666); err != nil || filepath.Base(target) != filepath.Base(config.File) {
		return err
	}
	// The configuration names this file, so that editors complete its keys.
	return os.WriteFile(filepath.Join(filepath.Dir(target), "config.schema.json"), config.Schema(), 0o666)
}

// filled returns the text of a template.
func filled(path string, v values) ([]byte, error) {
	template, err := files.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text := []byte(v.fillIn(string(template)))
	if !strings.HasSuffix(path, ".go"+suffix) {
		return text, nil
	}
	// Lines may be otherwise aligned, with other names.
	data, err := format.Source(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

var validName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// CheckName refuses the folder of a project whose last element can't be the name of an
// app and, where no other path is given for it, of a module.
func CheckName(dir, modulePath string) error {
	name := filepath.Base(filepath.Clean(dir))
	if dir == "" || !validName.MatchString(name) {
		if dir == "" {
			name = ""
		}
		return fmt.Errorf("%q can't be a project's name: use letters, digits, - and _, and start with a letter", name)
	}
	if modulePath != "" {
		if err := modules.CheckImportPath(modulePath); err != nil || slices.Contains(goNames, modulePath) {
			return fmt.Errorf("%q can't be the path of a module: use one such as example.com/team/%s", modulePath, name)
		}
		return nil
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
