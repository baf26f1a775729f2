package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/chalice-go/chalice/internal/docstest"
)

// documentation returns the pages that name commands.
func documentation(t *testing.T) []*docstest.Page {
	t.Helper()
	all, err := docstest.ReadAll("../../*.md", "../../docs/*.md", "../../docs/tutorial/*.md", "../../examples/*/README.md", "../../internal/scaffold/templates/*/README.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestDocCommands: the commands and flags that the documentation names are there.
func TestDocCommands(t *testing.T) {
	found := 0
	for _, page := range documentation(t) {
		for _, command := range page.Commands() {
			found++
			if err := usable(command.Text); err != nil {
				t.Errorf("%s:%d: chalice %s: %v", page.Path, command.Line, command.Text, err)
			}
		}
	}
	if found < 300 {
		t.Errorf("found %d commands", found)
	}
}

// TestDocCommandsWrong: a wrong command, and a wrong flag, would be found.
func TestDocCommandsWrong(t *testing.T) {
	page, err := docstest.Parse("page.md", strings.NewReplacer("~~~", "```", "´", "`").Replace(`
Run ´chalice pakage out´, then:

    $ cd x && chalice package --singlefile out

~~~console
$ curl $(chalice url --stge prod)hello | jq .
{"chalice": "local"}
$ TABLE=x chalice local \
    --prot 9000
$ chalice new-project --project-type rest-api 'my app'
~~~

"chalice nothing" is no code, and ´chalice deploy --stage prod´ is right, as is ´chalice´.
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, command := range page.Commands() {
		if err := usable(command.Text); err != nil {
			got = append(got, fmt.Sprintf("%d: %v", command.Line, err))
		}
	}
	want := []string{
		"7: unknown flag: --stge",
		"9: unknown flag: --prot",
		"4: unknown flag: --singlefile",
		`2: there is no command "pakage" (did you mean package?); chalice --help shows how to use it`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// incomplete are complaints about a flag that is only named, and about what stands for a value.
var incomplete = regexp.MustCompile(`^(flag needs an argument: |invalid argument "[A-Z]+")`)

// usable returns an error if there is no such command, or if it doesn't take the flags.
func usable(command string) error {
	root := newRoot()
	args := docstest.Words(command)
	if len(args) == 0 || args[0] == "help" || args[0] == "..." || args[0] == "COMMAND" {
		return nil
	}
	if err := unknownCommand(root, args); err != nil {
		return err
	}
	c, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	c.InitDefaultHelpFlag()
	if err := c.ParseFlags(rest); err != nil && !incomplete.MatchString(err.Error()) {
		return err
	}
	return nil
}

// foreign are the flags of other tools that texts name, and the end of a name.
var foreign = strings.Fields(`
	--aws-sigv4 --code-uri --compressed --enforce-iam --hotswap --only --rounds --x-s3`)

// TestDocFlags: the flags that texts name are flags of one of the commands.
func TestDocFlags(t *testing.T) {
	found := 0
	known := flags()
	for _, page := range documentation(t) {
		for _, flag := range named(page) {
			found++
			if !known[flag.Text] && !slices.Contains(foreign, flag.Text) {
				t.Errorf("%s:%d: no command has a flag %s", page.Path, flag.Line, flag.Text)
			}
		}
	}
	if found < 200 {
		t.Errorf("found %d flags", found)
	}
	for _, flag := range foreign {
		if known[flag] {
			t.Errorf("%s isn't another tool's alone", flag)
		}
	}
}

// TestDocFlagsWrong: a flag that no command has is found, in texts and in tables.
func TestDocFlagsWrong(t *testing.T) {
	page, err := docstest.Parse("page.md", strings.ReplaceAll(`
With ´--explane´ it says why, with ´--stage prod´ for that stage.

| ´--num-lines 20´ | how many; ´--num-entries=20´ |
`, "´", "`"))
	if err != nil {
		t.Fatal(err)
	}
	known := flags()
	var got []string
	for _, flag := range named(page) {
		if !known[flag.Text] {
			got = append(got, flag.Text)
		}
	}
	if diff := cmp.Diff([]string{"--explane", "--num-lines"}, got); diff != "" {
		t.Error(diff)
	}
}

var flagName = regexp.MustCompile(`(?:^|[\s\[|(])(--[a-zA-Z][\w-]*)`)

// named returns the flags that a page names in its texts.
func named(page *docstest.Page) (all []docstest.Code) {
	for _, code := range page.Code() {
		for _, m := range flagName.FindAllStringSubmatch(code.Text, -1) {
			all = append(all, docstest.Code{Line: code.Line, Text: m[1]})
		}
	}
	return all
}

// flags returns the flags of all commands.
func flags() map[string]bool {
	all := map[string]bool{"--help": true}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, set := range []*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
			set.VisitAll(func(f *pflag.Flag) { all["--"+f.Name] = true })
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot())
	return all
}
