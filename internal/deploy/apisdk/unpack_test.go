package apisdk_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/apisdk"
)

func zipped(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if target, ok := strings.CutSuffix(name, "@"); ok {
			header.Name = target
			header.SetMode(fs.ModeSymlink | 0o777)
		}
		f, err := w.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "/") {
			if _, err := f.Write([]byte("/etc/passwd")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// files are the files below a folder.
func files(t testing.TB, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			found = append(found, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestUnpack(t *testing.T) {
	for _, test := range []struct {
		what string
		zip  []string
		want []string // nil: an error
	}{
		{"one folder", []string{"sdk/", "sdk/README.md", "sdk/lib/", "sdk/lib/a.js"}, []string{"README.md", "lib/a.js"}},
		{"a folder without an entry", []string{"sdk/README.md", "sdk/lib/a.js"}, []string{"README.md", "lib/a.js"}},
		{"two folders", []string{"a/x", "b/y"}, []string{"a/x", "b/y"}},
		{"a file at the top", []string{"pom.xml", "src/a.java"}, []string{"pom.xml", "src/a.java"}},
		{"a name with the folder's start", []string{"sdk/a", "sdk2/b"}, []string{"sdk/a", "sdk2/b"}},
		{"nothing", nil, nil},
		{"folders alone", []string{"sdk/", "sdk/lib/"}, nil},
		{"a way out", []string{"sdk/../../evil"}, nil},
		{"a root", []string{"/etc/evil"}, nil},
		{"a link", []string{"sdk/a@"}, nil},
		{"a file twice", []string{"sdk/a", "sdk/a"}, nil},
		{"a file that is a folder", []string{"sdk/a", "sdk/a/b"}, nil},
	} {
		t.Run(test.what, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "in", "here")
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			err := apisdk.Unpack(zipped(t, test.zip...), dir)
			if test.want == nil {
				if err == nil {
					t.Errorf("no error, and %q", files(t, dir))
				}
				return
			}
			if got := files(t, dir); err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %q and %v, want %q", got, err, test.want)
			}
		})
	}
	if err := apisdk.Unpack([]byte("<html>no</html>"), t.TempDir()); err == nil || !strings.Contains(err.Error(), "no zip") {
		t.Errorf("of a page: %v", err)
	}
}

// FuzzUnpack: nothing is written outside of the folder, whatever is sent.
func FuzzUnpack(f *testing.F) {
	f.Add(zipped(f, "sdk/", "sdk/a.js"))
	f.Add(zipped(f, "../a"))
	f.Add(zipped(f, "a@", "a/b"))
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, data []byte) {
		outside := t.TempDir()
		dir := filepath.Join(outside, "dir")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		err := apisdk.Unpack(data, dir)
		for _, file := range files(t, outside) {
			if !strings.HasPrefix(file, "dir/") {
				t.Errorf("%s is outside, with the error %v", file, err)
			}
		}
	})
}

func TestMissing(t *testing.T) {
	for _, typ := range apisdk.Types() {
		options := map[string]string{}
		for _, name := range apisdk.Missing(typ, nil) {
			options[name] = "x"
		}
		if left := apisdk.Missing(typ, options); len(left) > 0 {
			t.Errorf("%s still needs %q", typ, left)
		}
	}
	if got := apisdk.Missing("java", map[string]string{"serviceName": "shop"}); !slices.Equal(got, []string{"javaPackageName"}) {
		t.Errorf("java still needs %q", got)
	}
}

func TestStageOf(t *testing.T) {
	for url, want := range map[string]string{
		"https://abc.execute-api.us-east-1.amazonaws.com/api/": "api",
		"https://abc.execute-api.us-east-1.amazonaws.com/v1":   "v1",
		"https://abc.execute-api.us-east-1.amazonaws.com/":     "",
		"": "",
	} {
		if got := apisdk.StageOf(url); got != want {
			t.Errorf("StageOf(%q) = %q, want %q", url, got, want)
		}
	}
}
