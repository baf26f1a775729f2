package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	packager "github.com/chalice-go/chalice/package"
)

func packageCommand() *cobra.Command {
	var flags appFlags
	var in packager.Input
	c := &cobra.Command{
		Use:   "package OUT",
		Short: "Write a template and a zip that AWS takes",
		Long: `package compiles the app, asks it what it consists of, and writes into the folder
OUT a template of everything that it needs in AWS and a zip with the program.

If it fails, OUT is as it was before.`,
		Example: `  chalice package out
  chalice package --stage prod --template-format json out
  chalice package --pkg-format terraform out
  chalice package --merge-template extra.yaml out`,
		Args: wantArgs("OUT, the folder to write to,"),
		RunE: func(c *cobra.Command, args []string) error {
			full := flags.input(c)
			full.Out, full.TemplateOnly = args[0], in.TemplateOnly
			full.PackageFormat, full.TemplateFormat, full.MergeTemplate = in.PackageFormat, in.TemplateFormat, in.MergeTemplate
			out, err := packager.Build(c.Context(), full)
			if err != nil {
				return err
			}
			printPackage(c.OutOrStdout(), out)
			return nil
		},
	}
	flags.register(c)
	c.Flags().StringVar(&in.PackageFormat, "pkg-format", packager.SAM, "what to write: sam or terraform")
	c.Flags().StringVar(&in.TemplateFormat, "template-format", "", "format of the SAM template: yaml (the default) or json")
	c.Flags().StringVar(&in.MergeTemplate, "merge-template", "", "file with a template to put over the generated one")
	c.Flags().BoolVar(&in.TemplateOnly, "template-only", false, "write no zip")
	return c
}

func printPackage(w io.Writer, out packager.Output) {
	fmt.Fprintln(w, out.Template)
	if out.Zip != "" {
		fmt.Fprintln(w, out.Zip)
	}
}
