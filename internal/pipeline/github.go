package pipeline

import (
	"path"
	"strings"
)

// workflow is a workflow of GitHub Actions.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
type workflow struct {
	Name        string            `yaml:"name"`
	On          events            `yaml:"on"`
	Permissions map[string]string `yaml:"permissions"`
	Concurrency concurrency       `yaml:"concurrency"`
	Jobs        jobs              `yaml:"jobs"`
}

type events struct {
	Push struct {
		Branches []string `yaml:"branches"`
	} `yaml:"push"`
	PullRequest struct {
		Types []string `yaml:"types"`
	} `yaml:"pull_request"`
}

type defaults struct {
	Run struct {
		WorkingDirectory string `yaml:"working-directory"`
	} `yaml:"run"`
}

// jobs are the workflow's jobs, in the order in which people read them.
type jobs struct {
	Test          job `yaml:"test"`
	Deploy        job `yaml:"deploy"`
	Preview       job `yaml:"preview"`
	DeletePreview job `yaml:"delete-preview"`
}

type job struct {
	If          string            `yaml:"if"`
	Needs       string            `yaml:"needs,omitempty"`
	RunsOn      string            `yaml:"runs-on"`
	Permissions map[string]string `yaml:"permissions,omitempty"`
	Env         map[string]string `yaml:"env,omitempty"`
	Defaults    *defaults         `yaml:"defaults,omitempty"`
	Steps       []step            `yaml:"steps"`
}

type concurrency struct {
	Group            string `yaml:"group"`
	CancelInProgress bool   `yaml:"cancel-in-progress"`
}

type step struct {
	Name string         `yaml:"name,omitempty"`
	Uses string         `yaml:"uses,omitempty"`
	With map[string]any `yaml:"with,omitempty"`
	Run  string         `yaml:"run,omitempty"`
}

// Variables are the variables of the repository's, in GitHub's settings, that the
// workflow reads. The outputs of the stack with its roles have their values.
var Variables = []string{"AWS_REGION", "ARTIFACT_BUCKET", "DEPLOY_ROLE", "CFN_DEPLOY_ROLE", "PREVIEW_ROLE", "CFN_PREVIEW_ROLE"}

// variable reads a variable of the repository's.
func variable(name string) string { return "${{ vars." + name + " }}" }

const (
	pullRequest   = "github.event_name == 'pull_request'"
	notClosed     = "github.event.action != 'closed'"
	ownBranch     = "github.event.pull_request.head.repo.full_name == github.repository"
	previewNumber = "${{ github.event.pull_request.number }}"
)

// GitHubWorkflow returns a workflow of GitHub Actions, as YAML. Every push and every
// pull request is tested. The branch is deployed to the last of [Stages]; a pull request
// of the repository's own has a stack until it is closed.
func GitHubWorkflow(in Input) ([]byte, error) {
	w := workflow{Name: "deploy", Permissions: map[string]string{"contents": "read"}, Concurrency: in.oneRun()}
	w.On.Push.Branches = []string{branchPattern(in.Branch)}
	w.On.PullRequest.Types = []string{"opened", "synchronize", "reopened", "closed"}
	w.Jobs = jobs{Test: in.testJob(), Deploy: in.deployJob(), Preview: in.previewJob(), DeletePreview: in.deletePreviewJob()}
	return marshal(w)
}

// oneRun has one run of the workflow at a time for the branch, and for each pull
// request, so that an older commit isn't deployed after a newer one, nor a preview after
// it was deleted. Groups are the repository's, which can have more apps. None is
// canceled while it changes a stack.
func (in Input) oneRun() concurrency {
	return concurrency{Group: StackName(in.App) + "-${{ github.event.pull_request.number || github.ref }}"}
}

// branchPattern is a branch as GitHub's filters take it, which are patterns.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
func branchPattern(branch string) string {
	return strings.NewReplacer("+", `\+`, "!", `\!`).Replace(branch)
}

// inModule has the commands of a job run in the folder of go.mod; nil if that is the
// repository's own.
func (in Input) inModule() *defaults {
	if in.Module == "." {
		return nil
	}
	d := &defaults{}
	d.Run.WorkingDirectory = in.Module
	return d
}

// assuming are the permissions of a job that assumes a role in AWS.
func assuming() map[string]string { return map[string]string{"contents": "read", "id-token": "write"} }

const runner = "ubuntu-latest"

func (in Input) testJob() job {
	return job{
		If: "github.event_name == 'push' || " + notClosed, RunsOn: runner,
		Defaults: in.inModule(),
		Steps:    append(in.goSteps(), step{Run: test}),
	}
}

// goSteps get the source, and Go.
func (in Input) goSteps() []step {
	return []step{
		{Uses: "actions/checkout@v4"},
		{Uses: "actions/setup-go@v5", With: map[string]any{
			"go-version-file":       path.Join(in.Module, "go.mod"),
			"cache-dependency-path": path.Join(in.Module, "go.sum"),
		}},
	}
}

// credentials are those of a role in AWS, for an hour.
func credentials(role string) step {
	return step{Uses: "aws-actions/configure-aws-credentials@v4", With: map[string]any{
		"role-to-assume": variable(role), "aws-region": variable("AWS_REGION"),
	}}
}

func (in Input) deployJob() job {
	stage := Stages[len(Stages)-1]
	return job{
		If: "github.event_name == 'push'", Needs: "test", RunsOn: runner, Permissions: assuming(),
		Env:      deployEnv(StackName(in.App)+"-"+stage, "CFN_DEPLOY_ROLE"),
		Defaults: in.inModule(),
		Steps:    append(in.goSteps(), in.deploySteps(stage, "DEPLOY_ROLE")...),
	}
}

func (in Input) previewJob() job {
	return job{
		If: strings.Join([]string{pullRequest, notClosed, ownBranch}, " && "), Needs: "test", RunsOn: runner, Permissions: assuming(),
		Env:      deployEnv(in.previewStack(), "CFN_PREVIEW_ROLE"),
		Defaults: in.inModule(),
		// A stack that couldn't be made can't be changed by the next commit, either.
		Steps: append(in.goSteps(), in.deploySteps(in.Preview, "PREVIEW_ROLE", "--on-failure", "DELETE")...),
	}
}

// previewStack is the stack of a pull request.
func (in Input) previewStack() string { return StackName(in.App) + "-pr-" + previewNumber }

// deployEnv is what the commands of a deployment read.
func deployEnv(stack, role string) map[string]string {
	return map[string]string{"STACK": stack, "BUCKET": variable("ARTIFACT_BUCKET"), "ROLE": variable(role)}
}

// deploySteps package a stage and deploy it. Credentials come late: neither compiler
// nor program need any.
func (in Input) deploySteps(stage, role string, flags ...string) []step {
	return []step{
		{Run: install},
		{Run: in.packageStage(stage, "packaged")},
		{Uses: "aws-actions/setup-sam@v2", With: map[string]any{"use-installer": true}},
		credentials(role),
		{Run: strings.Join(append([]string{
			"sam deploy", "--template-file packaged/" + samTemplate, `--stack-name "$STACK"`,
			`--s3-bucket "$BUCKET"`, `--s3-prefix "$STACK"`, "--capabilities", capabilities, nestedCapabilities,
			`--role-arn "$ROLE"`, "--no-confirm-changeset", "--no-fail-on-empty-changeset",
		}, flags...), " ")},
	}
}

func (in Input) deletePreviewJob() job {
	return job{
		If: strings.Join([]string{pullRequest, "github.event.action == 'closed'", ownBranch}, " && "), RunsOn: runner,
		Permissions: map[string]string{"id-token": "write"},
		Env:         deployEnv(in.previewStack(), "CFN_PREVIEW_ROLE"),
		Steps: []step{
			credentials("PREVIEW_ROLE"),
			{Run: `aws cloudformation delete-stack --stack-name "$STACK" --role-arn "$ROLE"`},
			{Run: `aws cloudformation wait stack-delete-complete --stack-name "$STACK"`},
			{Run: `aws s3 rm --recursive "s3://$BUCKET/$STACK/"`},
		},
	}
}
