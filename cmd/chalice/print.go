package main

import (
	"fmt"
	"io"
	"runtime"
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

// printWarnings prints warnings as lines to standard error, and notes as such.
func printWarnings(c *cobra.Command, warnings []packager.Warning) {
	for _, w := range warnings {
		word := "warning"
		if w.Kind == packager.GatewayNote {
			word = "note"
		}
		fmt.Fprintf(c.ErrOrStderr(), "%s: %s\n", word, w)
	}
}

// shellWord quotes a path if a shell would not take it for one word.
func shellWord(path string) string { return shellWordOf(runtime.GOOS, path) }

// shellWordOf quotes for the shells of a system. On Windows, where paths have backslashes,
// that is what cmd.exe and PowerShell both take.
func shellWordOf(system, path string) string {
	if system == "windows" {
		if !strings.ContainsAny(path, " \t'`!*?[](){}<>|&;~#=^%,@$") {
			return path
		}
		return `"` + path + `"`
	}
	if !strings.ContainsAny(path, " \t\n'\"\\$`!*?[](){}<>|&;~#=") {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
