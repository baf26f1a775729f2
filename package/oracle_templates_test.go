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
	writeOracle(t, "CHALICE_ORACLE_TEMPLATES", func(c *oracleCase) bool {
		return c.Options.MergeTemplate == "" && (len(object(c.Expected.SAM, "Resources")) > 0 || c.surpassed("sam"))
	}, [][2]string{{packager.SAM, packager.JSON}, {packager.SAM, packager.YAML}, {packager.CloudFormation, packager.JSON}})
}

// TestOracleModules writes the Terraform modules of the oracle's cases likewise, into
// the folder that CHALICE_ORACLE_MODULES names.
func TestOracleModules(t *testing.T) {
	writeOracle(t, "CHALICE_ORACLE_MODULES", func(c *oracleCase) bool {
		return c.Options.MergeTemplate == "" // which Terraform has no need of
	}, [][2]string{{packager.Terraform, packager.JSON}})
}

// writeOracle writes the wanted cases in these formats, of packages and of templates,
// into the folder that a variable names.
func writeOracle(t *testing.T, variable string, wanted func(*oracleCase) bool, formats [][2]string) {
	t.Helper()
	root := os.Getenv(variable)
	if root == "" {
		t.Skipf("%s names no folder to write to", variable)
	}
	written := 0
	for _, c := range oracleCases(t) {
		if !wanted(&c) {
			continue
		}
		for _, f := range formats {
			if c.write(t, filepath.Join(root, c.Name), f[0], f[1]) {
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
