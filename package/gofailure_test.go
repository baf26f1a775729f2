package packager_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	packager "github.com/chalice-go/chalice/package"
)

// TestGoProblems: what isn't the source's fault isn't called so, and each has a sentence
// of its own that says what to do.
func TestGoProblems(t *testing.T) {
	const imports = "package main\n\nimport _ \"example.com/other\"\n\nfunc main() {}\n"
	mod := func(lines string) string { return "module example.com/shop\n\ngo 1.26\n" + lines }
	sums := "example.com/other v1.0.0 h1:" + strings.Repeat("A", 43) + "=\nexample.com/other v1.0.0/go.mod h1:" + strings.Repeat("A", 43) + "=\n"
	for name, tc := range map[string]struct {
		files map[string]string
		env   map[string]string
		want  string
	}{
		"a workspace without the module": {
			files: map[string]string{"../go.work": "go 1.26\n\nuse ./lib\n", "../lib/go.mod": "module example.com/lib\n"},
			want:  "go.work doesn't list the program's module: go work use adds it, and GOWORK=off does without go.work:\n\t",
		},
		"a workspace with a module that isn't there": {
			files: map[string]string{"go.work": "go 1.26\n\nuse ./lib\n"},
			want:  "go.work lists a module that can't be loaded: correct it, or do without it (GOWORK=off):\n\tgo: ",
		},
		"inconsistent vendoring": {
			files: map[string]string{"go.mod": mod("require example.com/other v1.0.0\n"), "vendor/modules.txt": "# example.com/third v1.0.0\n## explicit\n"},
			want:  "the folder vendor isn't what go.mod asks for: go mod vendor makes it anew:\n\tgo: inconsistent vendoring in ",
		},
		"a package that isn't vendored": {
			files: map[string]string{"main.go": imports, "vendor/modules.txt": "# example.com/third v1.0.0\n"},
			want:  "the folder vendor isn't what go.mod asks for: go mod vendor makes it anew:\n\tmain.go:3:8: ",
		},
		"a newer Go": {
			files: map[string]string{"go.mod": "module example.com/shop\n\ngo 1.99\n"}, env: map[string]string{"GOTOOLCHAIN": "local"},
			want: "the program needs a newer Go than there is here: install it from https://go.dev/dl, or let Go download it (GOTOOLCHAIN=auto):\n\tgo: go.mod requires go >= 1.99 ",
		},
		"a newer Go that can't be downloaded": {
			files: map[string]string{"go.mod": "module example.com/shop\n\ngo 1.99\n"}, env: map[string]string{"GOTOOLCHAIN": "auto"},
			want: "the program needs a newer Go than there is here: install it from https://go.dev/dl, or let Go download it (GOTOOLCHAIN=auto):\n\tgo: ",
		},
		"a module that go.sum lacks": {
			files: map[string]string{"main.go": imports, "go.mod": mod("require example.com/other v1.0.0\n")},
			want:  "go.mod or go.sum lacks something: go mod tidy adds it:\n\tmain.go:3:8: missing go.sum entry",
		},
		"a module that may not be downloaded": {
			files: map[string]string{"main.go": imports, "go.mod": mod("require example.com/other v1.0.0\n"), "go.sum": sums},
			want:  "a module can't be downloaded: see whether this machine is online, and what go env GOPROXY GOPRIVATE says:\n\tmain.go:3:8: module lookup disabled",
		},
		"a proxy that isn't there": {
			files: map[string]string{"main.go": imports, "go.mod": mod("require example.com/other v1.0.0\n"), "go.sum": sums},
			env:   map[string]string{"GOPROXY": "http://127.0.0.1:1"},
			want:  "a module can't be downloaded: see whether this machine is online, and what go env GOPROXY GOPRIVATE says:\n\tmain.go:3:8: example.com/other@v1.0.0: Get ",
		},
		"a folder that replaces a module, and isn't there": {
			files: map[string]string{"main.go": imports, "go.mod": mod("require example.com/other v1.0.0\n\nreplace example.com/other => ../other\n")},
			want:  "go.mod has a module replaced by a folder that isn't there:\n\tmain.go:3:8: ",
		},
		"a go.mod with a mistake": {
			files: map[string]string{"go.mod": mod("requires example.com/other v1.0.0\n")},
			want:  "Go can't read the module's files:\n\tgo: errors parsing go.mod:\n\tgo.mod:4: unknown directive: requires",
		},
		"no build cache": {
			env:  map[string]string{"GOCACHE": "off"},
			want: "Go has no folder for what it compiles: GOCACHE has to be one that can be written:\n\tbuild cache is disabled",
		},
		"a flag that Go doesn't know": {
			env:  map[string]string{"GOFLAGS": "-tgas=prod"},
			want: "Go doesn't understand a variable of its environment (go env):\n\tgo: parsing $GOFLAGS: unknown flag -tgas",
		},
		"a processor that Go doesn't know": {
			env:  map[string]string{"GOARM64": "v7"},
			want: "Go doesn't understand a variable of its environment (go env):\n\tgo: invalid GOARM64",
		},
		"flags that ask for cgo": {
			env:  map[string]string{"GOFLAGS": "-ldflags=-linkmode=external"},
			want: "the flags of the linker ask for cgo, without which programs for Lambda are built (CGO_ENABLED=0):\n\t",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOPROXY", "off")
			for name, value := range tc.env {
				t.Setenv(name, value)
			}
			_, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: newProject(t, tc.files)})
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
			if problem := (*packager.GoError)(nil); !errors.As(err, &problem) {
				t.Errorf("got a %T, want a GoError", err)
			}
		})
	}
}

// TestFullDisk has a go command that finds no room, which a test can't take away
// everywhere.
func TestFullDisk(t *testing.T) {
	for name, line := range map[string]string{
		"linking":   "/usr/local/go/pkg/tool/linux_amd64/link: mapping output file failed: no space left on device",
		"compiling": "compile: writing output: write $WORK/b002/_pkg_.a: no space left on device",
		"copying":   "go build example.com/shop: copying /tmp/go-build1/b001/exe/a.out to /tmp/chalice-1/linux-arm64.exe: write /tmp/chalice-1/linux-arm64.exe: disk quota exceeded",
	} {
		t.Run(name, func(t *testing.T) {
			bin := t.TempDir()
			write(t, bin, "go", "#!/bin/sh\ncase $1 in env) echo '{}';; *) echo '"+line+"' >&2; exit 1;; esac\n")
			if err := os.Chmod(filepath.Join(bin, "go"), 0o755); err != nil {
				t.Fatal(err)
			}
			t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			_, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: newProject(t, nil)})
			want := "the disk is full: Go needs room for what it compiles (go env GOCACHE) and for temporary files (GOTMPDIR)"
			if err == nil || !strings.HasPrefix(err.Error(), want+":\n\t") {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}

// TestCompileErrorsAreTheirs: what the compiler says of the source stays what it is, also
// if it reads like another problem.
func TestCompileErrorsAreTheirs(t *testing.T) {
	for name, source := range map[string]string{
		"a type":    "package main\n\nfunc main() { var n int = \"no space left on device\" }\n",
		"a name":    "package main\n\nfunc main() { vendor.go_work() }\n",
		"a package": "package main\n\nimport _ \"nosuch\"\n\nfunc main() {}\n",
		"a module":  "package main\n\nimport _ \"example.com/other\"\n\nfunc main() {}\n",
		"a circle":  "package main\n\ntype unknown [len(revision)]int\n\nvar revision unknown\n\nfunc main() {}\n",
	} {
		_, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: newProject(t, map[string]string{"main.go": source})})
		if compile := (*packager.CompileError)(nil); !errors.As(err, &compile) {
			t.Errorf("%s: got %v, want a CompileError", name, err)
		}
	}
}
