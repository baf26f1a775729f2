package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/deploy"
)

// deployFlags are the flags of deploy.
type deployFlags struct {
	deploy.Input
	codeOnly bool
	rollback bool
	skip     []string
	json     bool
}

func deployCommand() *cobra.Command {
	var f deployFlags
	c := &cobra.Command{
		Use:   "deploy",
		Short: "Deploy the app to AWS",
		Long: `deploy packages the app, uploads the program, and makes the stack of the stage in
CloudFormation what the app's template says. It shows what changes, asks before
permissions widen, something becomes public, or a resource is replaced or removed,
follows the stack until it is done, and prints its outputs and where the app is
reached. If anything fails, CloudFormation takes the stack back to what it was.

Where the stage is deployed is recorded in .chalice/deployed. See docs/deploying.md.`,
		Example: `  chalice deploy
  chalice deploy --stage prod --profile production
  chalice deploy --yes --json               # in CI, where nobody answers
  chalice deploy --no-execute               # somebody else executes the change set
  chalice deploy --code-only                # the functions' code alone, in seconds
  chalice deploy --parameter Colour=red --tag team=web`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	stageFlags(c, &f.Input)
	buildFlags(c, &f.Input)
	yesFlag(c, &f.Input)
	flags := c.Flags()
	flags.BoolVar(&f.NoExecute, "no-execute", false, "make the change set, and leave it to somebody else to execute")
	flags.BoolVar(&f.codeOnly, "code-only", false, "update the code of the functions alone, without looking at the template")
	flags.BoolVar(&f.rollback, "continue-rollback", false, "finish the rollback of a stack in UPDATE_ROLLBACK_FAILED, and do nothing else")
	flags.StringArrayVar(&f.skip, "skip", nil, "`ID` of a resource that can't be rolled back, to leave as it is with --continue-rollback; can be there several times")
	flags.BoolVar(&f.json, "json", false, "write what happens as JSON, an object in each line")
	return c
}

func (f *deployFlags) run(c *cobra.Command) error {
	if err := f.check(c); err != nil {
		return err
	}
	screen := newScreen(c, f.json)
	f.Talk, f.Working = talk{Screen: screen, command: c.Context()}, working(screen)
	switch {
	case f.rollback:
		name, err := deploy.ContinueRollback(c.Context(), f.Input, f.skip)
		if err != nil {
			return showFailure(c.Context(), screen, err)
		}
		screen.Note(fmt.Sprintf("%s is as it was before its last update; chalice deploy deploys again", name))
		return nil
	case f.codeOnly:
		o, err := deploy.DeployCode(c.Context(), f.Input)
		if err != nil {
			return showFailure(c.Context(), screen, err)
		}
		screen.Note(codeNote(o))
		return nil
	}
	o, err := deploy.Deploy(c.Context(), f.Input)
	if o == nil {
		return showFailure(c.Context(), screen, err)
	}
	result(screen, o)
	if o.Action == deploy.Prepared {
		screen.Note(executeNote(o))
	}
	return showFailure(c.Context(), screen, err)
}

// check finds flags that don't go together.
func (f *deployFlags) check(c *cobra.Command) error {
	var modes []string
	for _, mode := range []struct {
		flag string
		set  bool
	}{{"--code-only", f.codeOnly}, {"--continue-rollback", f.rollback}, {"--no-execute", f.NoExecute}} {
		if mode.set {
			modes = append(modes, mode.flag)
		}
	}
	if len(modes) > 1 {
		return misuse(c, "%s don't go together", strings.Join(modes, " and "))
	}
	if len(f.skip) > 0 && !f.rollback {
		return misuse(c, "--skip goes with --continue-rollback")
	}
	return nil
}

// codeNote says what an update of the code alone has come to.
func codeNote(o *deploy.CodeOutcome) string {
	what := "have the new code"
	switch {
	case o.Unchanged:
		what = "had that code already"
	case len(o.Functions) == 1:
		what = "has the new code"
	}
	return fmt.Sprintf("%s of %s %s; the template wasn't looked at", strings.Join(o.Functions, ", "), o.Stack, what)
}

// executeNote says how a change set that was left is executed.
func executeNote(o *deploy.Outcome) string {
	command := []string{"aws cloudformation execute-change-set --region", o.Region}
	if o.Profile != "" {
		command = append(command, "--profile", shellWord(o.Profile))
	}
	command = append(command, "--stack-name", o.Stack, "--change-set-name", o.ChangeSet.Name, "--retain-except-on-create")
	return fmt.Sprintf("nothing is executed yet: the change set is %s\nnext: %s\nthen chalice deploy records what is deployed", o.ChangeSet.Name, strings.Join(command, " "))
}
