package migrate

import (
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/config"
)

// report says what has become of the Python project, and what is to be done.
func (p *plan) report(notes, refused []note, python, requirements []string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `# %s, from Python to Go

"chalice migrate" made this project of an app for Chalice %s, in Python %s. It
registers what that app registers, under the same names and with the same options. Each
handler has its Python source in a comment and returns an error, of status 501 from
routes, until it is written.

Chalice's documentation has docs/migrating.md, with each call of Chalice for Python and
what stands for it in Go, and docs/differences.md.

## To write

`, cell(p.Name), p.Chalice, p.Python)
	b.WriteString("| function | in | it | in Python |\n| --- | --- | --- | --- |\n")
	for _, s := range p.stubs {
		h := p.Handlers[s.handler]
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cell(s.name), h.file(), cell(s.does), cell(h.Function+" "+h.where()))
	}
	section(&b, "Not carried over", "", texts(notes))
	section(&b, "To mend", "Chalice, or AWS, refuses these, so that the tests fail until they are mended.", texts(refused))
	section(&b, "Permissions", `Chalice for Python finds these calls of AWS in app.py. Those that a handler makes in
Go are found in its source; see docs/policies.md. "iam_roles": "per_function" in the
configuration gives each function what it needs itself.`, p.Calls)
	section(&b, "Python files", "What handlers use of these is to be written as well.", python)
	section(&b, "Requirements", "", requirements)
	b.WriteString(`
## Deployed stages

What Chalice for Python has deployed stays as it is: a stage here is a stack of its own,
with other names and URLs. When clients use that, delete the old one with the old command.
`)
	return []byte(b.String())
}

func texts(notes []note) (list []string) {
	for _, n := range notes {
		list = append(list, n.String())
	}
	return list
}

// section writes a list, if there is anything in it.
func section(b *strings.Builder, title, about string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", title)
	if about != "" {
		b.WriteString(about + "\n\n")
	}
	for _, item := range items {
		b.WriteString("- " + cell(item) + "\n")
	}
}

// cell makes one line of a text, in which nothing has a meaning for Markdown.
func cell(text string) string {
	text = harmless(strings.Join(strings.Fields(text), " "))
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "#", `\#`).Replace(text)
}

func (p *plan) readme(stage string) []byte {
	of := ""
	if stage != config.DefaultStage {
		of = " --stage " + stage
	}
	return []byte(fmt.Sprintf(`# %[1]s

A serverless application, written with [Chalice for Go](https://%[2]s). It was written in
Python before: MIGRATING.md says what is left to do.

    go test ./...%[4]s           # run the tests
    chalice local%[3]s           # run it on this machine, and anew at each change
    chalice package%[3]s out     # write out/sam.yaml and out/deployment.zip
    chalice deploy%[3]s          # make a stack of it in AWS

Handlers are declared in main.go. .chalice/config.json says what each stage gives them:
memory, environment variables and so on.
`, cell(p.Name), ourModule, of, strings.Repeat(" ", len(of))))
}
