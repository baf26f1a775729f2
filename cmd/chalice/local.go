package main

import (
	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/console"
	"github.com/chalice-go/chalice/internal/devserver/invokeapi"
	"github.com/chalice-go/chalice/internal/sample"
	"github.com/chalice-go/chalice/internal/termtext"
	packager "github.com/chalice-go/chalice/package"
)

func localCommand() *cobra.Command {
	var o devserver.Options
	var p devserver.Printer
	var noReload bool
	c := &cobra.Command{
		Use:   "local",
		Short: "Run the app on this machine, anew when its source changes",
		Long: `local builds the app, runs its functions as Lambda does, and answers requests as
API Gateway would.`,
		Example: `  chalice local
  chalice local --stage prod --port 9000
  chalice local --env-file .env --endpoint-url http://127.0.0.1:4566`,
		Args: wantArgs(),
		PreRunE: func(c *cobra.Command, _ []string) error {
			switch {
			case o.Port < 0 || o.Port > 65535:
				return misuse(c, "--port has to be a number from 0 to 65535")
			case o.Workers < 1:
				return misuse(c, "--workers has to be at least 1")
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			screen := newScreen(c, p.JSON)
			o.AutoReload, o.Names, o.Version, o.Cache = !noReload, localNames, version(), packager.CacheDir()
			o.Progress, o.Working = harmless(screen.Progress()), working(screen)
			o.Mounts = mounts
			p.Out, p.Status = screen.Results(), screen.Progress()
			p.Color = termtext.Color(c.OutOrStdout())
			ctx, cancel := whileWritten(c)
			defer cancel()
			return devserver.Serve(ctx, o, p)
		},
	}
	localFlags(c, &o)
	c.Flags().BoolVar(&p.JSON, "json", false, "write what happens as JSON, an object in each line")
	c.Flags().BoolVar(&o.Schedules, "schedules", false, "invoke functions when the time of their schedules comes")
	c.Flags().BoolVar(&noReload, "no-autoreload", false, "don't watch the source for changes")
	return c
}

// mounts are what the server has beside the app.
func mounts(s *devserver.Server) []devserver.Mount {
	return []devserver.Mount{
		{Prefix: console.Prefix, Name: "console", Handler: console.Handler(s, console.Options{Sample: sampleOf}), RoutesPage: console.Docs},
		{Prefix: invokeapi.Prefix, Name: "Invoke API", Handler: invokeapi.Handler(s), Takes: invokeapi.Takes},
	}
}

// sampleOf returns an event that a function could get.
func sampleOf(apiType string, m *app.Model, function string) ([]byte, error) {
	return sample.Event(m, function, sample.Options{APIType: apiType})
}

// localFlags gives a command the flags of running the app here.
func localFlags(c *cobra.Command, o *devserver.Options) {
	f := c.Flags()
	f.StringVar(&o.ProjectDir, "project-dir", ".", "folder of the app's main package")
	f.StringVar(&o.Stage, "stage", config.DefaultStage, "stage of the configuration to use")
	f.StringVar(&o.Host, "host", "127.0.0.1", "address to listen on; others than this machine's own let everyone in")
	f.IntVar(&o.Port, "port", 8000, "port to listen on; 0 takes a free one")
	f.IntVar(&o.Workers, "workers", devserver.DefaultWorkers, "how many processes a function has at most, each for one event at a time")
	f.StringVar(&o.EnvFile, "env-file", "", "file with environment variables, KEY=value in each line, which win over the configuration")
	f.StringVar(&o.EndpointURL, "endpoint-url", "", "where the app's AWS SDK sends its calls, instead of AWS")
	f.StringVar(&o.Profile, "profile", "", "section of the AWS configuration whose credentials the app gets")
	mergeFlag(f, &o.MergeTemplate)
	programFlags(c, &o.BuildTags, &o.LinkerFlags, &o.PassEnv, &o.Force)
	f.StringVar(&o.APIKey, "api-key", "", "API key for routes that require one; without, one is made and printed")
	f.BoolVar(&o.Debug, "debug", false, "run the functions under Delve, without time limits")
}
