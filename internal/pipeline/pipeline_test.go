package pipeline_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/chalice-go/chalice/docs"
	"github.com/chalice-go/chalice/internal/pipeline"
)

func input(source string) pipeline.Input {
	return pipeline.Input{App: "shop", Source: source, Branch: "main", Go: "1.26", Repository: "/repository", Module: ".", Program: ".", Preview: "dev"}
}

type template struct {
	Parameters map[string]struct{ Default *string }
	Resources  map[string]struct {
		Type       string
		Properties struct {
			Stages   []struct{ Actions []action }
			Policies []struct{ PolicyDocument policy }
			Source   struct {
				Type      string
				BuildSpec *string
			}
		}
	}
}

type action struct {
	Name          string
	ActionTypeId  struct{ Category, Provider string } //nolint:revive // CloudFormation's own name
	Configuration map[string]any
}

type policy struct{ Statement []statement }

type statement struct {
	Sid              string
	Action, Resource any
	Condition        map[string]any
}

func codePipeline(t *testing.T, in pipeline.Input, file, buildspec string) template {
	t.Helper()
	data, err := pipeline.CodePipeline(in, file, buildspec)
	if err != nil {
		t.Fatal(err)
	}
	var parsed template
	if err := json.Unmarshal(data, &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

// texts are the texts in a value, however deep.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, texts(one)...)
		}
		return all
	case map[string]any:
		var all []string
		for _, one := range v {
			all = append(all, texts(one)...)
		}
		return all
	}
	return nil
}

// TestApproval: what is executed was made before, and between the first stage and any
// change of the second somebody approves.
func TestApproval(t *testing.T) {
	for _, source := range pipeline.Sources() {
		var order []string
		for _, stage := range codePipeline(t, input(source), "p.json", "").Resources["AppPipeline"].Properties.Stages {
			for _, a := range stage.Actions {
				order = append(order, strings.TrimSpace(a.ActionTypeId.Category+" "+strings.Join(texts(a.Configuration["ActionMode"]), "")+" "+strings.Join(texts(a.Configuration["StackName"]), "")))
			}
		}
		want := []string{
			"Source", "Build",
			"Deploy CHANGE_SET_REPLACE ${ApplicationName}-beta", "Deploy CHANGE_SET_EXECUTE ${ApplicationName}-beta",
			"Deploy CHANGE_SET_REPLACE ${ApplicationName}-prod", "Approval", "Deploy CHANGE_SET_EXECUTE ${ApplicationName}-prod",
		}
		if !slices.Equal(order, want) {
			t.Errorf("source %s has the actions %q, want %q", source, order, want)
		}
	}
}

// TestCloudFormationRole: the role has what the documentation says, and beside it only
// SAM's transform; whatever it says of one app counts for the app's names alone.
func TestCloudFormationRole(t *testing.T) {
	var documented policy
	if err := json.Unmarshal(docs.DeployingResources, &documented); err != nil {
		t.Fatal(err)
	}
	bySid := map[string]statement{}
	for _, s := range documented.Statement {
		bySid[s.Sid] = s
	}
	role := codePipeline(t, input(pipeline.Connection), "p.json", "").Resources["CFNDeployRole"].Properties.Policies[0].PolicyDocument
	if len(role.Statement) != len(documented.Statement)+1 {
		t.Errorf("the role has %d statements, the documentation %d", len(role.Statement), len(documented.Statement))
	}
	for _, s := range role.Statement {
		if s.Sid == "Transform" {
			continue
		}
		of := bySid[s.Sid]
		if !slices.Equal(texts(s.Action), texts(of.Action)) {
			t.Errorf("%s allows %v, the documentation %v", s.Sid, s.Action, of.Action)
		}
		named := strings.Contains(strings.Join(texts(of.Resource), " "), "myapp")
		for _, text := range texts(s.Resource) {
			switch {
			case strings.Contains(text, "myapp") || strings.Contains(text, "arn:aws:"):
				t.Errorf("%s is on %q, which isn't written for the app", s.Sid, text)
			case named && s.Sid != "Artifacts" && !strings.Contains(text, "${ApplicationName}-"):
				t.Errorf("%s is on %q, which doesn't name the app", s.Sid, text)
			case text == "*" && !slices.Contains(texts(of.Resource), "*"):
				t.Errorf("%s is on *, and in the documentation on %v", s.Sid, of.Resource)
			}
		}
		if of.Condition != nil && s.Condition == nil {
			t.Errorf("%s has lost its condition %v", s.Sid, of.Condition)
		}
	}
}

// TestPreviews: the roles of pull requests reach no stack but theirs.
func TestPreviews(t *testing.T) {
	data, err := pipeline.GitHubRoles(input(""), "roles.json")
	if err != nil {
		t.Fatal(err)
	}
	var parsed template
	if err := json.Unmarshal(data, &parsed); err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"PreviewRole", "CFNPreviewRole"} {
		named := 0
		for _, s := range parsed.Resources[role].Properties.Policies[0].PolicyDocument.Statement {
			for _, text := range texts(s.Resource) {
				if strings.Contains(text, "${ApplicationName}") {
					named++
					if !strings.Contains(text, "${ApplicationName}-pr-*") {
						t.Errorf("%s: %s reaches %s", role, s.Sid, text)
					}
				}
			}
		}
		if named == 0 {
			t.Errorf("%s names no stack", role)
		}
	}
	for _, s := range parsed.Resources["CFNDeployRole"].Properties.Policies[0].PolicyDocument.Statement {
		for _, text := range texts(s.Resource) {
			if strings.Contains(text, "${ApplicationName}-prod*") {
				t.Errorf("CFNDeployRole: %s reaches %s, so also other stages whose names start so", s.Sid, text)
			}
		}
	}
}

// TestSubfolder: the commands run in the folder of go.mod, and know where the program is.
func TestSubfolder(t *testing.T) {
	in := input(pipeline.Connection)
	in.Module, in.Program = "services/shop", "cmd/api"
	data, err := pipeline.Buildspec(in)
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Phases    struct{ Install, Build struct{ Commands []string } }
		Artifacts struct {
			Base string `yaml:"base-directory"`
		}
	}
	if err := yaml.Unmarshal(data, &spec); err != nil {
		t.Fatal(err)
	}
	if spec.Phases.Install.Commands[0] != "cd services/shop" || spec.Artifacts.Base != "services/shop" {
		t.Errorf("the buildspec doesn't go where go.mod is:\n%s", data)
	}
	if !slices.Contains(spec.Phases.Build.Commands, "chalice package --stage beta --project-dir cmd/api packaged-beta") {
		t.Errorf("the buildspec doesn't say where the program is:\n%s", data)
	}
	workflow, err := pipeline.GitHubWorkflow(in)
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		Jobs map[string]struct {
			Defaults struct {
				Run struct {
					Folder string `yaml:"working-directory"`
				}
			}
			Steps []struct{ Uses string }
		}
	}
	if err := yaml.Unmarshal(workflow, &parsed); err != nil {
		t.Fatal(err)
	}
	for name, job := range parsed.Jobs {
		checksOut := slices.ContainsFunc(job.Steps, func(s struct{ Uses string }) bool { return strings.HasPrefix(s.Uses, "actions/checkout") })
		if inside := job.Defaults.Run.Folder == "services/shop"; inside != checksOut {
			t.Errorf("job %s runs in %q, and has the source: %t", name, job.Defaults.Run.Folder, checksOut)
		}
	}
}

// TestWorkflowRuns: the branch is the one that was named, whatever GitHub's patterns make
// of its characters, and runs for the same stack wait for one another.
func TestWorkflowRuns(t *testing.T) {
	for branch, want := range map[string]string{"main": "main", "release/1.x": "release/1.x", "c++": `c\+\+`, "!x]": `\!x]`} {
		in := input("")
		in.App, in.Branch = "My_Shop", branch
		data, err := pipeline.GitHubWorkflow(in)
		if err != nil {
			t.Fatal(err)
		}
		var parsed struct {
			On          struct{ Push struct{ Branches []string } }
			Concurrency struct {
				Group  string
				Cancel *bool `yaml:"cancel-in-progress"`
			}
		}
		if err := yaml.Unmarshal(data, &parsed); err != nil {
			t.Fatal(err)
		}
		if got := parsed.On.Push.Branches; !slices.Equal(got, []string{want}) {
			t.Errorf("branch %q: the filter is %q, want %q", branch, got, want)
		}
		c := parsed.Concurrency
		if c.Group != "My-Shop-${{ github.event.pull_request.number || github.ref }}" || c.Cancel == nil || *c.Cancel {
			t.Errorf("the workflow's runs are in the group %q, want one for each stack; they are canceled: %v", c.Group, c.Cancel)
		}
	}
}

// TestBuildspecFile: CodeBuild is told where the file is, unless it is where it looks.
func TestBuildspecFile(t *testing.T) {
	repository, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	in := input(pipeline.Connection)
	in.Repository = repository
	if err := os.Mkdir(filepath.Join(repository, "ci"), 0o755); err != nil {
		t.Fatal(err)
	}
	told := func(file string) *string {
		return codePipeline(t, in, "p.json", filepath.Join(repository, file)).Resources["AppPackageBuild"].Properties.Source.BuildSpec
	}
	if got := told("buildspec.yml"); got != nil {
		t.Errorf("the template says %q of buildspec.yml", *got)
	}
	if got := told("ci/build.yml"); got == nil || *got != "ci/build.yml" {
		t.Errorf("the template doesn't say where ci/build.yml is: %v", got)
	}
	if _, err := pipeline.CodePipeline(in, "p.json", filepath.Join(t.TempDir(), "buildspec.yml")); err == nil {
		t.Error("a buildspec outside of the repository is no mistake")
	}
}

// TestParameters: whatever differs between accounts is a parameter, and of those
// without a default the user is told.
func TestParameters(t *testing.T) {
	for _, source := range pipeline.Sources() {
		in := input(source)
		var required []string
		for name, p := range codePipeline(t, in, "p.json", "").Parameters {
			if p.Default == nil {
				required = append(required, name)
			}
		}
		slices.Sort(required)
		if !slices.Equal(required, in.Parameters()) {
			t.Errorf("source %s requires %q, and says %q", source, required, in.Parameters())
		}
	}
}

// TestSameBytes: JSON and YAML have the same content, and the same content each time.
func TestSameBytes(t *testing.T) {
	first, err := pipeline.CodePipeline(input(pipeline.CodeCommit), "p.yaml", "")
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := pipeline.CodePipeline(input(pipeline.CodeCommit), "p.yaml", "")
		if err != nil || string(again) != string(first) {
			t.Fatalf("the second template differs: %v", err)
		}
	}
}
