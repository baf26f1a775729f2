package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/doctor"
	"github.com/chalice-go/chalice/internal/termtext"
)

func doctorCommand() *cobra.Command {
	var in doctor.Input
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Say what a project lacks to be deployed",
		Long: `doctor looks at Go, at the versions of chalice in go.mod and of this command, at the
configuration, at the region and the credentials with which AWS would be called, at
this machine's clock, at the bucket for programs, and at the tools of others. Nothing
is changed.

Each line that isn't as it should be says what to do. The exit status is 1 if
something stops a deployment.`,
		Example: `  chalice doctor
  chalice doctor --stage prod --profile work`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			if in.Stage == "" {
				return misuse(c, "--stage is empty")
			}
			in.Version = version()
			found := doctor.Examine(c.Context(), in)
			if err := c.Context().Err(); err != nil {
				return err
			}
			if err := printFindings(c, found, asJSON); err != nil {
				return err
			}
			for _, f := range found {
				if f.State == doctor.Problem {
					return errUnwell
				}
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&in.ProjectDir, "project-dir", ".", "folder of the app's main package")
	f.StringVar(&in.Stage, "stage", config.DefaultStage, "name of the stage")
	f.StringVar(&in.Account.Profile, "profile", "", "profile of the AWS configuration to use; otherwise the configuration's")
	f.StringVar(&in.Account.Region, "region", "", "region to look at; otherwise that of the environment or the profile")
	f.BoolVar(&asJSON, "json", false, "print a JSON list of what was found")
	return c
}

// marks are the signs of states, and their colours.
var marks = map[doctor.State]struct {
	sign   string
	colour color.Attribute
}{
	doctor.Good: {"✓", color.FgGreen}, doctor.Note: {"•", color.FgYellow}, doctor.Problem: {"✗", color.FgRed},
}

// printFindings prints a line for each finding, and below it what to do.
func printFindings(c *cobra.Command, found []doctor.Finding, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(c.OutOrStdout())
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(found)
	}
	paint := termtext.Painter{Color: termtext.Color(c.OutOrStdout())}
	width := 0
	for _, f := range found {
		width = max(width, len(f.What))
	}
	below := "\n" + strings.Repeat(" ", width+4)
	for _, f := range found {
		text := strings.ReplaceAll(termtext.Clean(f.Text), "\n", below)
		line := fmt.Sprintf("%s %-*s  %s", paint.Paint(marks[f.State].sign, marks[f.State].colour), width, f.What, text)
		if f.Advice != "" {
			line += below + "→ " + strings.ReplaceAll(f.Advice, "\n", below)
		}
		if err := printLines(c.OutOrStdout(), line); err != nil {
			return err
		}
	}
	return nil
}
