package policy_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/policy"
)

// requireChalice makes a module use this checkout, and what it needs.
func requireChalice(t testing.TB, module string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var sums []byte
	for _, file := range []string{filepath.Join(module, "go.sum"), filepath.Join(root, "go.sum")} {
		data, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		sums = append(sums, data...)
	}
	if err := os.WriteFile(filepath.Join(module, "go.sum"), sums, 0o644); err != nil {
		t.Fatal(err)
	}
	goCommand(t, module, "mod", "edit", "-require=github.com/chalice-go/chalice@v0.0.0", "-replace=github.com/chalice-go/chalice="+root)
	online(t, module)
}

// online skips a test if the modules that it needs are neither on this machine
// nor to be had.
func online(t testing.TB, module string) {
	t.Helper()
	c := exec.Command("go", "list", "-mod=mod", "-deps", "./...")
	c.Dir, c.Env = module, append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	err := c.Run()
	for _, sign := range []string{"dial tcp", "module lookup disabled", "connection refused", "no such host", "i/o timeout"} {
		if err != nil && os.Getenv("CI") == "" && strings.Contains(stderr.String(), sign) {
			t.Skipf("the SDK's modules are not to be had here: %s", &stderr)
		}
	}
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
}

func goCommand(t testing.TB, dir string, args ...string) {
	t.Helper()
	c := exec.Command("go", args...)
	c.Dir, c.Env = dir, append(os.Environ(), "GOWORK=off")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, out)
	}
}

// describe builds a program and has it describe itself, as packaging does.
func describe(t testing.TB, dir string) []policy.Registration {
	t.Helper()
	program, file := filepath.Join(t.TempDir(), "program"), filepath.Join(t.TempDir(), "model.json")
	goCommand(t, dir, "build", "-mod=mod", "-trimpath", "-o", program, ".")
	c := exec.Command(program)
	c.Env = []string{app.ModelVariable + "=" + file, "AWS_EC2_METADATA_DISABLED=true", "HOME=" + t.TempDir()}
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("describe: %v\n%s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	type item struct {
		Name, Handler, Poison string
		Type                  string
		Source                struct {
			File string
			Line int
		}
	}
	var model struct {
		Routes, Authorizers, Functions []item
	}
	if err := json.Unmarshal(data, &model); err != nil {
		t.Fatal(err)
	}
	var all []policy.Registration
	add := func(function string, i item) {
		all = append(all, policy.Registration{Function: function, File: i.Source.File, Line: i.Source.Line, Handler: i.Handler})
	}
	for _, i := range model.Routes {
		add(app.RESTHandler, i)
	}
	for _, i := range model.Authorizers {
		if i.Type == "builtin" {
			add(i.Name, i)
		}
	}
	for _, i := range model.Functions {
		add(i.Name, i)
		if i.Handler = i.Poison; i.Handler != "" {
			add(i.Name, i)
			all[len(all)-1].Decides = true
		}
	}
	return all
}
