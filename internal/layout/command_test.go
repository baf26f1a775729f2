package layout_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unlinked is what the command doesn't link, by prefixes of import paths, and what has
// its place.
var unlinked = map[string]string{
	"charm.land":    "a question is a line, and so is its answer",
	"html/template": "html.EscapeString",
	"net/rpc":       "it finds methods by name",
}

// TestCommandLinks: nothing in the command is linked that takes much room for little.
func TestCommandLinks(t *testing.T) {
	for _, p := range list(t, "-deps", "./cmd/chalice") {
		for tree, instead := range unlinked {
			if within(p.ImportPath, tree) {
				t.Errorf("the command links %s: %s", p.ImportPath, instead)
			}
		}
	}
}

// TestNoMethodByName: nothing in the command looks for a method by a name that only
// its run knows, as text/template does. Where something does, the linker keeps the
// exported methods of all types, since any could be asked for: of the AWS SDK's clients
// each operation. That made 16 MB of 45.
func TestNoMethodByName(t *testing.T) {
	c := exec.Command("go", "build", "-ldflags=-s -w -dumpdep", "-o", filepath.Join(t.TempDir(), "chalice"), "./cmd/chalice")
	c.Dir = "../.."
	c.Env = append(os.Environ(), "GOFLAGS=")
	var needs bytes.Buffer
	c.Stderr = &needs
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", c, err, needs.String()[:min(needs.Len(), 2000)])
	}
	by := map[string]string{} // who needs a symbol, the first of them
	seeker := ""              // the first too, since others are linked because of it
	for line := range strings.Lines(needs.String()) {
		from, to, ok := strings.Cut(strings.TrimSpace(line), " -> ")
		if !ok {
			continue
		}
		from, _, _ = strings.Cut(from, " <")
		to, marks, _ := strings.Cut(to, " <")
		if _, known := by[to]; !known {
			by[to] = from
		}
		if seeker == "" && strings.Contains(marks, "ReflectMethod>") {
			seeker = to
		}
	}
	if by["main.run"] == "" {
		t.Fatal("the linker didn't say what needs main.run, so this test sees nothing")
	}
	if seeker == "" {
		return
	}
	way := []string{seeker}
	for s := by[seeker]; s != "" && s != "_" && !slices.Contains(way, s); s = by[s] {
		way = append(way, s)
	}
	t.Errorf("%s finds methods by name. From what needs it to the program's start:\n\t%s", seeker, strings.Join(way[1:], "\n\t"))
}
