package main

import (
	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/config"
)

func configSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "config-schema",
		Short: "Print the JSON Schema of .chalice/config.json",
		Example: `  chalice config-schema > .chalice/config.schema.json
  # and in config.json: "$schema": "config.schema.json"`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := c.OutOrStdout().Write(config.Schema())
			return err
		},
	}
}
