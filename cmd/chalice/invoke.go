package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/devserver"
)

// invokeFlags are the flags of invoke.
type invokeFlags struct {
	local   bool
	tail    bool
	name    string
	payload string
	stage   deploy.Input
	server  devserver.Options // of one that is started for the call
	// ownServer: flags ask for another server than one that may run already.
	ownServer bool
}

func invokeCommand() *cobra.Command {
	var f invokeFlags
	c := &cobra.Command{
		Use:   "invoke NAME",
		Short: "Call a function, in AWS or here, and print what it returns",
		Long: `invoke calls the deployed function NAME of the stage with an event, and prints what
it returns. NAME is what the app calls the function; that of the routes together is
api_handler.

The event is JSON, of at most 6 MB, in the file that --payload names, or in standard
input unless that is a terminal or empty. Without any, the function gets {}; a
schedule and its like want the event that generate-event prints.

If the function fails, its error and its stack are printed to standard error, and
the exit status is 1. An answer is waited for as long as lambda_timeout says, and
ten seconds for the function's start. A call that may have reached the function isn't
repeated.

With --local the function runs in the chalice local of this project and stage, if
there is one. Else the app is built and run for the one call, which prints its log
to standard error; so it is with a flag that says how to run or to build it as well.
Without an event, a function that AWS itself invokes gets that sample by itself then.`,
		Example: `  chalice invoke report
  chalice invoke report --payload order.json --stage prod
  echo '{"id": 7}' | chalice invoke -n report --tail
  chalice generate-event tick | chalice invoke tick
  chalice invoke --local tick
  chalice generate-event resize | chalice invoke --local resize`,
		Args: func(c *cobra.Command, args []string) error { return f.nameOf(c, args) },
		RunE: func(c *cobra.Command, _ []string) error {
			if f.local {
				return invokeLocally(c, f)
			}
			return invokeDeployed(c, f)
		},
	}
	stageFlags(c, &f.stage)
	flags := c.Flags()
	flags.StringVarP(&f.name, "name", "n", "", "the name of the function to invoke, instead of NAME")
	flags.StringVar(&f.payload, "payload", "", "file with the event; - is standard input")
	flags.BoolVar(&f.tail, "tail", false, "print the end of the call's log to standard error, at most 4 KB")
	flags.BoolVar(&f.local, "local", false, "call the function on this machine")
	flags.StringVar(&f.server.EnvFile, "env-file", "", "file with environment variables, KEY=value in each line, which win over the configuration")
	flags.StringVar(&f.server.EndpointURL, "endpoint-url", "", "where the app's AWS SDK sends its calls, instead of AWS")
	mergeFlag(flags, &f.server.MergeTemplate)
	programFlags(c, &f.server.BuildTags, &f.server.LinkerFlags, &f.server.PassEnv, &f.server.Force)
	for _, flag := range localOnly {
		f := c.Flags().Lookup(flag)
		f.Usage = "with --local: " + f.Usage
	}
	return c
}

// Flags that only one of the two ways to call a function has.
var (
	localOnly    = []string{"env-file", "endpoint-url", "merge-template", "build-tags", "ldflags", "env", "force"}
	deployedOnly = []string{"region", "stack-name", "connection-timeout", "tail"}
)

// nameOf takes the function's name, from either of the places where it can be, and
// refuses flags that don't go together.
func (f *invokeFlags) nameOf(c *cobra.Command, args []string) error {
	if f.name != "" {
		args = append([]string{f.name}, args...)
	}
	if err := wantArgs("NAME, of a function,")(c, args); err != nil {
		return err
	}
	f.name = args[0]
	wrong, why := localOnly, "is for functions on this machine, with --local"
	if f.local {
		wrong, why = deployedOnly, "is for deployed functions: it doesn't go with --local"
	}
	for _, flag := range wrong {
		if c.Flags().Changed(flag) {
			return misuse(c, "--%s %s", flag, why)
		}
	}
	f.ownServer = slices.ContainsFunc(append(localOnly, "profile"), c.Flags().Changed)
	f.server.ProjectDir, f.server.Stage, f.server.Profile = f.stage.ProjectDir, f.stage.Stage, f.stage.Account.Profile
	return nil
}
