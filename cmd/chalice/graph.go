package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/diagram"
	packager "github.com/chalice-go/chalice/package"
)

func graphCommand() *cobra.Command {
	var in packager.Input
	var format string
	c := &cobra.Command{
		Use:   "graph",
		Short: "Draw the resources that the app needs",
		Example: `  chalice graph
  chalice graph --format svg > app.svg`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			graph, err := packager.Graph(c.Context(), in)
			if err != nil {
				return err
			}
			drawing, err := diagram.Draw(diagram.Of(graph), format)
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
