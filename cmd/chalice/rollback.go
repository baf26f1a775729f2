package main

import (
	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/terminal"
)

func rollbackCommand() *cobra.Command {
	var in deploy.Input
	var json bool
	c := &cobra.Command{
		Use:   "rollback",
		Short: "Put live back to the versions before the last deployment",
		Long: `rollback has the alias live of each function whose version the last deployment has
changed point to the version before, after a question. That takes a second, and the
app need not compile: it is for the moment in which a deployment turns out to be
wrong. Nothing else of the stack changes.

A deployment that publishes no version leaves live there, and the next one that does
moves it to the new version. A second rollback goes no further back. Nothing is done
while CloudFormation or CodeDeploy is at work, nor where somebody has moved live since
the deployment. Functions have versions with the key deployment.`,
		Example: `  chalice rollback
  chalice rollback --stage prod --yes`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			screen := newScreen(c, json)
			in.Talk = talk{Screen: screen, command: c.Context()}
			o, err := deploy.Rollback(c.Context(), in)
			if o == nil {
				return showFailure(c.Context(), screen, err)
			}
			screen.Table(versionTable(o))
			if err == nil {
				screen.Result(terminal.Result{Stack: o.Stack, Action: "rolled back", Took: screen.Took()})
			}
			return showFailure(c.Context(), screen, err)
		},
	}
	stageFlags(c, &in)
	yesFlag(c, &in)
	c.Flags().BoolVar(&json, "json", false, "write what happens as JSON, an object in each line")
	return c
}

// versionTable is the table of the functions whose versions the last deployment has
// changed, with those to which live points now.
func versionTable(o *deploy.RolledBack) terminal.Table {
	t := terminal.Table{Title: "Versions", Columns: []string{"function", "deployed", "live"}}
	for _, m := range o.Functions {
		live := terminal.Cell{Text: m.From}
		switch {
		case m.Done:
			live = terminal.Cell{Text: m.To, Tone: terminal.Good}
		case m.To != "": // it should have gone back
			live.Tone = terminal.Warn
		}
		t.Rows = append(t.Rows, []terminal.Cell{{Text: m.Function}, {Text: m.From}, live})
	}
	return t
}
