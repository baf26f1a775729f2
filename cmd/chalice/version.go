package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// develVersion is the version of a command that was built from a checkout.
const develVersion = "0.0.0-devel"

// What the linker is told of a release that is built to be downloaded: see
// .goreleaser.yaml. A date is RFC 3339's, and the commit's own.
var linkedVersion, linkedCommit, linkedDate string

// origin is what a command knows of where it comes from.
type origin struct {
	version      string // without v
	commit, date string // empty: unknown; the date is a day
	changed      bool   // the checkout had changes that the commit doesn't have
}

// version is the version of the module that the command was built from.
func version() string {
	return ownOrigin().version
}

func ownOrigin() origin {
	if linkedVersion != "" {
		return origin{version: linkedVersion, commit: linkedCommit, date: day(linkedDate)}
	}
	info, _ := debug.ReadBuildInfo()
	return originOf(info)
}

// originOf reads what Go records of a build: the version of a module that go install
// took from a proxy, whose name has the commit if it isn't a release, and the commit
// that a checkout was at, unless -buildvcs=false.
func originOf(info *debug.BuildInfo) origin {
	found := origin{version: develVersion}
	if info == nil {
		return found
	}
	if v := info.Main.Version; semver.IsValid(v) && !strings.Contains(v, "+dirty") {
		found.version = strings.TrimPrefix(v, "v")
		if at, err := module.PseudoVersionTime(v); err == nil {
			found.commit, _ = module.PseudoVersionRev(v)
			found.date = at.Format(time.DateOnly)
		}
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			found.commit = s.Value
		case "vcs.time":
			found.date = day(s.Value)
		case "vcs.modified":
			found.changed = s.Value == "true"
		}
	}
	return found
}

// day is the day of a time that RFC 3339 spells, in UTC.
func day(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return ""
	}
	return at.UTC().Format(time.DateOnly)
}

// String is as versions are told: 0.1.0, commit 0123456789ab of 2026-11-30
func (o origin) String() string {
	text := o.version
	if o.commit != "" {
		text += ", commit " + o.commit[:min(12, len(o.commit))]
	}
	if o.commit != "" && o.changed {
		text += " with changes"
	}
	if o.commit != "" && o.date != "" {
		text += " of " + o.date
	}
	return text
}

// versionLine tells what is of use in a report of a problem.
func versionLine() string {
	return fmt.Sprintf("chalice %s, %s, %s/%s", ownOrigin(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// ownBuild tells new projects where they can take chalice from: the release that this
// command is, if the linker was told, and what Go records.
func ownBuild() (release string, info *debug.BuildInfo) {
	info, _ = debug.ReadBuildInfo()
	if linkedVersion != "" {
		release = "v" + linkedVersion
	}
	return release, info
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and the commit if it is known",
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
