package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/chalice-go/chalice/config"
	packager "github.com/chalice-go/chalice/package"
	"github.com/chalice-go/chalice/synth"
)

// appFlags gives a command the flags of all that look at an app. When it runs,
// the input is complete but for what is the command's own.
func appFlags(c *cobra.Command, in *packager.Input) {
	c.Flags().StringVar(&in.ProjectDir, "project-dir", ".", "folder of the app's main package")
	c.Flags().StringVar(&in.Stage, "stage", config.DefaultStage, "stage of the configuration to use")
	c.Flags().StringVar(&in.AppModel, "app-model", "", "file with what \"chalice describe\" printed, instead of running the app")
	mergeFlag(c.Flags(), &in.MergeTemplate)
	c.Flags().DurationVar(&in.Timeout, "timeout", packager.DefaultTimeout, "how long the app may take to describe itself")
	programFlags(c, &in.BuildTags, &in.LinkerFlags, &in.PassEnv, &in.Force)
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if in.Timeout <= 0 {
			return misuse(c, "--timeout has to be longer than 0")
		}
		screen := newScreen(c, false)
		in.Version, in.Progress, in.Names = version(), harmless(screen.Progress()), flagNames
		in.Working, in.Cache = working(screen), packager.CacheDir()
		return nil
	}
}

// programFlags gives a command, which has its RunE, the flags of all that compile the app
// and run it here.
func programFlags(c *cobra.Command, tags, linkerFlags, passEnv *[]string, force *bool) {
	c.Flags().StringArrayVar(passEnv, "env", nil, "`NAME` of a variable of the shell that the app sees while it runs here, beside PATH, HOME and their like; can be there several times, and end in *")
	c.Flags().StringSliceVar(tags, "build-tags", nil, "build `TAGS` for the program, separated by commas, beside those of GOFLAGS and of build_tags in the configuration")
	timingFlags(c)
	c.Flags().StringArrayVar(linkerFlags, "ldflags", nil, "`FLAGS` for Go's linker, such as '-X main.version=1.2.3', beside those of GOFLAGS and of ldflags in the configuration; can be there several times")
	c.Flags().BoolVar(force, "force", false, "do everything again, also what an earlier run did and nothing has changed of")
}

// mergeFlag adds the flag that names what is merged into the template. What variables
// refer to can be in it.
func mergeFlag(f *pflag.FlagSet, file *string) {
	f.StringVar(file, "merge-template", "", "file with a template to put over the generated one")
}

// flagNames calls the fields of a packager.Input as the command's users know
// them. They know keys of the configuration by their own names.
func flagNames(name string) string {
	if flag, ok := flagsOfFields[name]; ok {
		return flag
	}
	return name
}

// localNames is flagNames for the commands that run the app here, and so can't do without
// its program.
func localNames(name string) string {
	if name == "AppModel" || name == "TemplateOnly" {
		return ""
	}
	return flagNames(name)
}

var flagsOfFields = map[string]string{
	"AppModel":         "--app-model",
	"Code":             "--code-bucket or --code-key",
	"Code.Bucket":      "--code-bucket",
	"Code.Key":         "--code-key",
	"BuildTags":        "--build-tags",
	"ContinueRollback": "--continue-rollback",
	"LinkerFlags":      "--ldflags",
	"MaxResources":     "--max-resources",
	"MergeTemplate":    "--merge-template",
	"NoAnalysis":       "--no-analysis",
	"PackageFormat":    "--pkg-format",
	"SingleFile":       "--single-file",
	"TemplateFormat":   "--template-format",
	"Offline":          "--offline",
	"PassEnv":          "--env",
	"ProjectDir":       "--project-dir",
	"Parameters":       "--parameter",
	"Retain":           "--retain",
	"Skip":             "--skip",
	"Target":           "--region and --account-id",
	"TemplateOnly":     "--template-only",
	"Yes":              "--yes",

	"api_gateway_stage": "--api-gateway-stage",
	"artifact_bucket":   "--bucket",
	"autogen_policy":    "--autogen-policy",
	"profile":           "--profile",
	"stack_name":        "--stack-name",
}

// layoutFlags gives a command the flags that matter to an app which is too
// large for one template.
func layoutFlags(c *cobra.Command, in *packager.Input) {
	maxResourcesFlag(c, in)
	c.Flags().StringVar(&in.Target.Region, "region", "", "region to deploy to; needed if the API's document is too large for a template")
	c.Flags().StringVar(&in.Target.AccountID, "account-id", "", "account to deploy to, likewise")
}

// maxResourcesFlag gives a command the flag that limits how large a stack gets.
func maxResourcesFlag(c *cobra.Command, in *packager.Input) {
	c.Flags().Func("max-resources", fmt.Sprintf("`number` of resources that a stack can have, at most %d; an app with more has nested stacks", synth.MaxResources), func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > synth.MaxResources {
			return fmt.Errorf("it has to be a whole number from 1 to %d", synth.MaxResources)
		}
		in.MaxResources = n
		return nil
	})
}

// policyFlags gives a command the flags that say where policies come from.
func policyFlags(c *cobra.Command, in *packager.Input) {
	set := func(value bool) func(string) error {
		return func(text string) error {
			on, err := strconv.ParseBool(text)
			setOverride(in, "autogen_policy", on == value)
			return err
		}
	}
	c.Flags().BoolFunc("autogen-policy", "generate the policies of the functions' roles, whatever the configuration says", set(true))
	c.Flags().BoolFunc("no-autogen-policy", "take the policies of the functions' roles from iam_policy_file, or else from .chalice/policy-STAGE.json", set(false))
	c.Flags().BoolVar(&in.NoAnalysis, "no-analysis", false, "leave out of generated policies what the source shows that the functions need in AWS")
}

// setOverride has a value win over the configuration.
func setOverride(in *packager.Input, key string, value any) {
	if in.Overrides == nil {
		in.Overrides = map[string]any{}
	}
	in.Overrides[key] = value
}
