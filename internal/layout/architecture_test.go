package layout_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the rules into docs/architecture.md")

const (
	architecture = "../../docs/architecture.md"
	tableStart   = "<!-- rules start: written by make golden of internal/layout/rules_test.go -->\n"
	tableEnd     = "<!-- rules end -->\n"
)

// TestArchitecture compares the table of the documentation with the rules.
func TestArchitecture(t *testing.T) {
	page, err := os.ReadFile(architecture)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := bytes.Cut(page, []byte(tableStart))
	_, after, closed := bytes.Cut(rest, []byte(tableEnd))
	if !ok || !closed {
		t.Fatalf("%s lacks the lines between which the table of rules stands", architecture)
	}
	want := bytes.Join([][]byte{before, []byte(tableStart), table(), []byte(tableEnd), after}, nil)
	if bytes.Equal(page, want) {
		return
	}
	if !*update {
		t.Fatalf("%s says otherwise than rules_test.go: run make golden", architecture)
	}
	if err := os.WriteFile(architecture, want, 0o644); err != nil {
		t.Fatal(err)
	}
}

// table writes the rules as Markdown.
func table() []byte {
	var b bytes.Buffer
	b.WriteString("| folder | owns | may import of ours | of others |\n| --- | --- | --- | --- |\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.dir, r.owns, cell(r.ours), cell(r.beyond))
	}
	return b.Bytes()
}

// cell writes import paths as one cell of a table.
func cell(paths []string) string {
	if len(paths) == 0 {
		return "nothing"
	}
	return strings.ReplaceAll(strings.Join(paths, ", "), "github.com/", "")
}
