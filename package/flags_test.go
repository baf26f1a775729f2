package packager_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	packager "github.com/chalice-go/chalice/package"
)

// telling is a program whose name says which flags it was compiled with.
var telling = map[string]string{
	"main.go": "package main\n\nimport \"os\"\n\nvar version, built = \"none\", \"never\"\n\nconst fixed = \"fixed\"\n\nvar tags string\n\n" +
		"func main() {\n\tname := version + \"_\" + built + \"_\" + fixed + tags\n" +
		"\tos.WriteFile(os.Getenv(\"CHALICE_MODEL\"), []byte(`{\"version\": 1, \"name\": \"`+name+`\", \"functions\": [{\"name\": \"f\", \"kind\": \"lambda\"}]}`), 0o644)\n}\n",
	"steps.go":             "",
	"a.go":                 "//go:build a\n\npackage main\n\nfunc init() { tags += \"_a\" }\n",
	"b.go":                 "//go:build b\n\npackage main\n\nfunc init() { tags += \"_b\" }\n",
	"c.go":                 "//go:build c\n\npackage main\n\nfunc init() { tags += \"_c\" }\n",
	".chalice/config.json": `{"stages": {"dev": {}, "both": {"build_tags": ["a,b"], "ldflags": ["-X main.version=conf", "-X 'main.built=in May'"]}, "text": {"build_tags": "b,c", "ldflags": "-X main.version=text"}}}`,
}

// TestFlagsAreMerged: what the environment, the configuration and the input say all
// counts, and of several values of one variable the last.
func TestFlagsAreMerged(t *testing.T) {
	dir := newProject(t, telling)
	for name, tc := range map[string]struct {
		goflags string
		in      packager.Input
		want    string
	}{
		"nothing":              {want: "none_never_fixed"},
		"of the environment":   {goflags: "-tags=a,b '-ldflags=-X main.version=env'", want: "env_never_fixed_a_b"},
		"tags given twice":     {goflags: "-tags=a --tags=b", want: "none_never_fixed_b"},
		"with other quotes":    {goflags: `"-ldflags=-X 'main.built=in June' -X main.version=env" -count=1`, want: "env_in June_fixed"},
		"for a pattern":        {goflags: "'-ldflags=all=-X main.version=all' -tags=a", want: "all_never_fixed_a"},
		"for another's":        {goflags: "'-ldflags=example.com/other=-X main.version=other'", want: "none_never_fixed"},
		"of the configuration": {in: packager.Input{Stage: "both"}, want: "conf_in May_fixed_a_b"},
		"as texts":             {in: packager.Input{Stage: "text"}, want: "text_never_fixed_b_c"},
		"of the input":         {in: packager.Input{BuildTags: []string{"c"}, LinkerFlags: []string{"-X main.version=in", "-X main.built=now"}}, want: "in_now_fixed_c"},
		"of all": {
			goflags: "-tags=a '-ldflags=-X main.version=env'",
			in:      packager.Input{Stage: "text", LinkerFlags: []string{"-X main.version=in"}}, want: "in_never_fixed_a_b_c",
		},
		"what only tests and debuggers want": {goflags: "-race -cover -gcflags=all=-N -buildmode=pie -n -json -x -mod=mod", want: "none_never_fixed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOFLAGS", tc.goflags)
			tc.in.ProjectDir = dir
			model, _, err := packager.Describe(t.Context(), tc.in)
			if err != nil {
				t.Fatal(err)
			}
			if model.Name != tc.want {
				t.Errorf("got %s, want %s", model.Name, tc.want)
			}
		})
	}
}

func TestWrongFlags(t *testing.T) {
	files := map[string]string{".chalice/config.json": `{
	"stages": {
		"linker": {"ldflags": ["-s",
			"-nonsense"]},
		"stamp": {"ldflags": "-X main.versoin=1"},
		"dev": {}
	}}`}
	for name, text := range telling {
		if files[name] == "" {
			files[name] = text
		}
	}
	files["wrong.go"] = "package main\n\nnothing is compiled]"
	for name, tc := range map[string]struct {
		goflags string
		in      packager.Input
		want    string
	}{
		"a value that is a word of its own": {"-tags prod", packager.Input{}, `GOFLAGS (see go env GOFLAGS) has -tags without a value: write it in one word, -tags=VALUE`},
		"no flag":                           {"-mod=mod prod", packager.Input{}, `GOFLAGS (see go env GOFLAGS) has "prod", which is no flag: a flag and its value are one word, such as -tags=prod`},
		"half a quote":                      {"'-tags=a", packager.Input{}, `GOFLAGS (see go env GOFLAGS): a quote (') is without its other one`},
		"a tag of the environment":          {"-tags=!prod", packager.Input{}, `GOFLAGS: "!prod" can't be a build tag, which has letters, digits, _ and dots; several are separated by commas`},
		"a linker's flag of the environment": {"-ldflags=-nonsense", packager.Input{},
			"-ldflags in GOFLAGS: flag provided but not defined: -nonsense"},
		"a tag":                                {"", packager.Input{BuildTags: []string{"a b"}}, `BuildTags: "a b" can't be a build tag`},
		"a linker's flag of the configuration": {"", packager.Input{Stage: "linker"}, ".chalice/config.json:3: ldflags: flag provided but not defined: -nonsense"},
		"no linker's flag":                     {"", packager.Input{LinkerFlags: []string{"main.version=secret"}}, "LinkerFlags: it has to begin with a flag of the linker, such as -X main.version=1.2.3"},
		"no value":                             {"", packager.Input{LinkerFlags: []string{"-X main.version"}}, "LinkerFlags: -X flag requires argument of the form importpath.name=value"},
		"a space":                              {"", packager.Input{LinkerFlags: []string{"-X main.built=in May"}}, "LinkerFlags: the last flag lacks its value, or a value with a space isn't in quotes, such as -X 'main.built=4 May'"},
		"a quote":                              {"", packager.Input{LinkerFlags: []string{"-X 'main.built=in May"}}, "LinkerFlags: a quote (') is without its other one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOFLAGS", tc.goflags)
			tc.in.ProjectDir = newProject(t, files)
			_, _, err := packager.Describe(t.Context(), tc.in)
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("a value is told: %v", err)
			}
		})
	}
}

// TestStampsHaveVariables: the linker itself says nothing about a variable that isn't
// there.
func TestStampsHaveVariables(t *testing.T) {
	dir := newProject(t, telling)
	for flags, want := range map[string]string{
		"-X main.versoin=1":             "LinkerFlags: -X sets main.versoin, a variable that the program doesn't have; did you mean version?",
		"-s -X=main.fixed=1":            "LinkerFlags: -X sets variables, and main.fixed is a constant: declare it with var",
		"-X main.version=1 --X main.x=": "LinkerFlags: -X sets main.x, a variable that the program doesn't have",
	} {
		_, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: dir, LinkerFlags: []string{flags}})
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", flags, err, want)
		}
	}
	// Other programs may have what GOFLAGS names, and other packages aren't looked at.
	t.Setenv("GOFLAGS", "'-ldflags=-X main.commit=1'")
	if _, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: dir, LinkerFlags: []string{"-X example.com/shop/lib.version=1"}}); err != nil {
		t.Error(err)
	}
}

// TestEnvironmentDoesNotChangeBytes: how a machine compiles for its tests and for its own
// processor is no matter of Lambda's.
func TestEnvironmentDoesNotChangeBytes(t *testing.T) {
	dir := newProject(t, map[string]string{".chalice/config.json": `{"stages": {"arm": {}, "intel": {"lambda_architecture": "x86_64"}}}`})
	build := func(stage string) (digest, said string) {
		out, err := packager.Build(t.Context(), packager.Input{ProjectDir: dir, Stage: stage, Out: filepath.Join(t.TempDir(), "out"), NoAnalysis: true})
		if err != nil {
			t.Fatal(err)
		}
		return out.ZipDigest, fmt.Sprint(out.Warnings)
	}
	want := map[string]string{}
	for _, stage := range []string{"arm", "intel"} {
		var said string
		if want[stage], said = build(stage); said != "[]" {
			t.Errorf("%s: it says %q of an environment that has nothing to say", stage, said)
		}
	}
	t.Setenv("GOARM64", "v9.0")
	t.Setenv("GOAMD64", "v3")
	t.Setenv("GOFLAGS", "-gcflags=all=-N -asmflags=-S -trimpath=false -buildvcs=true")
	t.Setenv("CGO_ENABLED", "1")
	for stage, machine := range map[string]string{"arm": "GOARM64=v9.0", "intel": "GOAMD64=v3"} {
		digest, said := build(stage)
		if digest != want[stage] {
			t.Errorf("%s: the environment changes the program", stage)
		}
		warning := "[of the environment (see go env), -gcflags=all=-N, -asmflags=-S, -trimpath=false, -buildvcs=true, " + machine +
			" is left out: the program is to be the same wherever it is compiled]"
		if said != warning {
			t.Errorf("%s: got %q, want %q", stage, said, warning)
		}
	}
}

// TestEveryRunOfGoHasTheFlags: whatever reads the source reads the same files.
func TestEveryRunOfGoHasTheFlags(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs Lambda's operating system")
	}
	dir := newProject(t, telling)
	log := spyOnGo(t)
	t.Setenv("GOFLAGS", "-tags=a -mod=mod -race '-ldflags=-X main.version=env'")
	t.Setenv("GOAMD64", "v3")
	in := packager.Input{ProjectDir: dir, Stage: "text", BuildTags: []string{"c"}, Out: filepath.Join(t.TempDir(), "out"), Cache: t.TempDir(), Force: true}
	for what, do := range map[string]func() error{
		"Build": func() error { _, err := packager.Build(t.Context(), in); return err },
		"Archive": func() error {
			_, _, err := packager.Archive(t.Context(), in, filepath.Join(t.TempDir(), "zip"))
			return err
		},
		"Graph":        func() error { _, _, err := packager.Graph(t.Context(), in); return err },
		"FindPolicies": func() error { _, err := packager.FindPolicies(t.Context(), in); return err },
		"BuildProgram": func() error { _, err := packager.BuildProgram(t.Context(), in, t.TempDir(), false); return err },
		"FindSources":  func() error { _, err := packager.FindSources(t.Context(), in); return err },
	} {
		if err := do(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		runs := 0
		for line := range strings.Lines(string(read(t, log))) {
			command, _, _ := strings.Cut(line, " ")
			if command != "build" && command != "list" || strings.Contains(line, " -- unsafe ") { // which version of Go it is
				continue
			}
			runs++
			for _, part := range []string{" -tags=lambda.norpc,a,b,c,c ", " GOFLAGS=-mod=mod ", " CGO_ENABLED=0 ", " GOAMD64=v1 ", " GOARM64=v8.0 "} {
				if !strings.Contains(line, part) {
					t.Errorf("%s: go runs without%s: %s", what, part, line)
				}
			}
			if command == "build" && !strings.Contains(line, "-X main.version=env -X main.version=text") {
				t.Errorf("%s: go build has not the flags of the linker: %s", what, line)
			}
		}
		if runs == 0 {
			t.Errorf("%s: go has not been run", what)
		}
		if err := os.Truncate(log, 0); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzGoFlags: what stays of GOFLAGS is read again as it was, with nothing to add or to
// leave out.
func FuzzGoFlags(f *testing.F) {
	for _, text := range []string{"-tags=a,b -race", `'-ldflags=-X "main.v=a b"' -mod=mod`, `"-overlay=a b.json" -x`, "-tags 'a", "- -= --", `-p='1 "`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rest, err := packager.RestOfGoFlags(text)
		if err != nil {
			return
		}
		again, err := packager.RestOfGoFlags(rest)
		if err != nil || again != rest {
			t.Errorf("of %q stays %q, of which stays %q, and the error %v", text, rest, again, err)
		}
	})
}

// spyOnGo notes in a file how go is run, in a line for each run.
func spyOnGo(t *testing.T) (log string) {
	t.Helper()
	real, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	log = filepath.Join(bin, "log")
	script := "#!/bin/sh\necho \"$* GOFLAGS=$GOFLAGS CGO_ENABLED=$CGO_ENABLED GOAMD64=$GOAMD64 GOARM64=$GOARM64 .\" >>'%s'\nexec '%s' \"$@\"\n"
	write(t, bin, "go", fmt.Sprintf(script, log, real))
	if err := os.Chmod(filepath.Join(bin, "go"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return log
}
