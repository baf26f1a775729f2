package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/scaffold"
	"github.com/chalice-go/chalice/internal/termtext"
)

func newProjectCommand() *cobra.Command {
	var in scaffold.Input
	var template string
	c := &cobra.Command{
		Use:   "new-project [NAME]",
		Short: "Start a project that builds, tests and packages as it is",
		Long: `new-project makes the folder NAME with a small app, its tests and its configuration.
The folder must not exist; the last element of its path is the name of the app. In a
terminal, and without NAME, it asks for what it needs.

` + listTypes() + `
legacy, as in Chalice for Python, is rest-api.

The folder becomes a repository of git's, unless it is in one already. Its go.mod
takes chalice from where this command came from: the release that was installed, or
else the checkout that it was built from.`,
		Example: `  chalice new-project helloworld
  chalice new-project --project-type queue-worker --module example.com/team/jobs services/jobs
  chalice new-project --chalice-source ~/src/chalice helloworld`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && canAsk() {
				return nil
			}
			return wantArgs("NAME, what the project is called,")(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			typ, err := typeOf(c, template, in.Type)
			if err != nil {
				return err
			}
			in.Type = typ
			if _, err := scaffold.FindType(in.Type); err != nil {
				return misuse(c, "--project-type: %w", err)
			}
			if len(args) == 0 {
				if err := askForProject(c, &in); err != nil {
					return err
				}
			} else {
				in.Dir = args[0]
			}
			return makeProject(c, in)
		},
	}
	f := c.Flags()
	f.StringVarP(&in.Type, "project-type", "t", scaffold.RESTAPI, "one of "+strings.Join(typeNames(), ", "))
	f.StringVar(&in.Module, "module", "", "`PATH` of the project's module, such as example.com/team/shop; otherwise NAME")
	f.BoolVar(&in.NoGit, "no-git", false, "don't make a repository of the folder")
	f.StringVar(&in.Source, "chalice-source", "", "`folder` of the checkout of chalice to use")
	f.StringVar(&template, "template", "", "")
	f.Lookup("template").Hidden = true
	return c
}

// typeNames are the names of the types of projects.
func typeNames() []string {
	var names []string
	for _, t := range scaffold.Types() {
		names = append(names, t.Name)
	}
	return names
}

// listTypes is what the help says of each type of project.
func listTypes() string {
	list := "--project-type is\n"
	for _, t := range scaffold.Types() {
		list += fmt.Sprintf("  %-17s %s\n", t.Name, t.Summary)
	}
	return list
}

// templates are the types of projects by the names that --template has had.
var templates = map[string]string{"rest": scaffold.RESTAPI, "cdk": scaffold.CDK}

// typeOf returns the type that --template stands for, or what --project-type says.
func typeOf(c *cobra.Command, template, typ string) (string, error) {
	if !c.Flags().Changed("template") {
		return typ, nil
	}
	named, ok := templates[template]
	if !ok {
		return "", misuse(c, "--template is %q and has to be rest or cdk; --project-type has more", template)
	}
	return named, nil
}

// canAsk reports whether there is somebody who can be asked.
func canAsk() bool {
	return termtext.IsTerminal(os.Stdin) && termtext.IsTerminal(os.Stderr)
}

// askForProject asks what a project is to be.
func askForProject(c *cobra.Command, in *scaffold.Input) error {
	ctx, p := c.Context(), person{says: bufio.NewReader(os.Stdin), reads: os.Stderr}
	var err error
	in.Dir, err = p.ask(ctx, "Name of the project", "", checked(nameProblem))
	if err == nil {
		fmt.Fprintln(p.reads, "What it starts with:")
		for i, t := range scaffold.Types() {
			fmt.Fprintf(p.reads, "%d. %-17s %s\n", i+1, t.Name, t.Summary)
		}
		in.Type, err = p.ask(ctx, "Number or name", in.Type, oneOf(typeNames()))
	}
	if err == nil {
		module := cmp.Or(in.Module, filepath.Base(in.Dir))
		in.Module, err = p.ask(ctx, "Module path, such as example.com/team/"+filepath.Base(in.Dir), module,
			checked(func(path string) error { return scaffold.CheckName(in.Dir, path) }))
	}
	if errors.Is(err, errUnanswered) {
		return errors.New("nothing is made")
	}
	return err
}

// nameProblem says what is wrong with the name of a project whose module can still have
// another path.
func nameProblem(name string) error {
	if err := scaffold.CheckName(name, "example.com/any"); err != nil {
		return err
	}
	return mustNotExist(name)
}

// makeProject makes a project, and says what can be done with it.
func makeProject(c *cobra.Command, in scaffold.Input) error {
	in.Release, in.Build = ownBuild()
	project, err := scaffold.New(c.Context(), in)
	if err != nil {
		return err
	}
	if err := printLines(c.OutOrStdout(), project.Dir); err != nil {
		return err
	}
	hints := []string{"next: cd " + shellWord(project.Dir) + " && " + project.Type.Tries}
	if _, err := exec.LookPath("go"); err != nil {
		hints = append([]string{"first: install Go, https://go.dev/dl: there is no go command on the PATH, and everything else needs it"}, hints...)
	}
	if project.Checkout != "" {
		hints = append(hints, "note: "+project.Elsewhere())
	}
	return printLines(c.ErrOrStderr(), hints...)
}
