package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/docstest"
)

// TestTargets: the targets of make are there that pages name.
func TestTargets(t *testing.T) {
	data, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	there := targets(string(data))
	found := 0
	for _, page := range append(pages(t), tutorial(t)...) {
		for _, target := range made(page) {
			found++
			if !there[target.Text] {
				t.Errorf("%s:%d: make has no target %s", page.Path, target.Line, target.Text)
			}
		}
	}
	if found < 30 {
		t.Errorf("found %d targets", found)
	}
}

var (
	rule     = regexp.MustCompile(`(?m)^([\w.$(][^:=\n]*):([^=]|$)`)
	variable = regexp.MustCompile(`(?m)^(\w+) *:?= *(\S+)$`)
	// make finds the target of a call of make, behind its folder.
	makes = regexp.MustCompile("(?:^|`|\\$ |&& )make (?:-\\w+ [\\w/.]+ )?([\\w./-]+)")
)

// targets returns the targets of a makefile.
func targets(makefile string) map[string]bool {
	all := map[string]bool{}
	for _, m := range rule.FindAllStringSubmatch(makefile, -1) {
		names := m[1]
		for _, v := range variable.FindAllStringSubmatch(makefile, -1) {
			names = strings.ReplaceAll(names, "$("+v[1]+")", v[2])
		}
		for name := range strings.FieldsSeq(names) {
			all[name] = true
		}
	}
	return all
}

// made returns the targets of make that a page names, in blocks and in texts.
func made(page *docstest.Page) (all []docstest.Code) {
	add := func(line int, code string) {
		for _, m := range makes.FindAllStringSubmatch(code, -1) {
			all = append(all, docstest.Code{Line: line, Text: m[1]})
		}
	}
	for _, b := range page.Blocks {
		for i, line := range b.Lines() {
			if b.Language == "console" || b.Language == "sh" {
				add(b.Line+i, line)
			}
		}
	}
	for i, line := range page.Lines {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			add(i+1, code)
		}
	}
	for _, code := range page.Code() {
		add(code.Line, code.Text)
	}
	return all
}

// TestTargetsWrong: a target that isn't there is found.
func TestTargetsWrong(t *testing.T) {
	page, err := docstest.Parse("page.md", strings.NewReplacer("~~~", "```", "´", "`").Replace(`
Run ´make tset´, or to make sure ´make -C chalice tools/ready´:

    make picturez      # of what runs

~~~console
$ cd x && make -sC chalice instal
~~~
`))
	if err != nil {
		t.Fatal(err)
	}
	there := targets("TOOLS := tools\nx y: z ## help\n\tgo: run\n$(TOOLS)/ready: x\nbuild install: export A := 0\n")
	var got []string
	for _, target := range made(page) {
		if !there[target.Text] {
			got = append(got, target.Text)
		}
	}
	if want := "instal picturez tset"; strings.Join(got, " ") != want || !there["y"] || !there["install"] || there["go"] {
		t.Errorf("got %q, want %s; targets are %v", got, want, there)
	}
}
