package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// develVersion is the version of a command that was built from a checkout.
const develVersion = "0.0.0-devel"

// version is the version of the module that the command was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || !strings.HasPrefix(info.Main.Version, "v") || strings.Contains(info.Main.Version, "+dirty") {
		return develVersion
	}
	return strings.TrimPrefix(info.Main.Version, "v")
}

// versionLine tells what is of use in a report of a problem.
func versionLine() string {
	return fmt.Sprintf("chalice %s, %s, %s/%s", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Example: `  chalice version
  chalice --version`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			return printLines(c.OutOrStdout(), versionLine())
		},
	}
}

// versionFlag gives the root a flag --version. Cobra's own flag says a line of another
// form, unless it is given a template, which narrowUsage says the price of.
func versionFlag(root *cobra.Command) {
	asked := root.Flags().BoolP("version", "v", false, "version for chalice")
	help := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		if wantsHelp, _ := c.Flags().GetBool("help"); c == root && *asked && !wantsHelp {
			fmt.Fprintln(c.OutOrStdout(), versionLine())
			return
		}
		help(c, args)
	})
}
