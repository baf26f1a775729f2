package main

import (
	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/deploy"
)

func diffCommand() *cobra.Command {
	var in deploy.DiffInput
	var json bool
	c := &cobra.Command{
		Use:   "diff",
		Short: "Show what a deployment would change",
		Long: `diff packages the app and shows what deploy would change of the stage's stack: the
resources with their properties, the permissions that widen, and what becomes
public. It has CloudFormation compare, with a change set that is never executed; with
--offline it compares with the template that was deployed last from this project,
and needs neither credentials nor a region.

The exit status is 2 if there are changes, and 0 if there are none.`,
		Example: `  chalice diff
  chalice diff --stage prod --json
  chalice diff --offline`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			if in.Offline && len(in.Parameters) > 0 {
				return misuse(c, "--parameter doesn't go with --offline: no parameter's value is recorded to compare with")
			}
			screen := newScreen(c, json)
			t := talk{Screen: screen, command: c.Context(), diff: true}
			in.Talk, in.Working = t, working(screen)
			d, err := deploy.Diff(c.Context(), in)
			if err != nil {
				return showFailure(c.Context(), screen, err)
			}
			if d.New {
				screen.Note("there is no stack " + d.Stack + " yet")
			}
			t.Review(d.Review)
			if d.Unseen {
				screen.Note("outputs or tags of the stack change")
			}
			if d.Any() {
				return errChanges
			}
			return nil
		},
	}
	stageFlags(c, &in.Input)
	buildFlags(c, &in.Input)
	c.Flags().BoolVar(&in.Offline, "offline", false, "compare with the template that was deployed last from here, without AWS")
	c.Flags().BoolVar(&json, "json", false, "write the changes as JSON, an object in each line")
	return c
}
