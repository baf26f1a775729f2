package main

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy/apisdk"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/diagram"
	"github.com/chalice-go/chalice/internal/openapi"
	"github.com/chalice-go/chalice/internal/pipeline"
	"github.com/chalice-go/chalice/internal/sample"
	packager "github.com/chalice-go/chalice/package"
)

// completionCommand prints scripts with which shells complete command lines. What is
// completed is asked of this command, in the folder that the shell is in.
func completionCommand() *cobra.Command {
	shells := map[string]func(*cobra.Command) error{
		"bash":       func(c *cobra.Command) error { return c.Root().GenBashCompletionV2(c.OutOrStdout(), true) },
		"zsh":        func(c *cobra.Command) error { return c.Root().GenZshCompletion(c.OutOrStdout()) },
		"fish":       func(c *cobra.Command) error { return c.Root().GenFishCompletion(c.OutOrStdout(), true) },
		"powershell": func(c *cobra.Command) error { return c.Root().GenPowerShellCompletionWithDesc(c.OutOrStdout()) },
	}
	names := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a script with which a shell completes command lines",
		Long: `completion prints a script for bash, zsh, fish or powershell. With it the shell
completes commands, flags, stages, the names of functions and of formats.

bash needs its package bash-completion. zsh wants this in ~/.zshrc:
  autoload -U compinit; compinit`,
		Example: `  chalice completion bash > ~/.local/share/bash-completion/completions/chalice
  chalice completion zsh > "${fpath[1]}/_chalice"
  chalice completion fish > ~/.config/fish/completions/chalice.fish
  chalice completion powershell | Out-String | Invoke-Expression`,
		Args:      wantArgs("SHELL, one of " + strings.Join(names, ", ") + ","),
		ValidArgs: names,
		RunE: func(c *cobra.Command, args []string) error {
			script, ok := shells[args[0]]
			if !ok {
				return misuse(c, "SHELL is %q and has to be one of %s", args[0], strings.Join(names, ", "))
			}
			return script(c)
		},
	}
}

// completer returns what can stand in a place of a command line.
type completer = cobra.CompletionFunc

// completeOf has what flags of all commands complete to.
var completeOf = map[string]completer{
	"stage":            stages,
	"function":         functionNames,
	"name":             deployedNames,
	"skip":             nothing,
	"retain":           nothing,
	"pkg-format":       words(packager.SAM, packager.CloudFormation, packager.Terraform),
	"template-format":  words(packager.YAML, packager.JSON),
	"openapi":          words(openapi.Versions()...),
	"source":           words(pipeline.Sources()...),
	"ci":               words(githubActions),
	"pipeline-version": words(pipelineV2, pipelineV1),
	"project-type":     words(typeNames()...),
	"sdk-type":         words(apisdk.Types()...),
	"project-dir":      folders,
	"chalice-source":   folders,
	"merge-template":   files("yaml", "yml", "json"),
	"app-model":        files("json"),
	"payload":          files("json"),
	"env-file":         anyFile,
	"timings-file":     anyFile,
	"buildspec-file":   anyFile,
	"python":           anyFile,
}

// formatsOf has what --format can be, by command.
var formatsOf = map[string][]string{
	"gen-policy":      {jsonFormat, tableFormat},
	"generate-models": {packager.JSON, packager.YAML},
	"openapi":         documentFormats,
	"graph":           diagram.Formats(),
	"appgraph":        diagram.Formats(),
}

// argumentsOf has what the argument of a command completes to.
var argumentsOf = map[string]completer{
	"invoke":            first(calledNames),
	"generate-event":    first(eventNames),
	"generate-pipeline": first(files("json", "yaml", "yml")),
	"generate-sdk":      first(folders),
	"package":           first(folders),
	"migrate":           folders,
	"new-project":       nothing,
}

// completes reports whether a command line is from the script of a shell, which asks how
// one is completed.
func completes(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// completions gives all commands what completes them.
func completions(root *cobra.Command) {
	for _, c := range root.Commands() {
		completions(c)
		if c.ValidArgs == nil {
			c.ValidArgsFunction = argumentOf(c)
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			complete := completeOf[f.Name]
			if f.Name == "format" {
				complete = words(formatsOf[c.Name()]...)
			}
			if complete == nil && f.Value.Type() != "bool" {
				complete = nothing
			}
			if complete != nil {
				// It fails for a flag that has been given a completion twice.
				if err := c.RegisterFlagCompletionFunc(f.Name, complete); err != nil {
					panic("chalice: " + err.Error())
				}
			}
		})
	}
}

// argumentOf returns what completes the arguments of a command.
func argumentOf(c *cobra.Command) completer {
	if complete := argumentsOf[c.Name()]; complete != nil {
		return complete
	}
	return nothing
}

// words completes to fixed words.
func words(list ...string) completer {
	return cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp)
}

// nothing completes to nothing, and to no files either.
func nothing(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// files completes to files with one of some extensions.
func files(extensions ...string) completer {
	return cobra.FixedCompletions(extensions, cobra.ShellCompDirectiveFilterFileExt)
}

// anyFile completes to files.
func anyFile(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// folders completes to folders.
func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// first completes the first argument alone.
func first(complete completer) completer {
	return func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nothing(c, args, word)
		}
		return complete(c, args, word)
	}
}

// given returns what a flag is on the command line, or its default; "" if the command
// has no such flag.
func given(c *cobra.Command, flag string) string {
	if f := c.Flags().Lookup(flag); f != nil {
		return f.Value.String()
	}
	return ""
}

// stages completes to the stages of the configuration.
func stages(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return config.StageNames(given(c, "project-dir")), cobra.ShellCompDirectiveNoFileComp
}

// deployedNames completes to the functions of the stage's record.
func deployedNames(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	r, err := record.Of(config.Root(given(c, "project-dir")), given(c, "stage")).Read()
	if err != nil || r == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return slices.Sorted(maps.Keys(r.Functions)), cobra.ShellCompDirectiveNoFileComp
}

// calledNames completes to the functions that invoke can call, here or in AWS.
func calledNames(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if given(c, "local") == "true" {
		return functionNames(c, args, word)
	}
	return deployedNames(c, args, word)
}

// functionNames completes to the functions of the app.
func functionNames(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if m := describedFor(c); m != nil {
		for _, name := range sample.Names(m) {
			if !strings.Contains(name, " ") { // which routes have
				names = append(names, name)
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// eventNames completes to the functions and routes of the app.
func eventNames(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	if m := describedFor(c); m != nil {
		return sample.Names(m), cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// completionPatience is how long somebody waits who has pressed the tab key.
const completionPatience = 5 * time.Second

// describedFor has the app describe itself; nil if it can't be, or not soon.
func describedFor(c *cobra.Command) *app.Model {
	ctx, cancel := context.WithTimeout(c.Context(), completionPatience)
	defer cancel()
	in := packager.Input{ProjectDir: given(c, "project-dir"), Stage: given(c, "stage"), Version: version(), Timeout: completionPatience}
	model, _, err := packager.DescribeForEvents(ctx, in)
	if err != nil {
		return nil
	}
	return model
}
