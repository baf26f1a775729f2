package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/docstest"
)

// TestLinks: the files and headings of the repository are there that pages link to.
func TestLinks(t *testing.T) {
	found := 0
	for _, page := range append(pages(t), tutorial(t)...) {
		for _, link := range page.Links() {
			found++
			if err := leads(page.Path, link.Text); err != nil {
				t.Errorf("%s:%d: %v", page.Path, link.Line, err)
			}
		}
	}
	if found < 200 {
		t.Errorf("found %d links", found)
	}
}

// elsewhere finds links that don't lead to a file of the repository.
var elsewhere = regexp.MustCompile(`^(https?:|mailto:|//)`)

// leads returns an error if a page's link leads nowhere.
func leads(path, link string) error {
	if elsewhere.MatchString(link) {
		return nil
	}
	file, anchor, _ := strings.Cut(link, "#")
	target := path
	if file != "" {
		target = filepath.Join(filepath.Dir(path), filepath.FromSlash(file))
	}
	if _, err := os.Stat(target); err != nil {
		return fmt.Errorf("%s: there is no such file", link)
	}
	if anchor == "" {
		return nil
	}
	page, err := docstest.Read(target)
	if err != nil {
		return err
	}
	if !page.Anchors()[anchor] {
		return fmt.Errorf("%s: there is no such heading", link)
	}
	return nil
}

// TestLeads: a link that leads nowhere is found.
func TestLeads(t *testing.T) {
	for link, want := range map[string]string{
		"page.md":                     "",
		"#a-heading-with-code-1":      "",
		"page.md#a-heading-with-code": "",
		"../links.go":                 "",
		"https://example.com/x#y":     "",
		"pages.md":                    "no such file",
		"#a-heading":                  "no such heading",
		"page.md#in-a-block":          "no such heading",
	} {
		err := leads("../internal/docstest/testdata/page.md", link)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got error %v, want one with %q", link, err, want)
		}
	}
}
