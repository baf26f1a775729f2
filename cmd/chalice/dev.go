package main

import "github.com/spf13/cobra"

// devCommand has the reference's names of two commands.
func devCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "dev",
		Short:   "The reference's names for diff and graph",
		Long:    "dev has two commands by the names that they have in Chalice for Python.",
		Example: "  chalice dev plan\n  chalice dev appgraph",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			c.SuggestionsMinimumDistance = 2
			return misuse(c, "there is no command %q%s", args[0], didYouMean(c.SuggestionsFor(args[0])))
		},
	}
	plan, graph := diffCommand(), graphCommand()
	plan.Use, plan.Short = "plan", "Show what a deployment would change, as diff does"
	graph.Use, graph.Short = "appgraph", "Draw the resources that the app needs, as graph does"
	c.AddCommand(plan, graph)
	return c
}
