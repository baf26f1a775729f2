package packager_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	packager "github.com/chalice-go/chalice/package"
)

// model is an app with one function, as a program would describe it.
const model = `{"version": 1, "name": "shop", "functions": [{"name": "report", "kind": "lambda"}]}`

// describing is a program that describes an app without the help of dispatch,
// so that it compiles fast.
const describing = `package main

import "os"

func main() {
	before()
	os.WriteFile(os.Getenv("CHALICE_MODEL"), []byte(` + "`" + model + "`" + `), 0o644)
	after()
}
`

// newProject writes a project; files override its own.
func newProject(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "my shöp")
	all := map[string]string{
		"go.mod":               "module example.com/shop\n\ngo 1.26\n",
		"main.go":              describing,
		"steps.go":             "package main\n\nfunc before() {}\nfunc after()  {}\n",
		".chalice/config.json": `{"version": "2.0", "app_name": "shop"}`,
	}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		if text != "" { // else the file is to be missing
			write(t, dir, name, text)
		}
	}
	return dir
}

func steps(before, after string) map[string]string {
	return map[string]string{"steps.go": "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"time\"\n)\n\nvar _, _, _ = fmt.Print, os.Exit, time.Now\n\n" +
		"func before() {" + before + "}\nfunc after() {" + after + "}\n"}
}

// Everything that a user can get wrong with the program ends in an error that
// says what and where, and leaves the output folder alone.
func TestMistakesOfTheProgram(t *testing.T) {
	hint := "; main has to call dispatch.Start with the app"
	for name, tc := range map[string]struct {
		files map[string]string
		want  string // DIR stands for the project's folder
	}{
		"no Go files": {
			map[string]string{"main.go": "", "steps.go": ""},
			"there is no Go program in DIR",
		},
		"only tests": {
			map[string]string{"main.go": "", "steps.go": "", "main_test.go": "package main\n"},
			"there is no Go program in DIR",
		},
		"no go.mod": {
			map[string]string{"go.mod": ""},
			"there is no go.mod in DIR or above it: run go mod init there",
		},
		"a library": {
			map[string]string{"main.go": "package shop\n", "steps.go": ""},
			"DIR holds package shop, not a program: package it from the folder of its package main",
		},
		"two packages": {
			map[string]string{"other.go": "package shop\n"},
			"DIR holds two packages: main (main.go) and shop (other.go)",
		},
		"no configuration": {
			map[string]string{".chalice/config.json": ""},
			".chalice/config.json: file does not exist; is DIR the folder of a chalice project? Run chalice new-project to make one",
		},
		"a typo in the configuration": {
			map[string]string{".chalice/config.json": "{\n\"app_nam\": \"shop\"}"},
			".chalice/config.json:2: app_nam is not a key of the configuration; did you mean app_name?",
		},
		"a syntax error": {
			map[string]string{"steps.go": "package main\n\nfunc before() {\n"},
			"the program doesn't compile:\n\t./steps.go:4:1: ",
		},
		"errors of types, also in another package": {
			map[string]string{
				"steps.go":     "package main\n\nimport \"example.com/shop/lib/x\"\n\nfunc before() { x.F() }\n",
				"lib/x/lib.go": "package x\n\nfunc F() int { return \"1\" }\n",
			},
			"the program doesn't compile:\n\tlib/x/lib.go:3:23: cannot use \"1\" (untyped string constant) as int value in return statement",
		},
		"an unknown module": {
			map[string]string{"steps.go": "package main\n\nimport _ \"example.com/other\"\n"},
			"the program doesn't compile:\n\tsteps.go:3:8: no required module provides package example.com/other; to add it:\n\t\tgo get example.com/other",
		},
		"a package that is only C": {
			map[string]string{
				"steps.go":  "package main\n\nimport _ \"example.com/shop/c\"\n",
				"c/only.go": "package c\n\nimport \"C\"\n",
			},
			"the program doesn't compile:\n\tpackage example.com/shop\n\t\timports example.com/shop/c: build constraints exclude all Go files in DIR/c" +
				"\n\tif this is for want of cgo: a program for Lambda is built without (CGO_ENABLED=0), so it runs on any Linux",
		},
		"a program that ends": {
			steps(`os.Exit(0)`, ``),
			"the program ended (exit status 0) without describing its app" + hint,
		},
		"a program that ends with a message": {
			steps(`fmt.Println("listening"); fmt.Fprintln(os.Stderr, "no database\nbye"); os.Exit(3)`, ``),
			"the program ended (exit status 3) without describing its app" + hint + ". The last it printed:\n\tlistening\n\tno database\n\tbye",
		},
		"a program that hangs": {
			steps(`fmt.Println("listening on :8080"); time.Sleep(time.Hour)`, ``),
			"the program ran for 2s without describing its app" + hint + ". The last it printed:\n\tlistening on :8080",
		},
		"a program that fails after describing": {
			steps(``, `fmt.Println("ouch"); os.Exit(4)`),
			"the program failed (exit status 4) after describing its app" + hint + ". The last it printed:\n\touch",
		},
		"a description that is none": {
			steps(`os.WriteFile(os.Getenv("CHALICE_MODEL"), []byte("hello"), 0o644); os.Exit(0)`, ``),
			"the program's description of its app can't be used: ",
		},
		"mistakes of the app": {
			steps(`os.WriteFile(os.Getenv("CHALICE_MODEL"), []byte(`+
				"`"+`{"version":1,"errors":[{"file":"main.go","line":7,"message":"no path"},{"file":"api.go","line":9,"message":"no name"}]}`+"`"+
				`), 0o644); os.Exit(1)`, ``),
			"main.go:7: no path\napi.go:9: no name",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := newProject(t, tc.files)
			out := filepath.Join(t.TempDir(), "out")
			write(t, out, "sam.yaml", "old")
			_, err := packager.Build(t.Context(), packager.Input{
				ProjectDir: dir, Out: out, TemplateOnly: true, Timeout: 2 * time.Second,
			})
			if err == nil {
				t.Fatal("got no error")
			}
			got := strings.ReplaceAll(err.Error(), dir, "DIR")
			if strings.HasSuffix(tc.want, ": ") {
				got = got[:min(len(got), len(tc.want))]
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if diff := cmp.Diff(map[string]string{"sam.yaml": "old"}, contents(t, out)); diff != "" {
				t.Errorf("the output folder has changed: want -, got +\n%s", diff)
			}
		})
	}
}

// contents returns all files below a folder, folders as "NAME/".
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			files[filepath.ToSlash(rel)+"/"] = ""
			return nil
		}
		data, err := os.ReadFile(path)
		files[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestErrorsHaveTypes(t *testing.T) {
	_, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: newProject(t, map[string]string{"steps.go": "package main\n"})})
	compile := (*packager.CompileError)(nil)
	if !errors.As(err, &compile) || len(compile.Lines) != 2 {
		t.Errorf("got %v, want a CompileError of two lines", err)
	}
	_, _, err = packager.Describe(t.Context(), packager.Input{ProjectDir: newProject(t, steps(`os.Exit(0)`, ``))})
	if !errors.As(err, new(*packager.DescribeError)) {
		t.Errorf("got %v, want a DescribeError", err)
	}
}

// The mistakes are reported once though two builds run into them, for this
// machine and for Lambda.
func TestMistakesAreReportedOnce(t *testing.T) {
	dir := newProject(t, map[string]string{"steps.go": "package main\n\nfunc before() {}\n"})
	_, err := packager.Build(t.Context(), packager.Input{ProjectDir: dir, Out: filepath.Join(dir, "out")})
	want := "the program doesn't compile:\n\t./main.go:8:2: undefined: after"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the output folder: got %v, want none", err)
	}
	for name := range contents(t, dir) {
		if strings.HasPrefix(name, ".chalice-") {
			t.Errorf("a temporary folder is left: %s", name)
		}
	}
}

func TestNoToolchain(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := newProject(t, nil)
	_, err := packager.Build(t.Context(), packager.Input{ProjectDir: dir, Out: filepath.Join(dir, "out")})
	if err == nil || !strings.HasPrefix(err.Error(), "the go command is missing; install Go") {
		t.Errorf("got %v, want to be told that Go is missing", err)
	}
	write(t, dir, "model.json", model)
	out, err := packager.Build(t.Context(), packager.Input{
		ProjectDir: dir, Out: filepath.Join(dir, "out"), AppModel: filepath.Join(dir, "model.json"), TemplateOnly: true,
	})
	if err != nil {
		t.Fatalf("a saved description and no zip need no Go, but: %v", err)
	}
	if out.Zip != "" || out.ZipDigest != "" {
		t.Errorf("got zip %q, want none", out.Zip)
	}
}

func TestProjectFolders(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "file", "")
	for name, want := range map[string]string{
		"missing": "open the project: there is no folder DIR/missing",
		"file":    "open the project: DIR/file is not a folder",
	} {
		_, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: filepath.Join(dir, name)})
		if err == nil || strings.ReplaceAll(err.Error(), dir, "DIR") != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

// The program sees the variables that the stage gives the REST API's handler,
// and the model is what it makes of them.
func TestDescribeInTheStagesEnvironment(t *testing.T) {
	t.Setenv("TABLE", "the shell's")
	dir := newProject(t, map[string]string{
		"main.go": `package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	has := strings.HasPrefix(os.Getenv("REF"), "${Token[")
	wd, _ := os.Getwd()
	_, err := os.Stat(wd + "/main.go")
	name := fmt.Sprint(os.Getenv("TABLE"), "-", has, "-", err == nil)
	os.WriteFile(os.Getenv("CHALICE_MODEL"), []byte(` + "`" + `{"version": 1, "name": "` + "` + name + `" + `"}` + "`" + `), 0o644)
}
`,
		"steps.go": "",
		".chalice/config.json": `{"stages": {"dev": {}, "prod": {"environment_variables": {"TABLE": "x", "REF": {"Ref": "T"}},
			"lambda_functions": {"api_handler": {"environment_variables": {"TABLE": "orders"}}}}}}`,
	})
	m, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: dir, Stage: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "orders-true-true"; m.Name != want {
		t.Errorf("got %s, want %s", m.Name, want)
	}
}

// TestWhatADescribedProgramSees: nothing of the developer's environment but what says
// what the machine is like, and what is named.
func TestWhatADescribedProgramSees(t *testing.T) {
	dir := newProject(t, map[string]string{
		"main.go": `package main

import (
	"encoding/json"
	"os"
	"sort"
	"strings"
)

func main() {
	var names []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "AWS_L") || strings.HasPrefix(name, "AWS_P") || strings.HasPrefix(name, "MY_") || name == "HOME" || name == "PATH" || name == "GODEBUG" {
			names = append(names, name+":"+os.Getenv(name)[:1])
		}
	}
	sort.Strings(names)
	data, _ := json.Marshal(map[string]any{"version": 1, "name": strings.Join(names, " ")})
	os.WriteFile(os.Getenv("CHALICE_MODEL"), data, 0o644)
}
`,
		"steps.go":             "",
		".chalice/config.json": `{"environment_variables": {"MY_TABLE": "configured", "MY_ARN": {"Ref": "T"}}}`,
	})
	for name, value := range map[string]string{
		"GODEBUG": "http2debug=0", "AWS_PROFILE": "prod", "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1",
		"MY_TABLE": "shell", "MY_ARN": "shell", "MY_SECRET": "shell",
	} {
		t.Setenv(name, value)
	}
	for name, tc := range map[string]struct {
		pass, variables []string
		want            string
	}{
		"what it has to":                 {want: "GODEBUG:h HOME:/ MY_ARN:$ MY_TABLE:c PATH:/"},
		"what is named":                  {pass: []string{"MY_SECRET", "AWS_*"}, want: "AWS_PROFILE:p GODEBUG:h HOME:/ MY_ARN:$ MY_SECRET:s MY_TABLE:c PATH:/"},
		"in place of what is configured": {pass: []string{"MY_TABLE", "MY_ARN"}, want: "GODEBUG:h HOME:/ MY_ARN:s MY_TABLE:s PATH:/"},
		"variables of the input":         {pass: []string{"MY_ARN"}, variables: []string{"MY_TABLE=input", "MY_ARN=input"}, want: "GODEBUG:h HOME:/ MY_ARN:s MY_TABLE:i PATH:/"},
	} {
		m, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: dir, PassEnv: tc.pass, Variables: tc.variables})
		if err != nil {
			t.Fatal(err)
		}
		if m.Name != tc.want {
			t.Errorf("%s: got %s, want %s", name, m.Name, tc.want)
		}
	}
	_, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: dir, PassEnv: []string{"MY_SECERT"}})
	if want := "PassEnv MY_SECERT is no variable that is set; did you mean MY_SECRET?"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestSavedDescriptions(t *testing.T) {
	dir := newProject(t, map[string]string{
		"model.json":    model,
		"garbage.json":  `{"version": 1, "nam": "x"}`,
		"mistakes.json": `{"version": 1, "errors": [{"file": "main.go", "line": 7, "message": "no path"}]}`,
	})
	m, _, err := packager.Describe(t.Context(), packager.Input{AppModel: filepath.Join(dir, "model.json")})
	if err != nil || m.Name != "shop" {
		t.Errorf("got %v, %v; want the app shop", m, err)
	}
	_, _, err = packager.Describe(t.Context(), packager.Input{AppModel: filepath.Join(dir, "mistakes.json")})
	if !errors.As(err, new(*app.Mistake)) || err.Error() != "main.go:7: no path" {
		t.Errorf("got %v, want the app's mistake", err)
	}
	_, _, err = packager.Describe(t.Context(), packager.Input{AppModel: filepath.Join(dir, "garbage.json")})
	if err == nil || !strings.Contains(err.Error(), "garbage.json is not the description of an app: ") {
		t.Errorf("got %v, want the file's name", err)
	}
	_, _, err = packager.Describe(t.Context(), packager.Input{AppModel: filepath.Join(dir, "missing.json")})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want os.ErrNotExist", err)
	}
}

func TestCancelling(t *testing.T) {
	dir := newProject(t, steps(`time.Sleep(time.Hour)`, ``))
	if _, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: dir, Timeout: time.Millisecond}); err == nil {
		t.Fatal("the program describes itself, which it shouldn't")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := packager.Build(ctx, packager.Input{ProjectDir: dir, Out: filepath.Join(dir, "out"), TemplateOnly: true})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %s to stop", took)
	}
}
