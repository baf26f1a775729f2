package packager_test

import (
	"os"
	"path/filepath"
	"testing"

	packager "github.com/chalice-go/chalice/package"
)

// TestOracleTemplates writes the templates of the oracle's cases into the
// folder that CHALICE_ORACLE_TEMPLATES names, a folder for each case, in the
// layout of testdata/templates; "make conformance" has others judge them.
// Cases that merge a template of the user's are left out, as what is in those
// is not ours.
func TestOracleTemplates(t *testing.T) {
	root := os.Getenv("CHALICE_ORACLE_TEMPLATES")
	if root == "" {
		t.Skip("CHALICE_ORACLE_TEMPLATES names no folder to write to")
	}
	written := 0
	for _, c := range oracleCases(t) {
		if c.Options.MergeTemplate != "" || len(object(c.Expected.SAM, "Resources")) == 0 && !c.surpassed("sam") {
			continue
		}
		for _, formats := range [][2]string{{packager.SAM, packager.JSON}, {packager.SAM, packager.YAML}, {packager.CloudFormation, packager.JSON}} {
			if c.write(t, filepath.Join(root, c.Name), formats[0], formats[1]) {
				written++
			}
		}
	}
	if written == 0 {
		t.Error("no templates were written")
	}
	t.Logf("%d templates", written)
}

// write packages a case in one format, and reports whether it can be packaged.
func (c *oracleCase) write(t *testing.T, folder, packageFormat, templateFormat string) bool {
	t.Helper()
	in := c.project(t)
	in.Out, in.PackageFormat, in.TemplateFormat = t.TempDir(), packageFormat, templateFormat
	out, err := packager.Build(t.Context(), in)
	if err != nil {
		if c.Expected.Error == nil && !c.MayRefuse {
			t.Errorf("%s: %v", c.Name, err)
		}
		return false
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out.Template)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, filepath.Base(out.Template)), data, 0o644); err != nil {
		t.Fatal(err)
	}
	return true
}
