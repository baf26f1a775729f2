package docstest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/docstest"
)

// environment is where no AWS is.
func environment(t *testing.T) *docstest.Environment {
	t.Helper()
	e := docstest.NewEnvironment(t, "../..")
	e.Python = ""
	return e
}

// TestRun runs a page with all that pages can have.
func TestRun(t *testing.T) {
	page, err := docstest.Read("testdata/whole.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := docstest.Run(t.Context(), environment(t), page, t.TempDir()); err != nil {
		t.Error(err)
	}
}

// TestWrong runs testdata/small.md, in which nothing is wrong, with one thing in it changed.
func TestWrong(t *testing.T) {
	data, err := os.ReadFile("testdata/small.md")
	if err != nil {
		t.Fatal(err)
	}
	right := string(data)
	e := environment(t)
	for name, tc := range map[string]struct{ old, new, want string }{
		"nothing":                           {"", "", ""},
		"a line of an output":               {"\nhello, you\n", "\nhello, Go\n", "small.md:46: go run .: the page shows\nhello, Go\nand this is printed:\nhello, you"},
		"a line too many":                   {"\nhello, you\n", "\nhello, you\nand more\n", "hello, you\nand more\nand this is printed"},
		"a line after a gap":                {"module hello", "module other", "module other"},
		"a line before the end":             {"A text.\n```", "A text.\nMore.\n```", "small.md:21: cat a.txt go.mod"},
		"a command that should be silent":   {"$ cd hello", "$ cd hello && echo here", "the page shows no output, but this is printed:\nhere"},
		"a silent command with an output":   {"$ cd hello\n", "$ cd hello\nhere\n", "the page shows\nhere"},
		"a command":                         {"$ go run .", "$ go walk .", "exit status 2"},
		"a status":                          {"ls nowhere || true", "ls nowhere", "small.md:6: ls nowhere: exit status"},
		"a flag":                            {"--pkg-format", "--pkg-fromat", "there is no flag --pkg-fromat"},
		"a flag of a command that succeeds": {"chalice version --help", "chalice version --hlep", "exit status 1"},
		"a snippet that doesn't parse":      {"return \"hello, \" + name", "return \"hello, \" + ", "the declarations don't parse"},
		"a snippet that isn't formatted":    {"\tfmt.Println(greeting(\"you\"))", "  fmt.Println(greeting(\"you\"))", "gofmt would change the block"},
		"a snippet that doesn't compile":    {"fmt.Println(greeting(\"you\"))", "fmt.Println(greting(\"you\"))", "undefined: greting"},
		"a snippet that is replaced before anything runs it":       {"var unused int", "var unused int\n```\n\n```console\n$ true\n```\n\n```go title=\"main.go\"\nimport \"strings\"\n\nvar unused bool", ""},
		"a wrong snippet that is replaced before anything runs it": {"var unused int", "var unused in\n```\n\n```console\n$ true\n```\n\n```go title=\"main.go\"\nimport \"strings\"\n\nvar unused bool", "small.md:70: the program above doesn't pass go vet"},
		"a snippet that nothing runs":                              {"var unused int", "var unused in", "small.md:70: the program above doesn't pass go vet"},
		"declarations of no file":                                  {"title=\"main.go\"\nfunc greeting", "title=\"mian.go\"\nfunc greeting", "mian.go"},
		"an excerpt of a file":                                     {"// ...\nreturn \"hello", "// ...\nreturn \"bye", "no file of the project and no output has this"},
		"the order of an excerpt":                                  {"func main() {\n// ...\nreturn \"hello, \" + name", "return \"hello, \" + name\n// ...\nfunc main() {", "no file of the project"},
		"an excerpt of an output":                                  {"\"Name\": \"main\"", "\"Name\": \"mine\"", "\"Name\": \"mine\""},
		"local mode that doesn't run":                              {"text title=\"a.txt\"", "text title=\"chalice local\"", "chalice local doesn't run"},
		"a console without a command":                              {"$ true", "true", "small.md:66: the console has no command"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(right, tc.old) {
				t.Fatalf("the page doesn't have %q", tc.old)
			}
			err := runText(t, e, strings.Replace(right, tc.old, tc.new, 1))
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func runText(t *testing.T, e *docstest.Environment, text string) error {
	t.Helper()
	page, err := docstest.Parse("small.md", text)
	if err != nil {
		t.Fatal(err)
	}
	_, err = docstest.Run(t.Context(), e, page, t.TempDir())
	return err
}

// TestMended: a page whose outputs are wrong gets the right ones, and keeps what differs
// from run to run and what it leaves out.
func TestMended(t *testing.T) {
	page, err := docstest.Parse("page.md", `
1. In a list:

   `+"```console"+`
   $ seq 3
   1
   4
   $ echo took 1s; echo more
   took 2s
   $ seq 9
   1
   ...
   8
   $ true
   gone
   $ seq 4
   1
   ...
   4
   `+"```"+`
`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := docstest.Run(t.Context(), environment(t), page, t.TempDir())
	if err == nil {
		t.Error("nothing was wrong")
	}
	want := `
1. In a list:

   ` + "```console" + `
   $ seq 3
   1
   2
   3
   $ echo took 1s; echo more
   took 2s
   more
   $ seq 9
   1
   ...
   9
   $ true
   $ seq 4
   1
   ...
   4
   ` + "```" + `
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
