package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	packager "github.com/chalice-go/chalice/package"
)

func printLines(w io.Writer, lines ...string) error {
	for _, line := range lines {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// printWarnings prints warnings as lines to standard error.
func printWarnings(c *cobra.Command, warnings []packager.Warning) {
	for _, w := range warnings {
		fmt.Fprintf(c.ErrOrStderr(), "warning: %s\n", w)
	}
}

// shellWord quotes a path if a shell would not take it for one word.
func shellWord(path string) string {
	if !strings.ContainsAny(path, " \t\n'\"\\$`!*?[](){}<>|&;~#=") {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
