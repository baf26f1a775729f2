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
