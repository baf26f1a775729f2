package layout_test

import (
	"fmt"
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

// linkCommand links the command into a folder, and returns its file and what the linker
// says of who needs what.
func linkCommand(t *testing.T) (file, needs string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "chalice")
	c := exec.Command("go", "build", "-ldflags=-s -w -dumpdep", "-o", file, "./cmd/chalice")
	c.Dir = "../.."
	c.Env = append(os.Environ(), "GOFLAGS=")
	var said strings.Builder
	c.Stderr = &said
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", c, err, said.String()[:min(said.Len(), 2000)])
	}
	return file, said.String()
}

// TestStart: what is made before main runs is so little that it isn't a reason for a
// collection of garbage, which Go begins at 3.8 MB. It took a quarter of the time of
// chalice version, and of what a shell waits for when it completes a word. The tree of
// commands takes half a megabyte more.
func TestStart(t *testing.T) {
	file, _ := linkCommand(t)
	c := exec.Command(file, "version")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	trace, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", c, err, trace)
	}
	made, most, largest := 0, 0, ""
	for line := range strings.Lines(string(trace)) {
		var name string
		var at, took float64
		var size int
		if _, err := fmt.Sscanf(line, "init %s @%f ms, %f ms clock, %d bytes", &name, &at, &took, &size); err != nil {
			continue
		}
		if made += size; size > most {
			most, largest = size, name
		}
	}
	if made == 0 || made > 3_200_000 {
		t.Errorf("%d bytes are made before main runs, by %s the most, want at most 3.2 MB", made, largest)
	}
}

// TestNoMethodByName: nothing in the command looks for a method by a name that only
// its run knows, as text/template does. Where something does, the linker keeps the
// exported methods of all types, since any could be asked for: of the AWS SDK's clients
// each operation. That made 16 MB of 45.
func TestNoMethodByName(t *testing.T) {
	_, needs := linkCommand(t)
	by := map[string]string{} // who needs a symbol, the first of them
	seeker := ""              // the first too, since others are linked because of it
	for line := range strings.Lines(needs) {
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
