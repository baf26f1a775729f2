package packager_test

import (
	"errors"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

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
