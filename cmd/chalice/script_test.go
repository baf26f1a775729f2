package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
)

var update = flag.Bool("update", false, "rewrite the scripts' files that differ from what is printed")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"chalice": func() {
		logPatience = time.Hour // what is printed doesn't depend on the machine's speed
		main()
	}})
}

// TestScript runs the scripts in testdata/script: each is a person at a
// terminal, with the files that are there and what is printed.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		Setup:               setup(t),
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"mistake": mistake, "await": await, "unzip": unzip},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
	})
}

// TestEndpoint runs the scripts in testdata/endpoint, in which apps are deployed. The
// AWS CLI tells what has become of them.
func TestEndpoint(t *testing.T) {
	endpointtest.Need(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/endpoint",
		Setup: func(e *testscript.Env) error {
			for _, variable := range os.Environ() {
				if strings.HasPrefix(variable, "AWS_") {
					e.Vars = append(e.Vars, variable)
				}
			}
			return setup(t)(e)
		},
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"mistake": mistake, "replace": replace, "status": status},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
	})
}

// TestMigrate runs the scripts in testdata/migrate, in which CHALICE_PYTHON names a
// Python with Chalice.
func TestMigrate(t *testing.T) {
	python := os.Getenv("CHALICE_PYTHON")
	if python == "" {
		t.Skip("CHALICE_PYTHON names no Python with Chalice: make conformance-migrate installs one")
	}
	python, err := filepath.Abs(filepath.Join("../..", python))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/migrate",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PYTHON", python)
			e.Setenv("VIRTUAL_ENV", filepath.Dir(filepath.Dir(python)))
			return setup(t)(e)
		},
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"mistake": mistake, "await": await},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
	})
}

// setup lets the scripts compile programs, with what this machine has already:
// nothing is downloaded.
func setup(t *testing.T) func(*testscript.Env) error {
	out, err := exec.Command("go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY").Output()
	if err != nil {
		t.Fatal(err)
	}
	var goEnv map[string]string
	if err := json.Unmarshal(out, &goEnv); err != nil {
		t.Fatal(err)
	}
	checkout, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return func(e *testscript.Env) error {
		e.Setenv("CHECKOUT", checkout)
		for name, value := range goEnv {
			e.Setenv(name, value)
		}
		e.Setenv("GOPROXY", "off")
		e.Setenv("PROXY", goEnv["GOPROXY"]) // for a command that does need it
		// The race detector makes every process wait a second at its end.
		e.Setenv("GORACE", "atexit_sleep_ms=0")
		// The folder of the command alone, for a machine without Go.
		e.Setenv("BIN", filepath.SplitList(e.Getenv("PATH"))[0])
		return nil
	}
}

// mistake runs a command that has to fail as every mistake of a user's does:
// with status 1, one error on standard error and nothing on standard output,
// and without anything left behind. A script goes on to look at the error.
func mistake(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: mistake command [args...]")
	}
	before := tree(ts)
	err := ts.Exec(args[0], args[1:]...)
	exit := (*exec.ExitError)(nil)
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		ts.Fatalf("%v: got %v, want exit status 1", args, err)
	}
	if stdout := ts.ReadFile("stdout"); stdout != "" {
		ts.Fatalf("%v: a mistake, but standard output has %q", args, stdout)
	}
	if stderr := ts.ReadFile("stderr"); !strings.HasPrefix(stderr, "Error: ") || strings.Count(stderr, "Error: ") != 1 {
		ts.Fatalf("%v: standard error is not one error: %q", args, stderr)
	}
	if after := tree(ts); after != before {
		ts.Fatalf("%v: a mistake, but it changed files\nbefore:\n%s\nafter:\n%s", args, before, after)
	}
}

// await waits until there is a file.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await file")
	}
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
	}
	ts.Fatalf("%s didn't come to be", args[0])
}

// unzip unpacks a zip into a folder.
func unzip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: unzip file folder")
	}
	archive, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer archive.Close()
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), archive))
}

// tree lists the files below the script's folder, temporary ones included.
func tree(ts *testscript.TestScript) string {
	var b strings.Builder
	err := filepath.WalkDir(ts.Getenv("WORK"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if entry.IsDir() {
			fmt.Fprintln(&b, path)
		} else {
			fmt.Fprintln(&b, path, info.Size(), info.ModTime())
		}
		return nil
	})
	ts.Check(err)
	return b.String()
}
