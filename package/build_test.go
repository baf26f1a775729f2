package packager_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	packager "github.com/chalice-go/chalice/package"
)

const shop = `package main

import (
	"context"
	"encoding/json"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("shop")
	a.Route("/", index)
	a.LambdaFunction(report)
	dispatch.Start(a)
}

func index(ctx context.Context, r *app.Request) (any, error) { return "hello", nil }

func report(ctx context.Context, event json.RawMessage) (any, error) { return nil, nil }
`

// newShop writes a project that uses this checkout of chalice.
func newShop(t *testing.T, dir string) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatal(err)
	}
	chalice := filepath.Dir(strings.TrimSpace(string(out)))
	sums, err := os.ReadFile(filepath.Join(chalice, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "go.sum", string(sums))
	write(t, dir, "go.mod", fmt.Sprintf(`module example.com/shop

go 1.26

require (
	github.com/aws/aws-lambda-go v1.55.1 // indirect
	github.com/chalice-go/chalice v0.0.0
)

replace github.com/chalice-go/chalice => %q
`, chalice))
	write(t, dir, "main.go", shop)
	write(t, dir, ".chalice/config.json", `{"version": "2.0", "app_name": "shop", "stages": {"dev": {}, "intel": {"lambda_architecture": "x86_64"}}}`)
	return dir
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sha(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func TestBuild(t *testing.T) {
	dir := newShop(t, filepath.Join(t.TempDir(), "a shöp"))
	out, err := packager.Build(t.Context(), packager.Input{ProjectDir: dir, Out: filepath.Join(dir, "out"), Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	template, archive := read(t, out.Template), read(t, out.Zip)
	if out.TemplateDigest != sha(template) || out.ZipDigest != sha(archive) {
		t.Error("the digests aren't those of the files")
	}
	var ids []string
	for _, r := range out.Resources {
		ids = append(ids, r.ID)
	}
	if diff := cmp.Diff([]string{"DefaultRole", "Report", "APIHandler", "RestAPI", "APIHandlerInvokePermission"}, ids); diff != "" {
		t.Errorf("resources: want -, got +\n%s", diff)
	}
	checkBootstrap(t, archive, elf.EM_AARCH64)
	t.Run("read by others", func(t *testing.T) { readByOthers(t, out.Zip) })
	for name := range contents(t, dir) {
		if strings.HasPrefix(name, ".chalice-") {
			t.Errorf("a temporary folder is left: %s", name)
		}
	}

	t.Run("again elsewhere", func(t *testing.T) {
		elsewhere := newShop(t, t.TempDir())
		t.Chdir(elsewhere)
		again, err := packager.Build(t.Context(), packager.Input{Out: "pack", Version: "1.2.3"})
		if err != nil {
			t.Fatal(err)
		}
		if again.Template != filepath.Join("pack", "sam.yaml") {
			t.Errorf("got the path %q, want it relative as it was given", again.Template)
		}
		if again.TemplateDigest != out.TemplateDigest || again.ZipDigest != out.ZipDigest {
			t.Errorf("the same source gives other bytes:\ngot  %s %s\nwant %s %s",
				again.TemplateDigest, again.ZipDigest, out.TemplateDigest, out.ZipDigest)
		}
	})
}

// readByOthers has other readers of zips look whether the file is whole.
func readByOthers(t *testing.T, file string) {
	for _, reader := range [][]string{
		{"unzip", "-t", file},
		{"python3", "-c", "import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip())", file},
	} {
		t.Run(reader[0], func(t *testing.T) {
			if _, err := exec.LookPath(reader[0]); err != nil {
				t.Skip(err)
			}
			if said, err := exec.Command(reader[0], reader[1:]...).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
}

// checkBootstrap looks into the zip as Lambda does.
func checkBootstrap(t *testing.T, archive []byte, machine elf.Machine) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != 1 || z.File[0].Name != "bootstrap" {
		t.Fatalf("got %d files, want bootstrap alone", len(z.File))
	}
	f := z.File[0]
	if f.Mode() != 0o755 || !f.Modified.Equal(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)) || f.Method != zip.Deflate {
		t.Errorf("got mode %v, time %v, method %d", f.Mode(), f.Modified, f.Method)
	}
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	program, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	e, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	if e.Machine != machine {
		t.Errorf("got a program for %v, want %v", e.Machine, machine)
	}
	if libs, _ := e.ImportedLibraries(); len(libs) > 0 {
		t.Errorf("the program isn't static: %v", libs)
	}
	if e.Section(".symtab") != nil || e.Section(".debug_info") != nil {
		t.Error("the program isn't stripped")
	}
	if bytes.Contains(program, []byte("net/rpc.")) {
		t.Error("the program holds net/rpc")
	}
	if wd, err := os.Getwd(); err == nil && bytes.Contains(program, []byte(filepath.Join(wd, "build_test.go"))) {
		t.Error("the program holds paths of this machine")
	}
}

// For a machine like this one, what describes the app and what is packaged
// are one build; for another there are two.
func TestNumberOfBuilds(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs Lambda's operating system")
	}
	dir := newProject(t, map[string]string{
		".chalice/config.json": `{"stages": {"amd64": {"lambda_architecture": "x86_64"}, "arm64": {}}}`,
	})
	builds := logGo(t)
	for _, stage := range []string{"amd64", "arm64"} {
		out, err := packager.Build(t.Context(), packager.Input{ProjectDir: dir, Stage: stage, Out: filepath.Join(dir, stage)})
		if err != nil {
			t.Fatal(err)
		}
		checkBootstrap(t, read(t, out.Zip), map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[stage])
		got := builds("build")
		want := []string{"linux/" + stage}
		if stage != runtime.GOARCH {
			want = append(want, "linux/"+runtime.GOARCH)
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("stage %s: builds: want -, got +\n%s", stage, diff)
		}
	}
}

// logGo returns a function that says for which targets go was called, with a command,
// since the last time it was asked.
func logGo(t *testing.T) func(command string) []string {
	t.Helper()
	real, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	log := filepath.Join(bin, "log")
	write(t, bin, "go", "#!/bin/sh\necho \"$1 $GOOS/$GOARCH\" >>'"+log+"'\nexec '"+real+"' \"$@\"\n")
	if err := os.Chmod(filepath.Join(bin, "go"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return func(command string) []string {
		t.Helper()
		var targets []string
		for line := range strings.Lines(string(read(t, log))) {
			if called, target, _ := strings.Cut(strings.TrimSpace(line), " "); called == command {
				targets = append(targets, target)
			}
		}
		slices.Sort(targets)
		if err := os.Remove(log); err != nil {
			t.Fatal(err)
		}
		return targets
	}
}

// An app without functions has no zip, and an older one doesn't stay.
func TestAppWithoutFunctions(t *testing.T) {
	dir := newProject(t, map[string]string{"model.json": `{"version": 1, "name": "shop"}`})
	out := filepath.Join(dir, "out")
	write(t, out, "deployment.zip", "stale")
	got, err := packager.Build(t.Context(), packager.Input{ProjectDir: dir, Out: out, AppModel: filepath.Join(dir, "model.json")})
	if err != nil {
		t.Fatal(err)
	}
	if got.Zip != "" || got.ZipDigest != "" || len(got.Resources) != 0 {
		t.Errorf("got %+v, want neither zip nor resources", got)
	}
	if _, stale := contents(t, out)["deployment.zip"]; stale {
		t.Error("the stale zip is still there")
	}
}
