// Package config reads a project's .chalice/config.json and merges what it
// says into the configuration of one stage.
//
//	.chalice/config.json + overrides --Load--> Stage --Function--> Function
//
//	stage, err := config.Load(".", config.Options{Stage: "prod"})
//	if err != nil {
//		return err // all mistakes, each with its line
//	}
//	fmt.Println(stage.Function("report").Timeout)
//
// An app's author needs none of this: the chalice command and package apptest read the
// configuration themselves. It is for tools, and docs/configuration.md lists the keys.
//
// A value can be given for the whole app, for a stage, and for one function in
// either place. Where a key holds one value, the first of these that has it
// wins, and null counts as absent:
//
//	overrides' lambda_functions.<function>
//	stages.<stage>.lambda_functions.<function>
//	overrides (flags of a command, a construct's properties)
//	stages.<stage>
//	lambda_functions.<function>
//	the file's top level
//	the default
//
// The maps environment_variables and tags are merged, entry by entry: the top
// level, a function's block there, the stage, a function's block there, and
// the overrides, of which the later ones win.
//
// [Keys] lists every key. The file is checked against that table as a whole,
// and all mistakes are reported together, each with its line.
//
// [Load], [New] and [Stage] are what synthesizing needs. [Keys], [Reference] and
// [Schema], with [Key], [Kind] and [Scope], describe the table for documentation and
// editors.
package config
