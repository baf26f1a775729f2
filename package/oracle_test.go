package packager_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/templatefile"
	packager "github.com/chalice-go/chalice/package"
)

// oracleCase is a case of the oracle's synth folder: an app, a configuration,
// and what the reference makes of them.
type oracleCase struct {
	Name       string            `json:"name"`
	Model      json.RawMessage   `json:"model"`
	Config     json.RawMessage   `json:"config"`
	ConfigText *string           `json:"config_text"`
	Files      map[string]string `json:"files"`
	Stage      string            `json:"stage"`
	Options    struct {
		PackageFormat  string `json:"package_format"`
		TemplateFormat string `json:"template_format"`
		MergeTemplate  string `json:"merge_template"`
		Region         string `json:"region"`
	} `json:"options"`
	Blueprints []oracleBlueprint `json:"blueprints"`
	Declared   oracleDeclared    `json:"declared"`
	Quirks     []string          `json:"quirks"`
	MayRefuse  bool              `json:"may_refuse"`
	MayAccept  bool              `json:"may_accept"`
	Expected   struct {
		SAM       map[string]any      `json:"sam"`
		Terraform map[string]any      `json:"terraform"`
		Files     map[string][]string `json:"files"`
		Error     *oracleError        `json:"error"`
	} `json:"expected"`
}

type oracleError struct {
	Phase    string   `json:"phase"`
	Message  string   `json:"message"`
	Mentions []string `json:"mentions"`
}

// TestOracleSynth holds the command's output against the reference's, for
// every case in the folder that CHALICE_ORACLE names.
func TestOracleSynth(t *testing.T) {
	cases := oracleCases(t)
	counts := map[string]int{}
	for _, c := range cases {
		for _, format := range c.formats() {
			t.Run(c.Name+"/"+format, func(t *testing.T) {
				outcome := c.check(t, format)
				counts[outcome]++
			})
		}
	}
	t.Logf("oracle: %v", counts)
}

func oracleCases(t *testing.T) []oracleCase {
	t.Helper()
	dir := filepath.Join(oracleDir(), "synth")
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if len(files) == 0 {
		if os.Getenv("CHALICE_ORACLE") != "" {
			t.Fatalf("CHALICE_ORACLE: no cases in %s", dir)
		}
		t.Skip("no oracle beside the project; set CHALICE_ORACLE to its folder")
	}
	var cases []oracleCase
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c oracleCase
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		cases = append(cases, c)
	}
	return cases
}

// oracleDir is the folder of the oracle; a relative one starts at the
// module's root.
func oracleDir() string {
	dir := os.Getenv("CHALICE_ORACLE")
	if dir == "" {
		dir = filepath.Join("..", "shared", "oracle")
	}
	if filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join("..", dir)
}

// formats lists the formats that the case is about.
func (c *oracleCase) formats() []string {
	if f := c.Options.PackageFormat; f != "" {
		return []string{f}
	}
	return []string{"sam", "terraform"}
}

func (c *oracleCase) expected(format string) map[string]any {
	if format == "sam" {
		return c.Expected.SAM
	}
	return c.Expected.Terraform
}

// check packages the case, compares, and says how it went.
func (c *oracleCase) check(t *testing.T, format string) string {
	template, err := c.pack(t, format)
	want := c.expected(format)
	switch {
	case err != nil && (c.MayRefuse || c.fails(format)):
		c.checkError(t, err)
		return "refused"
	case err != nil:
		t.Fatalf("package failed: %v", err)
	case c.fails(format) && want == nil && !c.MayAccept && !c.surpassed(format):
		t.Fatalf("no error; the reference says %q", c.Expected.Error.Message)
	case want == nil:
		return "accepted"
	}
	for _, difference := range compareTemplates(format, want, template, c.Quirks) {
		t.Error(difference)
	}
	return "same"
}

// fails reports whether an error is expected. One of validation counts for every
// format, as we validate before we render; one of rendering only where the
// reference has no template of that format.
func (c *oracleCase) fails(format string) bool {
	e := c.Expected.Error
	rendering := e != nil && (e.Phase == "sam" || e.Phase == "terraform")
	return e != nil && !(rendering && c.expected(format) != nil)
}

// surpassed reports whether an error is of a limit of the reference's that ours
// doesn't have; docs/differences.md lists them.
func (c *oracleCase) surpassed(format string) bool {
	e := c.Expected.Error
	return format == "sam" && e != nil && e.Phase == "sam" && strings.Contains(e.Message, "@app.on_s3_event")
}

func (c *oracleCase) checkError(t *testing.T, err error) {
	t.Helper()
	if c.Expected.Error == nil || len(c.Expected.Error.Mentions) == 0 {
		return
	}
	if !slices.ContainsFunc(c.Expected.Error.Mentions, func(m string) bool { return strings.Contains(err.Error(), m) }) {
		t.Errorf("error %q names none of %q", err, c.Expected.Error.Mentions)
	}
}

// project writes the case's files into a folder, and returns the input to
// package it.
func (c *oracleCase) project(t *testing.T) packager.Input {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "model.json", string(c.Model))
	switch {
	case c.ConfigText != nil:
		write(t, dir, ".chalice/config.json", *c.ConfigText)
	case string(c.Config) != "null":
		write(t, dir, ".chalice/config.json", string(c.Config))
	}
	for name, text := range c.Files {
		write(t, dir, name, text)
	}
	return packager.Input{
		ProjectDir:   dir,
		Stage:        c.Stage,
		Out:          filepath.Join(dir, "out"),
		AppModel:     filepath.Join(dir, "model.json"),
		TemplateOnly: true,
		Version:      "0.0.0",
	}
}

// pack runs what the command runs, on the case's project.
func (c *oracleCase) pack(t *testing.T, format string) (map[string]any, error) {
	t.Helper()
	in := c.project(t)
	in.PackageFormat = format
	in.TemplateFormat = c.Options.TemplateFormat
	if c.Options.MergeTemplate != "" {
		in.MergeTemplate = filepath.Join(in.ProjectDir, c.Options.MergeTemplate)
	}
	if in.TemplateFormat == "" && !templatefile.IsYAML(in.MergeTemplate) {
		in.TemplateFormat = packager.JSON
	}
	out, err := packager.Build(t.Context(), in)
	if err != nil {
		return nil, err
	}
	if files := c.Expected.Files[format]; files != nil && !slices.Contains(files, filepath.Base(out.Template)) {
		t.Errorf("the template is %s; the reference wrote %v", filepath.Base(out.Template), files)
	}
	data, err := os.ReadFile(out.Template)
	if err != nil {
		t.Fatal(err)
	}
	return readTemplate(t, out.Template, data), nil
}

// readTemplate decodes a template of either format as encoding/json does.
func readTemplate(t *testing.T, name string, data []byte) map[string]any {
	t.Helper()
	o, err := templatefile.Parse(name, data)
	if err != nil {
		t.Fatalf("the template can't be read back: %v", err)
	}
	if data, err = o.MarshalJSON(); err != nil {
		t.Fatal(err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(data, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
