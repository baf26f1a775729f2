package packager_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	packager "github.com/chalice-go/chalice/package"
)

// TestCache: what was compiled is taken again as long as the source is the
// same, and gives the same bytes as without a cache.
func TestCache(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs Lambda's operating system")
	}
	dir := newShop(t, t.TempDir())
	commands := logGo(t)
	in := packager.Input{ProjectDir: dir, Out: filepath.Join(dir, "out"), Cache: filepath.Join(t.TempDir(), "[cache]")}
	build := func(in packager.Input) (digest string, compiled int) {
		t.Helper()
		rest()
		out, err := packager.Build(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if got := sha(read(t, out.Zip)); got != out.ZipDigest {
			t.Errorf("the digest is %s, the zip's %s", out.ZipDigest, got)
		}
		return out.ZipDigest, len(commands("build"))
	}
	_, _ = build(in)
	first := kept(t, in.Cache)
	if len(first) != 2 {
		t.Fatalf("the cache has %v, want a program and a zip", first)
	}
	uncached := in
	uncached.Cache = ""
	plain, _ := build(uncached)
	if digest, compiled := build(in); compiled != 0 || digest != plain {
		t.Errorf("compiled %d times for the same source, digest %s, want %s", compiled, digest, plain)
	}

	write(t, dir, "main.go", strings.Replace(shop, `"hello"`, `"good day"`, 1))
	digest, compiled := build(in)
	if want := targets(); compiled != want || digest == plain {
		t.Errorf("compiled %d times for other source, want %d; digest %s, before %s", compiled, want, digest, plain)
	}
	second := kept(t, in.Cache)
	if len(second) != 2 || second[0] == first[0] || second[1] == first[1] {
		t.Errorf("the cache has %v, had %v", second, first)
	}

	in.BuildTags = []string{"extra"}
	write(t, dir, "extra.go", "//go:build extra\n\npackage main\n\nfunc init() { println(\"extra\") }\n")
	if tagged, _ := build(in); tagged == digest {
		t.Error("a build tag changes nothing")
	}
	in.BuildTags = nil
	if again, _ := build(in); again != digest { // there is a new file, of which only the compiler knows that it doesn't count
		t.Errorf("without the tag: digest %s, want %s", again, digest)
	}
	for _, tags := range [][]string{{"extra"}, nil} {
		in.BuildTags = tags
		if _, compiled := build(in); compiled != 0 {
			t.Errorf("tags %v: compiled %d times", tags, compiled)
		}
	}
	for _, version := range []string{"1", "2"} {
		in.LinkerFlags = []string{"-X runtime.buildVersion=go" + version}
		stamped, compiled := build(in)
		if compiled != targets() || stamped == digest {
			t.Errorf("version %s: compiled %d times, digest %s, before %s", version, compiled, stamped, digest)
		}
		digest = stamped
	}
	if kept := kept(t, in.Cache); len(kept) > 4 { // a program and a zip with the tag, and without
		t.Errorf("the cache has %v: each stamp adds to it", kept)
	}
}

// kept lists the programs and zips in a cache.
func kept(t *testing.T, cache string) []string {
	t.Helper()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(contents(t, cache))), func(name string) bool {
		return !strings.HasSuffix(name, ".exe") && !strings.HasSuffix(name, ".zip")
	})
}

// targets is how many programs a build compiles: one for Lambda, and one to
// run here.
func targets() int {
	if runtime.GOARCH == "arm64" {
		return 1
	}
	return 2
}

// TestCacheOfBrokenSource: the compiler has the words, and nothing is kept.
func TestCacheOfBrokenSource(t *testing.T) {
	dir := newProject(t, map[string]string{"steps.go": "package main\n\nfunc before() {}\n"})
	in := packager.Input{ProjectDir: dir, Out: filepath.Join(dir, "out"), Cache: filepath.Join(t.TempDir(), "cache")}
	_, err := packager.Build(t.Context(), in)
	if compile := (*packager.CompileError)(nil); !errors.As(err, &compile) {
		t.Errorf("got %v, want a CompileError", err)
	}
	if kept := kept(t, in.Cache); len(kept) > 0 {
		t.Errorf("the cache has %v", kept)
	}
}

// TestNoSecretsAreKept: values of the linker's flags are in the program, and in no record.
func TestNoSecretsAreKept(t *testing.T) {
	dir := newProject(t, telling)
	t.Setenv("GOFLAGS", "'-ldflags=-X main.version=s3cret1'")
	in := packager.Input{ProjectDir: dir, Out: filepath.Join(dir, "out"), Cache: t.TempDir(), LinkerFlags: []string{"-X main.built=s3cret2"}}
	for range 2 { // the second has what it needs of the first
		rest()
		out, err := packager.Build(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if want := "s3cret1_s3cret2_fixed"; out.Model.Name != want {
			t.Errorf("the app is %s, want %s", out.Model.Name, want)
		}
	}
	records := 0
	for name, text := range contents(t, in.Cache) {
		if strings.HasSuffix(name, ".json") {
			records++
			if strings.Contains(text, "s3cret") {
				t.Errorf("%s has a secret", name)
			}
		}
	}
	if records == 0 {
		t.Error("nothing is on record")
	}
}

// TestForgotten: what belongs to no record goes, but for what may belong to a build that
// goes on; of many records the latest stay.
func TestForgotten(t *testing.T) {
	dir, cache := newProject(t, telling), t.TempDir()
	old := time.Now().Add(-2 * time.Hour)
	for i := range 40 {
		for _, name := range []string{fmt.Sprintf("old%d.json", i), fmt.Sprintf("old%d-1.zip", i)} {
			write(t, cache, name, "{}")
			if err := os.Chtimes(filepath.Join(cache, name), old, old.Add(time.Duration(i)*time.Second)); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(t, cache, "left-1.exe", "")
	if err := os.Chtimes(filepath.Join(cache, "left-1.exe"), old, old); err != nil {
		t.Fatal(err)
	}
	write(t, cache, "going-1.exe", "")
	rest()
	if _, err := packager.Validate(t.Context(), packager.Input{ProjectDir: dir, Cache: cache}); err != nil {
		t.Fatal(err)
	}
	left := contents(t, cache)
	for name, want := range map[string]bool{"left-1.exe": false, "going-1.exe": true, "old0.json": false, "old0-1.zip": false, "old39.json": true, "old39-1.zip": true} {
		if _, is := left[name]; is != want {
			t.Errorf("%s is there: %t, want %t", name, is, want)
		}
	}
}
