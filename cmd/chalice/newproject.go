package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/scaffold"
)

func newProjectCommand() *cobra.Command {
	var in scaffold.Input
	c := &cobra.Command{
		Use:   "new-project NAME",
		Short: "Start a project that builds, tests and packages as it is",
		Long: `new-project makes the folder NAME with a small REST API, its tests and its
configuration. The folder must not exist.

Its go.mod takes chalice from where this command came from: the release that
was installed, or else the checkout that it was built from.`,
		Example: `  chalice new-project helloworld
  chalice new-project --chalice-source ~/src/chalice helloworld`,
		Args: wantArgs("NAME, what the project is called,"),
		RunE: func(c *cobra.Command, args []string) error {
			in.Name = args[0]
			in.Build, _ = debug.ReadBuildInfo()
			dir, err := scaffold.New(c.Context(), in)
			if err != nil {
				return err
			}
			if err := printLines(c.OutOrStdout(), dir); err != nil {
				return err
			}
			return printLines(c.ErrOrStderr(), "next: cd "+dir+" && go test ./... && chalice package out")
		},
	}
	c.Flags().StringVar(&in.Source, "chalice-source", "", "`folder` of the checkout of chalice to use")
	return c
}
