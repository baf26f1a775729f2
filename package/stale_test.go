package packager_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	packager "github.com/chalice-go/chalice/package"
)

// rest lets the clock of the file system move on, so that what was written before is
// known to be at rest.
func rest() { time.Sleep(50 * time.Millisecond) }

// changeable is a project whose model tells of everything that it was made of.
var changeable = map[string]string{
	"app/go.mod":   "module example.com/app\n\ngo 1.26\n\nrequire (\n\texample.com/app/inner v0.0.0\n\texample.com/other v0.0.0\n)\n\nreplace example.com/app/inner => ../inner\n\nreplace example.com/other => ../current\n",
	"app/steps.go": "",
	"app/main.go": `package main

import (
	"embed"
	"io/fs"
	"os"

	"example.com/app/inner/deep"
	"example.com/app/lib"
	"example.com/other"
)

//go:embed static templates/*.html texts/plain.txt parts/*/part.txt
var files embed.FS

var stamp = "none"

func main() {
	name := lib.Value + other.Value + deep.Value + stamp + os.Getenv("SECRET") + os.Getenv("CONFIGURED")
	fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
		data, _ := files.ReadFile(path)
		name += e.Name() + string(data)
		return nil
	})
	hash := uint64(1469598103934665603)
	for _, b := range []byte(name) {
		hash = (hash ^ uint64(b)) * 1099511628211
	}
	text := ""
	for ; hash > 0; hash /= 26 {
		text += string(rune('a' + hash%26))
	}
	os.WriteFile(os.Getenv("CHALICE_MODEL"), []byte(` + "`" + `{"version": 1, "name": "` + "`" + `+text+` + "`" + `", "functions": [{"name": "f", "kind": "lambda"}]}` + "`" + `), 0o644)
}
`,
	"app/lib/value.go":          "package lib\n\nvar Value = \"0\" + linked\n",
	"app/lib/tagged.go":         "//go:build tagged\n\npackage lib\n\nfunc init() { Value += \"tagged\" }\n",
	"app/static/a.txt":          "0",
	"app/templates/a.html":      "0",
	"app/texts/plain.txt":       "0",
	"app/parts/a/part.txt":      "0",
	"app/parts/b/other.txt":     "0",
	"app/.chalice/config.json":  configured(0),
	"app/merge.json":            merged(0),
	"inner/go.mod":              "module example.com/app/inner\n",
	"inner/deep/deep.go":        "package deep\n\nvar Value = \"0\"\n",
	"impl/0.go":                 "package lib\n\nconst linked = \"0\"\n",
	"impl/1.go":                 "package lib\n\nconst linked = \"1\"\n",
	"other0/go.mod":             "module example.com/other\n",
	"other0/other.go":           "package other\n\nvar Value = \"0\"\n",
	"other1/go.mod":             "module example.com/other\n",
	"other1/other.go":           "package other\n\nvar Value = \"1\"\n",
	"unrelated/in-the-way.text": "",
}

func configured(n int) string {
	return fmt.Sprintf(`{"version": "2.0", "lambda_memory_size": %d, "environment_variables": {"CONFIGURED": "%d"}, "build_tags": %q, "ldflags": "-X main.stamp=%d"}`,
		128+64*n, n, []string{"plain", "tagged", "other"}[n%3], n)
}

func merged(n int) string { return fmt.Sprintf(`{"Metadata": {"N": %d}}`, n) }

// kinds are the kinds of changes. Each gets a small number; some are undone by another.
var kinds = map[string]func(t *testing.T, root string, n int){
	"a value": func(t *testing.T, root string, n int) {
		write(t, root, "app/lib/value.go", fmt.Sprintf("package lib\n\nvar Value = \"%d\" + linked\n", n))
	},
	"an embedded file": func(t *testing.T, root string, n int) { write(t, root, "app/static/a.txt", fmt.Sprint(n)) },
	"a file to embed": func(t *testing.T, root string, n int) {
		toggle(t, root, fmt.Sprintf("app/static/deep/%d.txt", n%2), "0")
	},
	"a hidden file": func(t *testing.T, root string, _ int) { toggle(t, root, "app/static/.hidden", "0") },
	"one that a pattern matches": func(t *testing.T, root string, n int) {
		toggle(t, root, fmt.Sprintf("app/templates/b.%s", []string{"html", "text"}[n%2]), "0")
	},
	"one below what a pattern matches": func(t *testing.T, root string, _ int) { toggle(t, root, "app/parts/b/part.txt", "0") },
	"a module around an embedded file": func(t *testing.T, root string, _ int) {
		toggle(t, root, "app/texts/go.mod", "module example.com/texts\n")
	},
	"a link in place of a folder": func(t *testing.T, root string, _ int) {
		folder, moved := filepath.Join(root, "app/texts"), filepath.Join(root, "app/moved")
		if _, err := os.Stat(moved); err != nil {
			if err := os.Rename(folder, moved); err != nil {
				t.Fatal(err)
			}
			relink(t, "moved", folder)
		} else if err := errors.Join(os.Remove(folder), os.Rename(moved, folder)); err != nil {
			t.Fatal(err)
		}
	},
	"a double of a package": func(t *testing.T, root string, _ int) { toggle(t, root, "app/inner/deep/deep.go", "package deep\n") },
	"a file of source": func(t *testing.T, root string, _ int) {
		toggle(t, root, "app/lib/extra.go", "package lib\n\nfunc init() { Value += \"extra\" }\n")
	},
	"a file for another system": func(t *testing.T, root string, _ int) {
		toggle(t, root, "app/lib/extra_plan9.go", "package lib\n\nfunc init() { Value += \"plan9\" }\n")
	},
	"a test": func(t *testing.T, root string, _ int) { toggle(t, root, "app/lib/lib_test.go", "package lib\n") },
	"an import": func(t *testing.T, root string, n int) {
		write(t, root, "app/lib/value.go", []string{
			"package lib\n\nimport \"strings\"\n\nvar Value = strings.ToUpper(\"a\") + linked\n",
			"package lib\n\nimport \"example.com/other\"\n\nvar Value = other.Value + linked\n",
			"package lib\n\nimport \"example.com/app/lib/deeper\"\n\nvar Value = deeper.Value + linked\n",
		}[n%3])
		write(t, root, "app/lib/deeper/deeper.go", fmt.Sprintf("package deeper\n\nvar Value = \"%d\"\n", n))
	},
	"a deeper package": func(t *testing.T, root string, n int) {
		write(t, root, "app/lib/deeper/deeper.go", fmt.Sprintf("package deeper\n\nvar Value = \"deeper %d\"\n", n))
	},
	"what is embedded": func(t *testing.T, root string, n int) {
		text := string(read(t, filepath.Join(root, "app/main.go")))
		before, after, _ := strings.Cut(text, "//go:embed")
		_, after, _ = strings.Cut(after, "\n")
		write(t, root, "app/main.go", before+"//go:embed static"+[]string{" templates/*.html", " templates", ""}[n%3]+"\n"+after)
	},
	"a constraint": func(t *testing.T, root string, n int) {
		write(t, root, "app/lib/tagged.go", fmt.Sprintf("//go:build %s\n\npackage lib\n\nfunc init() { Value += \"tagged\" }\n", []string{"tagged", "!tagged"}[n%2]))
	},
	"a tag of the environment":  func(t *testing.T, _ string, n int) { t.Setenv("GOFLAGS", []string{"", "-tags=tagged"}[n%2]) },
	"a flag of the environment": func(t *testing.T, _ string, n int) { t.Setenv("GOFLAGS", fmt.Sprintf("-ldflags=-X=main.stamp=%d", n)) },
	"a file of go env": func(t *testing.T, root string, n int) {
		write(t, root, "goenv", fmt.Sprintf("GOFLAGS=-tags=%s\n", []string{"tagged", "other"}[n%2]))
	},
	"a variable":          func(t *testing.T, _ string, n int) { t.Setenv("SECRET", fmt.Sprint(n)) },
	"the configuration":   func(t *testing.T, root string, n int) { write(t, root, "app/.chalice/config.json", configured(n)) },
	"the merged template": func(t *testing.T, root string, n int) { write(t, root, "app/merge.json", merged(n)) },
	"a replaced module": func(t *testing.T, root string, n int) {
		write(t, root, fmt.Sprintf("other%d/other.go", n%2), fmt.Sprintf("package other\n\nvar Value = \"%d\"\n", n))
	},
	"where a module is": func(t *testing.T, root string, n int) {
		data := string(read(t, filepath.Join(root, "app/go.mod")))
		head := data[:strings.LastIndex(data, "=>")]
		write(t, root, "app/go.mod", head+"=> ../"+[]string{"current", "other0", "other1"}[n%3]+"\n")
	},
	"a link to a folder": func(t *testing.T, root string, n int) {
		relink(t, fmt.Sprintf("other%d", n%2), filepath.Join(root, "current"))
	},
	"a link to a file": func(t *testing.T, root string, n int) {
		relink(t, fmt.Sprintf("../../impl/%d.go", n%2), filepath.Join(root, "app/lib/link.go"))
	},
	"behind a link": func(t *testing.T, root string, n int) {
		write(t, root, "impl/0.go", fmt.Sprintf("package lib\n\nconst linked = \"%d\"\n", n))
	},
	"the language": func(t *testing.T, root string, n int) {
		data := string(read(t, filepath.Join(root, "app/go.mod")))
		_, after, _ := strings.Cut(data, "require")
		write(t, root, "app/go.mod", fmt.Sprintf("module example.com/app\n\ngo 1.%d\n\nrequire%s", 24+n%3, after))
	},
	"a workspace": func(t *testing.T, root string, n int) {
		toggle(t, root, "go.work", []string{"go 1.26\n\nuse ./app\n", "nonsense\n"}[n%2])
	},
	"a vendor folder": func(t *testing.T, root string, n int) {
		toggle(t, root, "app/vendor/"+[]string{"modules.txt", "nothing.text"}[n%2], "# nonsense\n")
	},
	"a nested module": func(t *testing.T, root string, _ int) {
		toggle(t, root, "app/lib/go.mod", "module example.com/app/lib\n")
	},
	"a syntax error": func(t *testing.T, root string, _ int) {
		toggle(t, root, "app/lib/broken.go", "package lib\n\nfunc {\n")
	},
	"a missing folder": func(t *testing.T, root string, _ int) { toggle(t, root, "app/lib/elsewhere/x.go", "package x\n") },
	"the template":     func(t *testing.T, root string, _ int) { write(t, root, "out/sam.yaml", "mine") },
	"the zip":          func(t *testing.T, root string, _ int) { os.Remove(filepath.Join(root, "out/deployment.zip")) },
	"a stale template": func(t *testing.T, root string, _ int) { write(t, root, "out/sam.json", "{}") },
	"what is kept": func(t *testing.T, root string, _ int) {
		files, _ := filepath.Glob(filepath.Join(root, "cache/*"))
		for _, file := range files {
			if !strings.HasSuffix(file, ".json") {
				if err := os.WriteFile(file, []byte("broken"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
		}
	},
}

// equal are the changes after which nothing is to be compiled.
var equal = map[string]func(t *testing.T, root string, n int){
	"touched": func(t *testing.T, root string, _ int) {
		now := time.Now()
		for _, file := range []string{"app/lib/value.go", "app/main.go", "app/go.mod", "app/static/a.txt"} {
			if err := os.Chtimes(filepath.Join(root, file), now, now); err != nil {
				t.Fatal(err)
			}
		}
	},
	"written again": func(t *testing.T, root string, _ int) {
		file := filepath.Join(root, "app/lib/value.go")
		data := read(t, file)
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		write(t, root, "app/lib/value.go", string(data))
	},
	"a token of others": func(t *testing.T, _ string, n int) { t.Setenv("GOOGLE_OAUTH_ACCESS_TOKEN", fmt.Sprint(n)) },
	"a swap file":       func(t *testing.T, root string, _ int) { toggle(t, root, "app/lib/.value.go.swp", "0") },
	"something else":    func(t *testing.T, root string, n int) { write(t, root, "unrelated/in-the-way.text", fmt.Sprint(n)) },
	"a test of a test": func(t *testing.T, root string, n int) {
		write(t, root, "app/lib/more_test.go", fmt.Sprintf("package lib // %d\n", n))
	},
}

// toggle makes a file, or removes it.
func toggle(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, name)
	if os.Remove(path) == nil {
		if dir := filepath.Dir(path); filepath.Base(dir) == "vendor" || filepath.Base(dir) == "elsewhere" || filepath.Base(dir) == "deep" {
			os.Remove(dir)
		}
		return
	}
	write(t, root, name, text)
}

func relink(t *testing.T, to, name string) {
	t.Helper()
	os.Remove(name)
	if err := os.Symlink(to, name); err != nil {
		t.Skip(err)
	}
}

// TestNeverStale: after changes of any kind, what is kept of earlier builds gives the same
// files as no such thing, or the same error. CHALICE_SEED repeats a run.
func TestNeverStale(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("CHALICE_SEED"); text != "" {
		fmt.Sscan(text, &seed)
	}
	t.Logf("CHALICE_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	s := newStale(t)
	names := sortedKeys(kinds)
	for round := range 2 {
		random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for some := range slices.Chunk(names, 1+random.IntN(2)+round) {
			n := random.IntN(6)
			change := func() {
				for _, name := range some {
					kinds[name](t, s.root, n)
				}
				if random.IntN(2) == 0 {
					rest()
				}
			}
			change()
			what := strings.Join(some, ", ")
			if s.compare(t, what) == nil {
				continue
			}
			// What is broken hides what comes next.
			if change(); s.compare(t, what+", and the other way round") != nil {
				s.restore(t)
				if err := s.compare(t, what+", and all as it was"); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestNothingIsDoneTwice: what doesn't change the program compiles nothing, and an output
// that is as it would be isn't written.
func TestNothingIsDoneTwice(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs times of changes")
	}
	s := newStale(t)
	s.compare(t, "the first time")
	rest()
	for i, name := range sortedKeys(equal) {
		equal[name](t, s.root, i)
		rest()
		before := s.compiled.Load()
		out, err := packager.Build(t.Context(), s.in)
		if err != nil {
			t.Fatal(err)
		}
		if n := s.compiled.Load() - before; n != 0 || !out.Unchanged {
			t.Errorf("%s: compiled %d times, and the output is unchanged: %t", name, n, out.Unchanged)
		}
		if out.ZipDigest != sha(read(t, out.Zip)) || out.TemplateDigest != sha(read(t, out.Template)) {
			t.Errorf("%s: the digests aren't those of the files", name)
		}
	}
	s.in.Force = true
	before := s.compiled.Load()
	if out, err := packager.Build(t.Context(), s.in); err != nil || out.Unchanged || s.compiled.Load() == before {
		t.Errorf("forced: compiled %d times, unchanged %t, error %v", s.compiled.Load()-before, out.Unchanged, err)
	}
}

// stale has a project, and packages it in two ways.
type stale struct {
	root     string
	in       packager.Input
	compiled atomic.Int64
}

func newStale(t *testing.T) *stale {
	s := &stale{root: t.TempDir()}
	s.restore(t)
	s.in = packager.Input{
		ProjectDir: filepath.Join(s.root, "app"), Out: filepath.Join(s.root, "out"), Cache: filepath.Join(s.root, "cache"),
		MergeTemplate: filepath.Join(s.root, "app/merge.json"), TemplateFormat: packager.YAML, PassEnv: []string{"SECRET"},
		Working: func(label string) func(error) {
			if strings.HasPrefix(label, "Compiling") {
				s.compiled.Add(1)
			}
			return func(error) {}
		},
	}
	rest()
	return s
}

// restore makes the project as it was at first, but for its output and what is kept.
func (s *stale) restore(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(s.root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); name != "out" && name != "cache" {
			if err := os.RemoveAll(filepath.Join(s.root, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, text := range changeable {
		if text != "" {
			write(t, s.root, name, text)
		}
	}
	relink(t, "other0", filepath.Join(s.root, "current"))
	relink(t, "../../impl/0.go", filepath.Join(s.root, "app/lib/link.go"))
	t.Setenv("GOENV", filepath.Join(s.root, "goenv"))
	t.Setenv("GOFLAGS", "")
	os.Unsetenv("GOFLAGS")
	t.Setenv("SECRET", "0")
}

// compare packages both ways, and compares what comes of it. It returns the error of both.
func (s *stale) compare(t *testing.T, changed string) error {
	t.Helper()
	out, err := packager.Build(t.Context(), s.in)
	forced := s.in
	forced.Cache, forced.Force, forced.Out = "", true, filepath.Join(s.root, "forced")
	want, wantErr := packager.Build(t.Context(), forced)
	if message(err) != message(wantErr) {
		t.Fatalf("%s:\ngot the error  %v\nwithout a cache %v", changed, err, wantErr)
	}
	if err != nil {
		return err
	}
	if out.ZipDigest != want.ZipDigest || out.TemplateDigest != want.TemplateDigest {
		t.Fatalf("%s: the digests are %s and %s, without a cache %s and %s", changed, out.TemplateDigest, out.ZipDigest, want.TemplateDigest, want.ZipDigest)
	}
	if diff := cmp.Diff(contents(t, forced.Out), contents(t, s.in.Out)); diff != "" {
		t.Fatalf("%s: without a cache -, got +\n%s", changed, diff)
	}
	if diff := cmp.Diff(want.Warnings, out.Warnings); diff != "" {
		t.Fatalf("%s: warnings without a cache -, got +\n%s", changed, diff)
	}
	return nil
}

func message(err error) string {
	if err == nil {
		return ""
	}
	if compile := (*packager.CompileError)(nil); errors.As(err, &compile) {
		slices.Sort(compile.Lines) // of packages that are compiled side by side
	}
	return err.Error()
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// TestEditedMeanwhile: what is made of an edit that lasts only as long as the build isn't
// kept for what was there before and after it.
func TestEditedMeanwhile(t *testing.T) {
	s := newStale(t)
	template := s.in
	template.TemplateOnly = true
	if _, err := packager.Build(t.Context(), template); err != nil { // which makes a record without a zip
		t.Fatal(err)
	}
	file := filepath.Join(s.root, "app/lib/value.go")
	data := read(t, file)
	meanwhile := s.in
	meanwhile.Working = func(label string) func(error) {
		if strings.HasPrefix(label, "Compiling") {
			write(t, s.root, "app/lib/value.go", "package lib\n\nvar Value = \"meanwhile\" + linked\n")
		}
		return func(error) {}
	}
	if _, err := packager.Build(t.Context(), meanwhile); err != nil {
		t.Fatal(err)
	}
	write(t, s.root, "app/lib/value.go", string(data))
	rest()
	if err := s.compare(t, "edited meanwhile"); err != nil {
		t.Fatal(err)
	}
}
