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

With --template cdk the API keeps its data in a DynamoDB table, and both are
in a stack that the AWS CDK deploys.

Its go.mod takes chalice from where this command came from: the release that
was installed, or else the checkout that it was built from.`,
		Example: `  chalice new-project helloworld
  chalice new-project --template cdk users
  chalice new-project --chalice-source ~/src/chalice helloworld`,
		Args: wantArgs("NAME, what the project is called,"),
		RunE: func(c *cobra.Command, args []string) error {
			in.Name = args[0]
			in.Build, _ = debug.ReadBuildInfo()
			project, err := scaffold.New(c.Context(), in)
			if err != nil {
				return err
			}
			if err := printLines(c.OutOrStdout(), project.Dir); err != nil {
				return err
			}
			hints := []string{"next: cd " + project.Dir + " && " + tries(in.Template)}
			if project.Checkout != "" {
				hints = append(hints, "note: "+project.Elsewhere())
			}
			return printLines(c.ErrOrStderr(), hints...)
		},
	}
	c.Flags().StringVar(&in.Template, "template", scaffold.REST, "what to start with: rest or cdk")
	c.Flags().StringVar(&in.Source, "chalice-source", "", "`folder` of the checkout of chalice to use")
	return c
}

// tries are the commands that show what a project of a kind does.
func tries(template string) string {
	if template == scaffold.CDK {
		return "go test ./... && cdk synth"
	}
	return "chalice local"
}
