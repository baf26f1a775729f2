package scaffold_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	modpath "golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

const chalice = "github.com/chalice-go/chalice"

// command is a program that does nothing but new-project.
const command = `package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"

	"` + chalice + `/internal/scaffold"
)

var release string

func main() {
	in := scaffold.Input{Dir: os.Args[1], NoGit: true, Release: release}
	in.Build, _ = debug.ReadBuildInfo()
	project, err := scaffold.New(context.Background(), in)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(project.Elsewhere())
}
`

// TestRelease takes the command as a released version: installed from a module proxy of
// our own, and built in a checkout to be downloaded. It builds and tests a project that
// the command makes.
func TestRelease(t *testing.T) {
	const version = "v0.9.0"
	proxy, source := t.TempDir(), checkout(t)
	publish(t, proxy, version, source)
	t.Run("installed", func(t *testing.T) {
		released(t, proxy, version, func(env []string, bin string) {
			run(t, bin, env, "go", "install", chalice+"/cmd/new@"+version)
		})
	})
	t.Run("downloaded", func(t *testing.T) {
		released(t, proxy, version, func(_ []string, bin string) {
			told := "-ldflags=-X main.release=" + version
			run(t, source, nil, "go", "build", "-buildvcs=false", "-trimpath", told, "-o", filepath.Join(bin, "new"), "./cmd/new")
		})
	})
}

// TestElsewhere: a project of a checkout gets a release by what is said of it.
func TestElsewhere(t *testing.T) {
	const version = "v0.9.0"
	proxy, source, work, cache := t.TempDir(), checkout(t), t.TempDir(), t.TempDir()
	publish(t, proxy, version, source)
	env := proxied(t, proxy, cache)
	program := filepath.Join(work, "new")
	run(t, source, nil, "go", "build", "-buildvcs=false", "-trimpath=false", "-o", program, "./cmd/new")
	said := run(t, work, nil, program, "hello")
	_, commands, ok := strings.Cut(said, "for a release: ")
	if !ok {
		t.Fatalf("no commands are said: %s", said)
	}
	project := filepath.Join(work, "hello")
	for command := range strings.SplitSeq(commands, " && ") {
		words := strings.Fields(command)
		run(t, project, env, words[0], words[1:]...)
	}
	requires(t, project, version)
	run(t, project, env, "go", "vet", "./...")
}

// released makes a project with the command that get puts into a folder.
func released(t *testing.T, proxy, version string, get func(env []string, bin string)) {
	t.Helper()
	cache, bin, work := t.TempDir(), t.TempDir(), t.TempDir()
	env := append(proxied(t, proxy, cache), "GOBIN="+bin)
	get(env, bin)
	run(t, work, env, filepath.Join(bin, "new"), "hello")
	project := filepath.Join(work, "hello")
	requires(t, project, version)
	run(t, project, env, "go", "vet", "./...")
	run(t, project, env, "go", "test", "./...")
	run(t, project, env, "go", "mod", "verify")
}

// proxied is an environment in which our module comes from a proxy.
func proxied(t *testing.T, proxy, cache string) []string {
	t.Helper()
	return []string{
		// What our own modules need is in this machine's cache, which has the
		// form of a proxy; the installed version must not get into it.
		"GOPROXY=file://" + proxy + ",file://" + goEnv(t, "GOMODCACHE") + "/cache/download",
		"GOSUMDB=off", "GOFLAGS=-modcacherw", "GOMODCACHE=" + cache, "GOWORK=off",
	}
}

func requires(t *testing.T, project, version string) {
	t.Helper()
	mod, err := os.ReadFile(filepath.Join(project, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if text := string(mod); !strings.Contains(text, chalice+" "+version) || strings.Contains(text, "replace") {
		t.Errorf("go.mod doesn't simply require %s:\n%s", version, text)
	}
}

// TestNoSource: a command that doesn't know where its source is says so.
func TestNoSource(t *testing.T) {
	for name, tc := range map[string]struct {
		flag string
		gone bool
		want string
	}{
		"a build without paths":   {"-trimpath", false, "this command doesn't know where it was built; name a checkout with --chalice-source"},
		"a checkout that is gone": {"-trimpath=false", true, "is not a checkout of chalice: it has no go.mod; name a checkout with --chalice-source"},
	} {
		t.Run(name, func(t *testing.T) {
			source, work := checkout(t), t.TempDir()
			program := filepath.Join(work, "new")
			run(t, source, nil, "go", "build", "-buildvcs=false", tc.flag, "-o", program, "./cmd/new")
			if tc.gone {
				if err := os.RemoveAll(source); err != nil {
					t.Fatal(err)
				}
			}
			c := exec.Command(program, "hello")
			c.Dir = work
			out, err := c.CombinedOutput()
			if err == nil || !strings.Contains(string(out), tc.want) {
				t.Errorf("got %v, %s, want an error with %q", err, out, tc.want)
			}
			if _, err := os.Stat(filepath.Join(work, "hello")); err == nil {
				t.Error("there is a project nevertheless")
			}
		})
	}
}

// TestOwnSource: a command that go install makes in a clone knows the clone, and so does a
// build without paths if the linker was told.
func TestOwnSource(t *testing.T) {
	source := checkout(t)
	for name, flags := range map[string][]string{
		"with paths": {"-trimpath=false"},
		"told":       {"-trimpath", "-ldflags=-X '" + chalice + "/internal/scaffold.madeIn=" + source + "'"},
	} {
		t.Run(name, func(t *testing.T) {
			work := t.TempDir()
			install := append(append([]string{"-C", source, "install", "-buildvcs=false"}, flags...), "./cmd/new")
			run(t, work, []string{"GOBIN=" + work}, "go", install...)
			run(t, work, nil, filepath.Join(work, "new"), "hello")
			mod, err := os.ReadFile(filepath.Join(work, "hello", "go.mod"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(mod), "=> "+source) {
				t.Errorf("go.mod doesn't replace %s by %s:\n%s", chalice, source, mod)
			}
		})
	}
}

// checkout copies what a project needs of this module, and what makes one.
func checkout(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	out := run(t, "../..", nil, "go", "list", "-deps", "-json=ImportPath,Dir,GoFiles,EmbedFiles",
		"./apptest", "./dispatch", "./internal/scaffold")
	copied := map[string][]string{"": {"go.mod", "go.sum"}}
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var p struct {
			ImportPath          string
			GoFiles, EmbedFiles []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if folder, ok := strings.CutPrefix(p.ImportPath, chalice+"/"); ok {
			copied[folder] = append(p.GoFiles, p.EmbedFiles...)
		}
	}
	for folder, names := range copied {
		for _, name := range names {
			data, err := os.ReadFile(filepath.Join("../..", folder, name))
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, folder, name), data)
		}
	}
	write(t, filepath.Join(dir, "cmd/new/main.go"), []byte(command))
	return dir
}

// publish puts a version of our module into the folder of a module proxy.
// https://go.dev/ref/mod#goproxy-protocol
func publish(t *testing.T, proxy, version, source string) {
	t.Helper()
	dir := filepath.Join(proxy, chalice, "@v")
	mod, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := modzip.CreateFromDir(&archive, modpath.Version{Path: chalice, Version: version}, source); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "list"), []byte(version+"\n"))
	write(t, filepath.Join(dir, version+".info"), []byte(`{"Version":"`+version+`"}`))
	write(t, filepath.Join(dir, version+".mod"), mod)
	write(t, filepath.Join(dir, version+".zip"), archive.Bytes())
}

func write(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	return strings.TrimSpace(run(t, "", nil, "go", "env", name))
}

// run returns what a command prints.
func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), env...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, &stdout, &stderr)
	}
	return stdout.String()
}
