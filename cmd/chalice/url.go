package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/deploy"
)

func urlCommand() *cobra.Command {
	var in deploy.Input
	var asJSON bool
	c := &cobra.Command{
		Use:   "url",
		Short: "Print where the app is reached",
		Long: `url prints where the stage that is deployed is reached, a line for each front: the
REST API, the websocket API, and their domain names.`,
		Example: `  curl $(chalice url)
  chalice url --stage prod --json`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := deploy.Find(c.Context(), in)
			if err != nil {
				return err
			}
			if len(d.URLs) == 0 {
				return fmt.Errorf("the stage %s has no URL: nothing in the stack %s is reached from outside", d.Stage, d.Stack)
			}
			if asJSON {
				e := json.NewEncoder(c.OutOrStdout())
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				return e.Encode(d.URLs)
			}
			for _, u := range d.URLs {
				if err := printLines(c.OutOrStdout(), u.URL); err != nil {
					return err
				}
			}
			return nil
		},
	}
	stageFlags(c, &in)
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON list of fronts and URLs")
	return c
}
