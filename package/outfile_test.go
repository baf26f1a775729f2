package packager_test

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	packager "github.com/chalice-go/chalice/package"
)

// TestSingleFile: nothing of the machine or the day is in the zip.
func TestSingleFile(t *testing.T) {
	old := time.Now().Add(-48 * time.Hour)
	var packed [2][]byte
	for i := range packed {
		out := filepath.Join(t.TempDir(), "öut.zip")
		if err := os.WriteFile(out, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(out, old, old); err != nil {
			t.Fatal(err)
		}
		got, err := pack(t, model, out, func(in *packager.Input) { in.SingleFile = true })
		if err != nil {
			t.Fatal(err)
		}
		if got.SingleFile != out || got.Template != "sam.yaml" || got.Zip != "" {
			t.Errorf("got file %q with template %q and zip %q", got.SingleFile, got.Template, got.Zip)
		}
		if beside := contents(t, filepath.Dir(out)); len(beside) != 1 {
			t.Errorf("something is left beside the file: %v", beside)
		}
		if m := mode(t, out); m&0o044 == 0 {
			t.Errorf("nobody else can read the file: %v", m)
		}
		checkEntries(t, out, "sam.yaml")
		if packed[i], err = os.ReadFile(out); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(packed[0], packed[1]); diff != "" {
		t.Error("the second zip differs")
	}
}

// checkEntries looks at what a zip says of its files.
func checkEntries(t *testing.T, file string, want ...string) {
	t.Helper()
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
		if f.Mode() != 0o644 || f.Modified.Year() != 1980 {
			t.Errorf("%s has mode %v and time %v", f.Name, f.Mode(), f.Modified)
		}
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSingleFilesThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "file", "mine")
	before := contents(t, dir)
	for out, want := range map[string]string{
		"":                                    "no file is given to write to",
		dir:                                   "SingleFile needs the name of a file to write to, and " + dir + " is a folder",
		os.DevNull:                            "write to " + os.DevNull + ": that is no regular file",
		filepath.Join(dir, "file", "out.zip"): "write to " + filepath.Join(dir, "file", "out.zip") + ": not a directory",
	} {
		_, err := pack(t, model, out, func(in *packager.Input) { in.SingleFile = true })
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
		t.Errorf("something has changed: want -, got +\n%s", diff)
	}
}
