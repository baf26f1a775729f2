package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/migrate"
	"github.com/chalice-go/chalice/internal/termtext"
)

func migrateCommand() *cobra.Command {
	var in migrate.Input
	c := &cobra.Command{
		Use:   "migrate APP_DIR OUT_DIR",
		Short: "Make a Go project of an app in Chalice for Python",
		Long: `migrate makes the folder OUT_DIR with a Go project that registers what the app in
APP_DIR registers, under the same names and with the same options. Each handler has
its Python source in a comment, and returns status 501 until it is written. The
configuration and its policies are carried over; MIGRATING.md lists what isn't, and
what is left to do.

To learn what the app registers, Python imports APP_DIR/app.py, with the Chalice that
the app uses: the Python of a virtual environment in APP_DIR, or else of the active
one, or else python3. The app runs without credentials for AWS and without network;
what it does besides, at import, happens. It sees PATH, HOME and their like, the
variables of the stage's configuration, and those that --env names.

If it fails, nothing is written. docs/migrating.md has each call of Chalice for Python,
and what stands for it in Go.`,
		Example: `  chalice migrate ../shop shop
  chalice migrate --python ~/venvs/shop/bin/python --stage prod ../shop shop
  chalice migrate --env DATABASE_URL --timeout 2m ../shop shop`,
		Args: wantArgs("APP_DIR, the folder of the Python app,", "OUT_DIR, the folder to write to,"),
		PreRunE: func(c *cobra.Command, args []string) error {
			switch {
			case args[0] == "":
				return misuse(c, "APP_DIR is empty")
			case args[1] == "":
				return misuse(c, "OUT_DIR is empty")
			case in.Stage == "" && c.Flags().Changed("stage"):
				return misuse(c, "--stage is empty")
			case in.Timeout <= 0:
				return misuse(c, "--timeout has to be longer than 0")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			in.App, in.Out = args[0], args[1]
			in.Release, in.Build = ownBuild()
			// A person is told before it runs; a log has what ran, or the reason why not.
			var ran string
			in.Running = func(r migrate.Running) {
				if ran = importing(r); termtext.IsTerminal(direct(c.ErrOrStderr())) {
					fmt.Fprintln(c.ErrOrStderr(), ran)
					ran = ""
				}
			}
			result, err := migrate.Run(c.Context(), in)
			if err != nil {
				return err
			}
			return printMigration(c, ran, result)
		},
	}
	c.Flags().StringVar(&in.Python, "python", "", "`interpreter` of Python that has the app's requirements, or the folder of its virtual environment")
	c.Flags().StringVar(&in.Stage, "stage", "", "`name` of the stage whose variables the app sees (default "+config.DefaultStage+", or else the first of the configuration)")
	c.Flags().DurationVar(&in.Timeout, "timeout", migrate.DefaultTimeout, "how long Python may take to import the app")
	c.Flags().BoolVar(&in.AllowOutput, "allow-output", false, "let the app print while it is imported")
	c.Flags().StringArrayVar(&in.PassEnv, "env", nil, "`NAME` of a variable of the shell that the app sees, beside PATH, HOME and their like; can be there several times, and end in *")
	c.Flags().StringVar(&in.Source, "chalice-source", "", "`folder` of the checkout of chalice to use")
	return c
}

// importing says what runs, and as what.
func importing(r migrate.Running) string {
	return fmt.Sprintf("%s imports %s, for %s at most, without credentials and network, in the region %s",
		shellWord(r.Python), shellWord(r.File), r.Limit, r.Region)
}

// printMigration prints the folder for whoever pipes it on and, apart from it, what a
// person has to know.
func printMigration(c *cobra.Command, ran string, result migrate.Result) error {
	if err := printLines(c.OutOrStdout(), result.Dir); err != nil {
		return err
	}
	var lines []string
	if ran != "" {
		lines = append(lines, ran)
	}
	if result.Printed != "" {
		lines = append(lines, "note: what the app printed last, while it was imported:"+result.Printed)
	}
	for _, text := range result.LeftOut {
		lines = append(lines, "not carried over: "+termtext.Harmless(text))
	}
	for _, text := range result.ToMend {
		lines = append(lines, "to mend: "+termtext.Harmless(text))
	}
	if result.Checkout != "" {
		lines = append(lines, "note: "+result.Elsewhere())
	}
	dir := shellWord(result.Dir)
	lines = append(lines, fmt.Sprintf("next: cd %s && go test ./... , and write %d functions; MIGRATING.md lists them", dir, result.Handlers))
	return printLines(c.ErrOrStderr(), lines...)
}
