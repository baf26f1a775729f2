package docs_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/docstest"
)

var update = flag.Bool("update", false, "rewrite outputs in the pages that differ from what is printed")

// TestTutorial runs the pages of the tutorial.
func TestTutorial(t *testing.T) {
	all := tutorial(t)
	if len(all) == 0 {
		t.Fatal("there is no page")
	}
	e := docstest.NewEnvironment(t, "..")
	for _, page := range all {
		name := strings.TrimSuffix(filepath.Base(page.Path), ".md")
		if name == "README" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "cdk" {
				docstest.Need(t, "node")
			}
			run(t, e, page)
		})
	}
}

// ran are the pages beyond the tutorial whose consoles are run, and the folder in a copy of the
// checkout where that is.
var ran = map[string]string{
	"../examples/chat/README.md":       "examples/chat",
	"../examples/events/README.md":     "examples/events",
	"../examples/helloworld/README.md": "examples/helloworld",
	"../examples/mounted/README.md":    "examples/mounted",
	"../examples/shop/README.md":       "examples/shop",
	"../examples/todo/README.md":       "examples/todo",

	"local.md":     ".",
	"packaging.md": ".",
	"policies.md":  ".",
	"typed.md":     ".",
}

// TestPages runs pages in the examples: what these are about themselves, and what the
// documentation shows of them.
func TestPages(t *testing.T) {
	e := docstest.NewEnvironment(t, "..")
	for path, folder := range ran {
		page := read(t, path)[0]
		page.Folder, page.Reference = folder, filepath.Base(path) != "README.md"
		name := strings.TrimSuffix(filepath.Base(path), ".md")
		if !page.Reference {
			name = filepath.Base(folder)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, e, page)
		})
	}
}

// unrun are the pages of whose consoles some aren't run, how many these are, and why.
var unrun = map[string]struct {
	consoles int
	why      string
}{
	"deploying.md":                     {1, "a stack with versions has been deployed eight times before; internal/deploy's tests roll back"},
	"index.md":                         {2, "the README has the same, and is run"},
	"tutorial/README.md":               {1, "the README has the same, and is run"},
	"../examples/cdk/README.md":        {3, "a stack of the CDK takes its bootstrap; make conformance-cdk deploys it"},
	"../examples/orders/README.md":     {6, "what stands in for AWS, at that address; make conformance-examples asks the same"},
	"../examples/thumbnails/README.md": {3, "what stands in for AWS, at that address; make conformance-examples asks the same"},
}

// TestUnrun: a page shows no command with its output that isn't run without a reason.
func TestUnrun(t *testing.T) {
	for _, page := range append(pages(t), read(t, "tutorial/README.md")...) {
		if page.Path == "../README.md" {
			continue
		}
		got := len(indented(page))
		if ran[page.Path] == "" {
			for _, b := range page.Blocks {
				if b.Language == "console" || b.Language == "sh" {
					got++
				}
			}
		}
		if want := unrun[page.Path]; got != want.consoles {
			t.Errorf("%s has %d consoles that aren't run, and %d have a reason: %s", page.Path, got, want.consoles, want.why)
		}
	}
}

// indented returns the lines of a page's texts that show a command as a console does.
func indented(page *docstest.Page) (all []string) {
	blocks := map[int]bool{}
	for _, b := range page.Blocks {
		for i := range b.Lines() {
			blocks[b.Line+i] = true
		}
	}
	for i, line := range page.Lines {
		if !blocks[i+1] && strings.HasPrefix(line, "    ") && strings.HasPrefix(strings.TrimSpace(line), "$ ") {
			all = append(all, line)
		}
	}
	return all
}

// TestReadme does what the README says, from the clone on.
func TestReadme(t *testing.T) {
	page := read(t, "../README.md")[0]
	docstest.Need(t, "git")
	if err := exec.Command("git", "rev-parse", "--verify", "--quiet", "HEAD").Run(); err != nil {
		t.Skip("this is no clone of the project")
	}
	run(t, docstest.NewEnvironment(t, ".."), page)
}

// TestInstallation: other pages that say how to install say what the README does, which is
// run.
func TestInstallation(t *testing.T) {
	inReadme := commands(read(t, "../README.md")[0])
	for _, file := range []string{"index.md", "tutorial/README.md"} {
		found := commands(read(t, file)[0])
		if len(found) == 0 {
			t.Errorf("%s has no commands", file)
		}
		for _, command := range found {
			if !slices.Contains(inReadme, command) {
				t.Errorf("%s has %q, and README.md hasn't", file, command)
			}
		}
	}
}

// commands returns the lines of consoles that are typed.
func commands(page *docstest.Page) (all []string) {
	for _, b := range page.Blocks {
		for _, line := range b.Lines() {
			if command, ok := strings.CutPrefix(line, "$ "); ok && b.Language == "console" {
				all = append(all, command)
			}
		}
	}
	return all
}

// laterVariable says that the pages which need an AWS or tools are run elsewhere, with these.
const laterVariable = "DOCSTEST_LATER"

// run runs a page. Where there is an AWS, these are the pages that ask it, or tools that
// may be missing elsewhere: the others have nothing that isn't run without.
func run(t *testing.T, e *docstest.Environment, page *docstest.Page) {
	t.Helper()
	switch {
	case e.Python != "" && !page.NeedsTools():
		t.Skip("all of it runs without an AWS")
	case e.Python == "" && page.NeedsTools() && os.Getenv(laterVariable) != "":
		t.Skip("make conformance-docs runs it, with an AWS")
	}
	mended, err := docstest.Run(t.Context(), e, page, t.TempDir())
	if err != nil {
		t.Error(err)
	}
	if err != nil && *update {
		if err := os.WriteFile(page.Path, []byte(mended), 0o666); err != nil {
			t.Error(err)
		}
	}
}

// TestTutorialList: the list of the tutorial has every page.
func TestTutorialList(t *testing.T) {
	listed := map[string]bool{}
	for _, link := range read(t, "tutorial/README.md")[0].Links() {
		listed[link.Text] = true
	}
	for _, page := range tutorial(t) {
		if name := filepath.Base(page.Path); name != "README.md" && !listed[name] {
			t.Errorf("tutorial/README.md doesn't lead to %s", name)
		}
	}
}
