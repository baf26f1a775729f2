package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/pipeline"
	"github.com/chalice-go/chalice/internal/templatefile"
)

// The versions of pipelines that the reference knows.
const (
	pipelineV1 = "v1"
	pipelineV2 = "v2"
)

// githubActions is what --ci takes.
const githubActions = "github"

// pipelineRequest is what generate-pipeline is asked for.
type pipelineRequest struct {
	dir, file                          string
	version, source, image, branch, ci string
	buildspec                          string
}

func generatePipelineCommand() *cobra.Command {
	var r pipelineRequest
	c := &cobra.Command{
		Use:   "generate-pipeline FILENAME",
		Short: "Write a pipeline that deploys the app when it changes",
		Long: `generate-pipeline writes into FILENAME a template of CloudFormation with a pipeline
of AWS CodePipeline, as JSON or, if the name ends in .yaml or .yml, as YAML.
Whenever the branch changes it tests the app, packages it, deploys the stage beta
and, once somebody has approved of what would change, the stage prod.

The source is a repository of GitHub's, GitLab's, Bitbucket's or another host's, by a
connection of AWS CodeConnections; with --source codecommit one of AWS CodeCommit's,
which the template makes; with --source github one of GitHub's, by a token in Secrets
Manager.

With --ci github, FILENAME is a workflow of GitHub Actions: it tests, deploys the
stage prod when the branch changes, and gives each pull request a stack of its own
until it is closed. Beside it is FILENAME with -roles.json, a template with the roles
that the workflow has in AWS.

docs/pipelines.md says how to set each of them up. What FILENAME held before goes.`,
		Example: `  chalice generate-pipeline pipeline.json
  chalice generate-pipeline --source codecommit --buildspec-file buildspec.yml pipeline.yaml
  chalice generate-pipeline --ci github .github/workflows/deploy.yml`,
		Args: wantArgs("FILENAME, of the file to write,"),
		RunE: func(c *cobra.Command, args []string) error {
			r.file = args[0]
			if err := r.check(c); err != nil {
				return err
			}
			in, notes, err := pipeline.Find(r.dir)
			if err != nil {
				return err
			}
			in.Source, in.Image, in.Branch = r.source, r.image, r.branch
			if r.ci == githubActions {
				return r.writeWorkflow(c, in, notes)
			}
			return r.writePipeline(c, in, notes)
		},
	}
	f := c.Flags()
	f.StringVar(&r.dir, "project-dir", ".", "folder of the app's main package")
	f.StringVar(&r.version, "pipeline-version", pipelineV2, "v2; v1 is another name for it")
	f.StringVarP(&r.source, "source", "s", pipeline.Connection, "where the source is: "+strings.Join(pipeline.Sources(), ", "))
	f.StringVarP(&r.image, "codebuild-image", "i", pipeline.DefaultImage, "image of CodeBuild, with Go and the AWS CLI")
	f.StringVarP(&r.buildspec, "buildspec-file", "b", "", "`file` for what CodeBuild does, instead of the template")
	f.StringVar(&r.branch, "branch", "main", "branch that is deployed")
	f.StringVar(&r.ci, "ci", "", "github: write a workflow of GitHub Actions instead")
	return c
}

// check refuses flags that make no sense.
func (r pipelineRequest) check(c *cobra.Command) error {
	if !slices.Contains([]string{pipelineV1, pipelineV2}, r.version) {
		return misuse(c, "--pipeline-version is %q and has to be %s or %s", r.version, pipelineV1, pipelineV2)
	}
	if !slices.Contains(pipeline.Sources(), r.source) {
		return misuse(c, "--source is %q and has to be one of %s", r.source, strings.Join(pipeline.Sources(), ", "))
	}
	if !pipeline.IsBranch(r.branch) {
		return misuse(c, "--branch is %q and has to be the name of one branch", r.branch)
	}
	if r.image == "" || strings.ContainsFunc(r.image, unicode.IsSpace) {
		return misuse(c, "--codebuild-image is %q and has to name an image", r.image)
	}
	if r.file == "" {
		return misuse(c, "FILENAME is empty")
	}
	if c.Flags().Changed("buildspec-file") && r.buildspec == "" {
		return misuse(c, "--buildspec-file is empty")
	}
	if !c.Flags().Changed("ci") {
		return nil
	}
	if r.ci != githubActions {
		return misuse(c, "--ci is %q and has to be %s", r.ci, githubActions)
	}
	for _, flag := range []string{"pipeline-version", "source", "codebuild-image", "buildspec-file"} {
		if c.Flags().Changed(flag) {
			return misuse(c, "--%s is for CodePipeline and has no meaning with --ci", flag)
		}
	}
	if !templatefile.IsYAML(r.file) {
		return misuse(c, "FILENAME is %q, but GitHub takes workflows that end in .yaml or .yml", r.file)
	}
	return nil
}

// writePipeline writes a pipeline of CodePipeline.
func (r pipelineRequest) writePipeline(c *cobra.Command, in pipeline.Input, notes []string) error {
	if r.version == pipelineV1 {
		notes = append(notes, "--pipeline-version v1 is another name for v2: there is one version, for current images of CodeBuild")
	}
	if r.source == pipeline.GitHub {
		notes = append(notes, "GitHub's tokens reach all repositories of a user; a connection (--source codeconnection) reaches those that it is given")
	}
	files := map[string][]byte{}
	if r.buildspec != "" {
		if samePath(r.buildspec, r.file) {
			return misuse(c, "--buildspec-file and FILENAME are the same file")
		}
		spec, err := pipeline.Buildspec(in)
		if err != nil {
			return err
		}
		files[r.buildspec] = spec
	}
	template, err := pipeline.CodePipeline(in, r.file, r.buildspec)
	if err != nil {
		return err
	}
	files[r.file] = template
	notes = append(notes, pipeline.MissingStages(r.dir, pipeline.Stages...)...)
	next := fmt.Sprintf("aws cloudformation deploy --stack-name %s-pipeline --capabilities CAPABILITY_IAM --template-file %s", pipeline.StackName(in.App), shellWord(r.file))
	if parameters := in.Parameters(); len(parameters) > 0 {
		next += " --parameter-overrides"
		for _, name := range parameters {
			next += " " + name + "=..."
		}
	}
	return writeAndTell(c, files, append(prefixed("note: ", notes), "next: "+next))
}

// writeWorkflow writes a workflow of GitHub Actions, and the template of its roles.
func (r pipelineRequest) writeWorkflow(c *cobra.Command, in pipeline.Input, notes []string) error {
	roles := strings.TrimSuffix(r.file, filepath.Ext(r.file)) + "-roles.json"
	workflow, err := pipeline.GitHubWorkflow(in)
	if err != nil {
		return err
	}
	template, err := pipeline.GitHubRoles(in, roles)
	if err != nil {
		return err
	}
	notes = append(notes, pipeline.MissingStages(r.dir, pipeline.Stages[len(pipeline.Stages)-1], in.Preview)...)
	if !strings.HasSuffix(filepath.ToSlash(filepath.Dir(absolute(r.file))), ".github/workflows") {
		notes = append(notes, "GitHub looks for workflows in .github/workflows of the repository")
	}
	next := fmt.Sprintf("next: aws cloudformation deploy --stack-name %s-github --capabilities CAPABILITY_IAM --template-file %s --parameter-overrides Repository=OWNER/NAME",
		pipeline.StackName(in.App), shellWord(roles))
	variables := "then: make variables of the repository (gh variable set NAME) of the stack's outputs: " + strings.Join(pipeline.Variables, ", ")
	return writeAndTell(c, map[string][]byte{r.file: workflow, roles: template}, append(prefixed("note: ", notes), next, variables))
}

// prefixed starts each line with a word.
func prefixed(word string, lines []string) []string {
	var all []string
	for _, line := range lines {
		all = append(all, word+line)
	}
	return all
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

func samePath(a, b string) bool { return absolute(a) == absolute(b) }

// writeAndTell writes files, all or none, and prints their names and some hints.
func writeAndTell(c *cobra.Command, files map[string][]byte, hints []string) error {
	names, err := writeFiles(files)
	if err != nil {
		return err
	}
	if err := printLines(c.OutOrStdout(), names...); err != nil {
		return err
	}
	return printLines(c.ErrOrStderr(), hints...)
}
