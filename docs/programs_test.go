package docs_test

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chalice-go/chalice/internal/docstest"
)

// pages returns the pages of the documentation but those of the tutorial, whose blocks are run.
func pages(t *testing.T) []*docstest.Page {
	t.Helper()
	all := read(t, "*.md", "../*.md", "../examples/*/README.md")
	if len(all) < 25 {
		t.Fatalf("found %d pages", len(all))
	}
	return all
}

// tutorial returns the pages of the tutorial, and their list.
func tutorial(t *testing.T) []*docstest.Page {
	t.Helper()
	return read(t, "tutorial/*.md")
}

func read(t *testing.T, patterns ...string) []*docstest.Page {
	t.Helper()
	all, err := docstest.ReadAll(patterns...)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestPrograms: what snippets of Go use is there, and so are names of our packages in texts.
func TestPrograms(t *testing.T) {
	c, err := docstest.NewChecker("..")
	if err != nil {
		t.Fatal(err)
	}
	snippets := 0
	for _, page := range pages(t) {
		for _, b := range page.Blocks {
			if b.Language == "go" && (b.Title == "" || filepath.Base(page.Path) != "README.md") {
				snippets++
				for _, err := range c.Check(page, b) {
					t.Error(err)
				}
			}
		}
	}
	if snippets < 30 {
		t.Errorf("found %d snippets", snippets)
	}
	named := 0
	for _, page := range append(pages(t), tutorial(t)...) {
		for _, code := range page.Code() {
			for _, m := range ours.FindAllStringSubmatch(code.Text, -1) {
				named++
				if !c.Has(m[1], m[2], m[3]) {
					t.Errorf("%s:%d: there is no %s", page.Path, code.Line, m[0])
				}
			}
		}
	}
	if named < 300 {
		t.Errorf("found %d names", named)
	}
}

// ours finds names of our packages, and of a type's members.
var ours = regexp.MustCompile(`\b(app|apptest|cdkconstruct|codedeploy|dispatch|httpadapter|websocket)\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)
