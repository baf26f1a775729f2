package main

import (
	"github.com/spf13/cobra"

	packager "github.com/chalice-go/chalice/package"
)

func validateCommand() *cobra.Command {
	var in packager.Input
	c := &cobra.Command{
		Use:   "validate",
		Short: "Check the app and its configuration, and write nothing",
		Long: `validate does all that "chalice package" does before it writes, and reports every
mistake at once.`,
		Example: `  chalice validate --stage prod`,
		Args:    wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			warnings, err := packager.Validate(c.Context(), in)
			printWarnings(c, warnings)
			if err != nil {
				return err
			}
			return printLines(c.OutOrStdout(), "no mistakes found")
		},
	}
	appFlags(c, &in)
	c.Flags().StringVar(&in.PackageFormat, "pkg-format", packager.SAM, "what to check for: sam, cloudformation or terraform")
	c.Flags().StringVar(&in.TemplateFormat, "template-format", "", "format of a SAM or CloudFormation template: yaml (the default) or json")
	layoutFlags(c, &in)
	policyFlags(c, &in)
	return c
}
