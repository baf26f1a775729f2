package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "chalice",
		Short: "Serverless apps on AWS, in Go",
		Long: `chalice turns a Go program that registers handlers into a serverless app on AWS:
a SAM template, or a Terraform module, and a zip with the compiled program.`,
		Example: `  chalice new-project helloworld
  cd helloworld
  chalice package out
  sam deploy --guided --template-file out/sam.yaml`,
		Version:       version(),
		SilenceErrors: true, // main prints them, once
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usageError(c, err) })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SuggestionsMinimumDistance = 2
	root.AddCommand(
		packageCommand(),
		validateCommand(),
		describeCommand(),
		graphCommand(),
		configSchemaCommand(),
		versionCommand(),
	)
	return root
}

// usageError says where the right use of a command is described.
func usageError(c *cobra.Command, err error) error {
	return fmt.Errorf("%w; %s --help shows how to use it", err, c.CommandPath())
}

// knownCommand refuses what follows chalice and is no command of it.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if names := root.SuggestionsFor(args[0]); len(names) > 0 {
		hint = " (did you mean " + strings.Join(names, " or ") + "?)"
	}
	return usageError(root, fmt.Errorf("there is no command %q%s", args[0], hint))
}

// wantArgs refuses another number of arguments than there are names.
func wantArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usageError(c, fmt.Errorf("%s is missing", names[len(args)]))
		case len(args) > len(names):
			return usageError(c, fmt.Errorf("%q is one argument too many", args[len(names)]))
		}
		return nil
	}
}
