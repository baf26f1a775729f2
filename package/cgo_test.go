package packager_test

import (
	"errors"
	"strings"
	"testing"

	packager "github.com/chalice-go/chalice/package"
)

// needsCgo is a file of a package that Go leaves out without cgo.
func needsCgo(constraint, name string) string {
	return constraint + "package " + name + "\n\nimport (\n\t\"os\"\n\n\t\"C\"\n)\n\nfunc init() { os.Exit(7) }\n"
}

// TestCgo: no file of the user's is left out in silence.
func TestCgo(t *testing.T) {
	const imports = "package main\n\nimport _ \"example.com/shop/lib\"\n\nfunc before() {}\nfunc after()  {}\n"
	for name, tc := range map[string]struct {
		files map[string]string
		want  []string // files and lines; none: nothing is wrong
	}{
		"a file beside main":              {map[string]string{"native.go": needsCgo("", "main")}, []string{"native.go:6"}},
		"two of them":                     {map[string]string{"a.go": needsCgo("", "main"), "b_linux.go": needsCgo("", "main")}, []string{"a.go:6", "b_linux.go:6"}},
		"with C beside it":                {map[string]string{"native.go": needsCgo("", "main"), "f.c": "int f(void) { return 1; }\n"}, []string{"native.go:6"}},
		"nothing but cgo":                 {map[string]string{"main.go": needsCgo("", "main"), "steps.go": ""}, []string{"main.go:6"}},
		"nothing but cgo, and it says so": {map[string]string{"main.go": needsCgo("//go:build cgo\n\n", "main"), "steps.go": ""}, []string{"main.go:8"}},
		"a package of the module":         {map[string]string{"steps.go": imports, "lib/lib.go": "package lib\n", "lib/native.go": needsCgo("", "lib")}, []string{"lib/native.go:6"}},
		"one in its place":                {map[string]string{"native.go": needsCgo("", "main"), "pure.go": "//go:build !cgo\n\npackage main\n"}, nil},
		"a constraint for it":             {map[string]string{"native.go": needsCgo("//go:build linux && cgo\n\n", "main")}, nil},
		"another system's":                {map[string]string{"native_windows.go": needsCgo("", "main"), "tagged.go": needsCgo("//go:build nightly\n\n", "main")}, nil},
		"a package that nobody imports":   {map[string]string{"lib/native.go": needsCgo("", "lib")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: newProject(t, tc.files)})
			var want []string
			for _, place := range tc.want {
				want = append(want, place+`: import "C" needs cgo, without which programs for Lambda are built (CGO_ENABLED=0), so that the file would be left out: `+
					"write it in Go, or add one for builds without cgo (//go:build !cgo)")
			}
			switch text := strings.Join(want, "\n"); {
			case err == nil && want != nil || err != nil && err.Error() != text:
				t.Errorf("got %v\nwant %s", err, text)
			case err != nil && !errors.As(err, new(*packager.CgoError)):
				t.Errorf("got a %T, want a CgoError", err)
			}
		})
	}
}

// TestCgoOfOthers: what others' modules lack without cgo is for them to say, and a warning.
func TestCgoOfOthers(t *testing.T) {
	dir := newProject(t, map[string]string{
		"go.mod":                             "module example.com/shop\n\ngo 1.26\n\nrequire example.com/other v1.0.0\n",
		"steps.go":                           "package main\n\nimport _ \"example.com/other\"\n\nfunc before() {}\nfunc after()  {}\n",
		"vendor/modules.txt":                 "# example.com/other v1.0.0\n## explicit; go 1.26\nexample.com/other\n",
		"vendor/example.com/other/other.go":  "package other\n",
		"vendor/example.com/other/native.go": needsCgo("", "other"),
	})
	_, warnings, err := packager.Describe(t.Context(), packager.Input{ProjectDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if want := `vendor/example.com/other/native.go:6: import "C" needs cgo, `; len(warnings) != 1 || !strings.HasPrefix(warnings[0].Message, want) {
		t.Errorf("got %q, want one with %q", warnings, want)
	}
}
