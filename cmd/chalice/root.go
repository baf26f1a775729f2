package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/termtext"
)

// run carries out a command line and returns the exit status: 1 for every
// mistake, which is told once, that of an ending, and what shells give a command
// that a signal ended.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	results := &output{&stream{w: stdout}, termtext.IsTerminal(stdout)}
	talk := &output{&stream{w: stderr}, true}
	root.SetArgs(args)
	root.SetOut(results)
	root.SetErr(talk)
	if completes(args) {
		completions(root)
	}
	err := unknownCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	var end ending
	isEnding := errors.As(err, &end)
	if failure := results.unwritten(); failure != nil && (isEnding || err == nil || errors.Is(err, failure) || errors.Is(err, context.Canceled)) {
		err = failure
	} else if isEnding {
		return int(end)
	}
	if err != nil {
		fmt.Fprintln(talk, "Error: "+message(ctx, err))
	}
	var signal interrupt
	switch {
	case errors.As(context.Cause(ctx), &signal):
		return signal.status()
	case err != nil:
		return 1
	}
	return 0
}

// ending is the exit status of a command that has done what it was to do, and shown
// all that there is to show.
type ending int

// Error is for whoever takes it for a mistake.
func (e ending) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

const (
	errFollowed ending = 0 // only an interrupt ends logs --follow
	errUnwell   ending = 1 // doctor has found what stops a deployment
	errChanges  ending = 2 // diff has found changes
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "chalice",
		Short: "Serverless apps on AWS, in Go",
		Long: `chalice turns a Go program that registers handlers into a serverless app on AWS. It
deploys the app by CloudFormation, runs it on this machine, or writes what other
tools deploy: a SAM template, a CloudFormation template, or a Terraform module, and
a zip with the compiled program.`,
		Example: `  chalice new-project helloworld
  cd helloworld
  chalice local
  chalice deploy
  curl $(chalice url)
  chalice delete`,
		SilenceErrors: true, // run prints them, once
		SilenceUsage:  true,
	}
	versionFlag(root)
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.DisableDefaultCmd = true // ours is among the others
	root.AddCommand(
		newProjectCommand(),
		migrateCommand(),
		localCommand(),
		deployCommand(),
		rollbackCommand(),
		diffCommand(),
		statusCommand(),
		urlCommand(),
		deleteCommand(),
		invokeCommand(),
		logsCommand(),
		generateEventCommand(),
		packageCommand(),
		validateCommand(),
		describeCommand(),
		graphCommand(),
		devCommand(),
		genPolicyCommand(),
		openAPICommand(),
		generateModelsCommand(),
		generateSDKCommand(),
		generatePipelineCommand(),
		configSchemaCommand(),
		doctorCommand(),
		completionCommand(),
		versionCommand(),
	)
	narrow(root)
	return root
}
