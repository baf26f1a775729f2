package main

import (
	"github.com/spf13/cobra"

	packager "github.com/chalice-go/chalice/package"
)

func describeCommand() *cobra.Command {
	var in packager.Input
	c := &cobra.Command{
		Use:   "describe",
		Short: "Print what the app consists of, as JSON",
		Long: `describe compiles the app for this machine, runs it, and prints the model that it
writes of itself: its routes, functions and authorizers. Other commands take a
saved model with --app-model.`,
		Example: `  chalice describe > app.json
  chalice package --app-model app.json --template-only out`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			model, warnings, err := packager.Describe(c.Context(), in)
			printWarnings(c, warnings)
			if err != nil {
				return err
			}
			data, err := model.JSON()
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(data)
			return err
		},
	}
	appFlags(c, &in)
	c.Flags().StringVar(&in.PackageFormat, "pkg-format", packager.SAM, "what it will be packaged for: sam, cloudformation or terraform, whose expressions in variables then have stand-ins")
	return c
}
