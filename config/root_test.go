package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chalice-go/chalice/config"
)

// TestRoot: the nearest configuration counts, and none of another module.
func TestRoot(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		".chalice/config.json":              "{}",
		"shop/go.mod":                       "module shop\n",
		"shop/.chalice/config.json":         "{}",
		"shop/cmd/api/main.go":              "",
		"shop/cmd/far/.chalice/other.json":  "{}",
		"shop/cmd/own/.chalice/config.json": "{}",
		"bare/go.mod":                       "module bare\n",
		"bare/cmd/main.go":                  "",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct{ wd, project, want string }{
		{"shop", ".", "."},
		{"shop", "cmd/api", "."},
		{"shop/cmd/api", ".", "../.."},
		{"shop/cmd/api", "", "../.."},
		{"shop/cmd", "./api", ".."},
		{"shop/cmd/own", ".", "."},
		{"shop", "cmd/far", "."},
		{"shop", "cmd/nowhere", "."},
		{"bare/cmd", ".", "."}, // not that above the module
		{"bare", "cmd", "cmd"},
		{".", "shop/cmd/api", "shop"},
		{".", dir + "/shop/cmd/api", "shop"},
	} {
		t.Chdir(filepath.Join(dir, tc.wd))
		if got := filepath.ToSlash(config.Root(tc.project)); got != tc.want {
			t.Errorf("in %s, the root of %q is %s, want %s", tc.wd, tc.project, got, tc.want)
		}
	}
}

// TestPlacesAbove: what names the file names it as the reader would write it.
func TestPlacesAbove(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":               "module shop\n",
		".chalice/config.json": `{"lambda_timeout": 5, "autogen_policy": false}`,
		"cmd/api/main.go":      "",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for wd, want := range map[string]string{"cmd/api": "../../.chalice/config.json:1", "cmd": "../.chalice/config.json:1", ".": ".chalice/config.json:1"} {
		t.Chdir(filepath.Join(dir, wd))
		project, err := filepath.Rel(filepath.Join(dir, wd), filepath.Join(dir, "cmd", "api"))
		if err != nil {
			t.Fatal(err)
		}
		s, err := config.Load(project, config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Where("", "lambda_timeout"); got != want {
			t.Errorf("from %s it is in %s, want %s", wd, got, want)
		}
		if _, err := os.Stat(filepath.Join(s.Root, ".chalice")); err != nil || s.Defaults.PolicyFile != ".chalice/policy-dev.json" {
			t.Errorf("from %s the root is %s, and the policy %s", wd, s.Root, s.Defaults.PolicyFile)
		}
	}
}
