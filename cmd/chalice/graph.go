package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/diagram"
	packager "github.com/chalice-go/chalice/package"
	"github.com/chalice-go/chalice/synth"
)

func graphCommand() *cobra.Command {
	var in packager.Input
	var format string
	c := &cobra.Command{
		Use:   "graph",
		Short: "Draw the resources that the app needs",
		Long: `graph lists the resources that the app needs, the logical ids that each has in
CloudFormation, and what it refers to. In other formats it draws them.`,
		Example: `  chalice graph
  chalice graph --format svg > app.svg`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			graph, warnings, err := packager.Graph(c.Context(), in)
			printWarnings(c, warnings)
			if err != nil {
				return err
			}
			ids, err := synth.LogicalIDs(graph)
			if err != nil { // which is no mistake in an app for Terraform
				fmt.Fprintf(c.ErrOrStderr(), "warning: there are no logical ids, since CloudFormation has no template for the app: %v\n", err)
			}
			drawing, err := diagram.Draw(diagram.Of(graph, ids), format)
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(drawing)
			return err
		},
	}
	appFlags(c, &in)
	policyFlags(c, &in)
	c.Flags().StringVar(&format, "format", diagram.Formats()[0], "one of "+strings.Join(diagram.Formats(), ", "))
	return c
}
