package synth_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/chalice-go/chalice/synth"
)

func TestLogicalID(t *testing.T) {
	for name, want := range map[string]string{
		"foo":          "Foo",
		"fooBar":       "FooBar",
		"foo_bar-baz":  "FooBarBaz",
		"foo__bar":     "FooBar",
		"-foo-":        "Foo",
		"foo_bar!?":    "FooBar",
		"S3Bucket":     "S3Bucket",
		"API":          "API",
		"_foo_bar":     "FooBar",
		"123":          "123",
		"foo.bar":      "Foobar",
		"über_größe":   "berGre",
		"a-1_b":        "A1B",
		"default-role": "DefaultRole",
	} {
		if got, err := synth.LogicalID(name); err != nil || got != want {
			t.Errorf("LogicalID(%q) = %q, %v; want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"", "_", "--", "日本"} {
		if got, err := synth.LogicalID(name); err == nil {
			t.Errorf("LogicalID(%q) = %q; want an error, as nothing is left of it", name, got)
		}
	}
}

// TestOracleLogicalIDs holds the names against the reference's.
func TestOracleLogicalIDs(t *testing.T) {
	dir := os.Getenv("CHALICE_ORACLE")
	if dir == "" {
		dir = filepath.Join("..", "shared", "oracle")
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", dir)
	}
	data, err := os.ReadFile(filepath.Join(dir, "units", "logical_ids.json"))
	if err != nil {
		t.Skipf("no oracle beside the project; set CHALICE_ORACLE to its folder (%v)", err)
	}
	var cases []struct {
		Name      string `json:"name"`
		LogicalID string `json:"logical_id"`
		Error     string `json:"error"`
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			got, err := synth.LogicalID(c.Name)
			if got != c.LogicalID || (err == nil) != (c.LogicalID != "") {
				t.Errorf("LogicalID(%q) = %q, %v; the reference says %q", c.Name, got, err, c.LogicalID)
			}
		})
	}
}
