package docstest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRows(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	page := "# Page\n\n| other |\n| --- |\n| row |\n\nabove\n| a | b |\n| --- | ---: |\n| 1 | |\n|  `2` | x y |\n\ntext\n\n| a | b |\n| --- | --- |\n| 3 | |\n"
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(page)
	got, err := Rows(file, "| a | b |")
	want := []Row{{10, "above", []string{"1", ""}}, {11, "above", []string{"`2`", "x y"}}, {17, "", []string{"3", ""}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v; want -, got +\n%s", err, diff)
	}
	if got, err := Rows(file, "| c |"); err == nil {
		t.Errorf("without the table: %v", got)
	}
	write(page + "| 4 |\n")
	if _, err := Rows(file, "| a | b |"); err == nil || !strings.Contains(err.Error(), "page.md:18: the row has 1 cells, the head 2") {
		t.Errorf("got %v", err)
	}
}
