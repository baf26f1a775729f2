package main

import (
	"time"

	"github.com/spf13/cobra"

	packager "github.com/chalice-go/chalice/package"
)

// appFlags are the flags of every command that looks at an app.
type appFlags struct {
	projectDir string
	stage      string
	appModel   string
	timeout    time.Duration
}

func (f *appFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.projectDir, "project-dir", ".", "folder of the app's main package")
	c.Flags().StringVar(&f.stage, "stage", "dev", "stage of the configuration to use")
	c.Flags().StringVar(&f.appModel, "app-model", "", "file with what \"chalice describe\" printed, instead of running the app")
	c.Flags().DurationVar(&f.timeout, "timeout", packager.DefaultTimeout, "how long the app may take to describe itself")
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if f.timeout <= 0 {
			return misuse(c, "--timeout has to be longer than 0")
		}
		return nil
	}
}

// input starts the input of a packager call.
func (f *appFlags) input(c *cobra.Command) packager.Input {
	return packager.Input{
		ProjectDir: f.projectDir,
		Stage:      f.stage,
		AppModel:   f.appModel,
		Timeout:    f.timeout,
		Version:    version(),
		Progress:   c.ErrOrStderr(),
	}
}
