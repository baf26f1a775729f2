package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// run carries out a command line and returns the exit status: 1 for every
// mistake, which is told once, 2 where diff finds changes, and what shells give a
// command that a signal ended.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := unknownCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if err != nil && !errors.Is(err, errChanges) {
		fmt.Fprintln(stderr, "Error: "+message(ctx, err))
	}
	var signal interrupt
	switch {
	case errors.As(context.Cause(ctx), &signal):
		return signal.status()
	case errors.Is(err, errChanges):
		return 2
	case err != nil:
		return 1
	}
	return 0
}

// errChanges ends diff where there are changes, which it has shown.
var errChanges = errors.New("there are changes")

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "chalice",
		Short: "Serverless apps on AWS, in Go",
		Long: `chalice turns a Go program that registers handlers into a serverless app on AWS:
a SAM template, or a Terraform module, and a zip with the compiled program.`,
		Example: `  chalice new-project helloworld
  cd helloworld
  go test ./...
  chalice package out
  sam deploy --guided --capabilities CAPABILITY_IAM --template-file out/sam.yaml`,
		Version:       version(),
		SilenceErrors: true, // run prints them, once
		SilenceUsage:  true,
	}
	root.SetVersionTemplate(versionLine() + "\n")
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		newProjectCommand(),
		localCommand(),
		statusCommand(),
		urlCommand(),
		invokeCommand(),
		generateEventCommand(),
		packageCommand(),
		validateCommand(),
		describeCommand(),
		graphCommand(),
		genPolicyCommand(),
		configSchemaCommand(),
		versionCommand(),
	)
	return root
}
