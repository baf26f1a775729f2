package main

import (
	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/config"
	packager "github.com/chalice-go/chalice/package"
)

// appFlags gives a command the flags of all that look at an app. When it runs,
// the input is complete but for what is the command's own.
func appFlags(c *cobra.Command, in *packager.Input) {
	c.Flags().StringVar(&in.ProjectDir, "project-dir", ".", "folder of the app's main package")
	c.Flags().StringVar(&in.Stage, "stage", config.DefaultStage, "stage of the configuration to use")
	c.Flags().StringVar(&in.AppModel, "app-model", "", "file with what \"chalice describe\" printed, instead of running the app")
	c.Flags().DurationVar(&in.Timeout, "timeout", packager.DefaultTimeout, "how long the app may take to describe itself")
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if in.Timeout <= 0 {
			return misuse(c, "--timeout has to be longer than 0")
		}
		in.Version, in.Progress = version(), c.ErrOrStderr()
		return nil
	}
}
