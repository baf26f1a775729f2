package packager_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	packager "github.com/chalice-go/chalice/package"
)

// pack packages a saved description, which takes no compiler.
func pack(t *testing.T, description, out string, change func(*packager.Input)) (packager.Output, error) {
	t.Helper()
	dir := newProject(t, map[string]string{"model.json": description})
	in := packager.Input{ProjectDir: dir, Out: out, AppModel: filepath.Join(dir, "model.json"), TemplateOnly: true, Version: "1.2.3"}
	if change != nil {
		change(&in)
	}
	return packager.Build(t.Context(), in)
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func TestOutputFolder(t *testing.T) {
	for name, tc := range map[string]struct {
		before map[string]string
		change func(*packager.Input)
		want   []string // files beside the template
		writes string   // name of the template
	}{
		"none yet": {
			writes: "sam.yaml",
		},
		"with files of others": {
			before: map[string]string{"README": "mine", "sam.yml": "mine", "lib/sam.yaml": "mine"},
			writes: "sam.yaml",
			want:   []string{"README", "sam.yml", "lib/", "lib/sam.yaml"},
		},
		"with an older package in the other format": {
			before: map[string]string{"sam.json": "stale", "sam.yaml": "older", "deployment.zip": "kept"},
			writes: "sam.yaml",
			want:   []string{"deployment.zip"},
		},
		"with the parts of an older package": {
			before: map[string]string{"sam-functions-07.yaml": "stale", "sam-api.json": "stale", "sam-functions-1-level-2.json": "stale",
				"template-functions-07.yaml": "kept", "sam-functions.yaml": "mine", "sam-api.yaml": "mine"},
			writes: "sam.yaml",
			want:   []string{"template-functions-07.yaml", "sam-functions.yaml", "sam-api.yaml"},
		},
		"as JSON": {
			before: map[string]string{"sam.yaml": "stale"},
			change: func(in *packager.Input) { in.TemplateFormat = "JSON" },
			writes: "sam.json",
		},
		"for Terraform, which may be beside a template": {
			before: map[string]string{"sam.yaml": "mine", "main.tf": "mine"},
			change: func(in *packager.Input) { in.PackageFormat = "terraform" },
			writes: "chalice.tf.json",
			want:   []string{"sam.yaml", "main.tf"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "deep er", "öut")
			for file, text := range tc.before {
				write(t, out, file, text)
			}
			got, err := pack(t, model, out, tc.change)
			if err != nil {
				t.Fatal(err)
			}
			if want := filepath.Join(out, tc.writes); got.Template != want {
				t.Errorf("got template %q, want %q", got.Template, want)
			}
			after := contents(t, out)
			if text := after[tc.writes]; !strings.Contains(text, "aws-chalice") {
				t.Errorf("the template doesn't hold the app: %q", text)
			}
			delete(after, tc.writes)
			want := map[string]string{}
			for _, file := range tc.want {
				want[file] = tc.before[file]
			}
			if diff := cmp.Diff(want, after); diff != "" {
				t.Errorf("the other files: want -, got +\n%s", diff)
			}
			if above := contents(t, filepath.Dir(filepath.Dir(out))); len(above) != len(after)+3 {
				t.Errorf("something is left beside the output folder: %v", maps.Keys(above))
			}
			if m := mode(t, out); m&0o055 == 0 {
				t.Errorf("nobody else can read the output folder: %v", m)
			}
		})
	}
}

func TestOutputFoldersThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "file", "mine")
	write(t, dir, "odd/sam.yaml/mine", "mine")
	if err := os.Mkdir(filepath.Join(dir, "locked"), 0o555); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	for name, tc := range map[string]struct{ out, want string }{
		"a file":               {"file", "write to DIR/file: that is a file; give the name of a folder"},
		"below a file":         {"file/a/b", "write to DIR/file/a/b: "},
		"a folder for a file":  {"odd", "write to DIR/odd: sam.yaml in it is a folder, but has the name of a file to write"},
		"no permission":        {"locked", "write to DIR/locked: permission denied"},
		"no permission for it": {"locked/out", "write to DIR/locked/out: permission denied"},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(tc.out, "locked") && os.Getuid() == 0 {
				t.Skip("root may write anywhere")
			}
			_, err := pack(t, model, filepath.Join(dir, tc.out), nil)
			if err == nil || !strings.HasPrefix(strings.ReplaceAll(err.Error(), dir, "DIR"), tc.want) {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
		})
	}
	if _, err := pack(t, model, "", nil); err == nil || err.Error() != "no folder is given to write to" {
		t.Errorf("no folder: got %v", err)
	}
	if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
		t.Errorf("something has changed: want -, got +\n%s", diff)
	}
}

func TestFormatsThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(*packager.Input){
		`TemplateFormat is "toml": use yaml or json`:                      func(in *packager.Input) { in.TemplateFormat = "toml" },
		`PackageFormat is "pulumi": use sam, cloudformation or terraform`: func(in *packager.Input) { in.PackageFormat = "pulumi" },
	} {
		if _, err := pack(t, model, t.TempDir(), change); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestExpressions: what nothing fills in is a mistake, whether something is written
// or only checked.
func TestExpressions(t *testing.T) {
	const mistake = ".chalice/config.json:1: api_gateway_stage has ${...} in it, which only Terraform fills in: write the value itself"
	for format, want := range map[string]string{packager.SAM: mistake, packager.CloudFormation: mistake, packager.Terraform: ""} {
		dir := newProject(t, map[string]string{"model.json": model, ".chalice/config.json": `{"app_name": "shop", "api_gateway_stage": "${var.stage}"}`})
		in := packager.Input{
			ProjectDir: dir, Out: filepath.Join(t.TempDir(), "out"), AppModel: filepath.Join(dir, "model.json"),
			TemplateOnly: true, PackageFormat: format,
		}
		_, built := packager.Build(t.Context(), in)
		_, validated := packager.Validate(t.Context(), in)
		for way, err := range map[string]error{"Build": built, "Validate": validated} {
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s for %s: got %q, want %q", way, format, got, want)
			}
		}
	}
}

func TestResources(t *testing.T) {
	out, err := pack(t, model, filepath.Join(t.TempDir(), "out"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []packager.Resource{
		{ID: "DefaultRole", Type: "AWS::IAM::Role"},
		{ID: "Report", Type: "AWS::Serverless::Function", Function: "report"},
	}
	if diff := cmp.Diff(want, out.Resources); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// A policy that the configuration names is read from the project, wherever
// the command runs.
func TestFilesOfTheProject(t *testing.T) {
	dir := newProject(t, map[string]string{
		"model.json":               model,
		".chalice/config.json":     `{"app_name": "shop", "autogen_policy": false}`,
		".chalice/policy-dev.json": `{"Version": "2012-10-17", "Statement": [{"Sid": "Mine"}]}`,
	})
	in := packager.Input{ProjectDir: dir, Out: filepath.Join(dir, "out"), AppModel: filepath.Join(dir, "model.json"), TemplateOnly: true}
	out, err := packager.Build(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(out.Template); err != nil || !strings.Contains(string(text), "Mine") {
		t.Errorf("the policy isn't in the template: %v\n%s", err, text)
	}
	in.Stage = "prod"
	_, err = packager.Build(t.Context(), in)
	want := "the configuration of stage prod needs .chalice/policy-prod.json, but there is no such file: write it, or have the policy generated (autogen_policy)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// If moving files into place fails halfway, they are moved back.
func TestUndo(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "out/sam.yaml", "old")
	write(t, dir, "new/sam.yaml", "new")
	if err := os.Mkdir(filepath.Join(dir, "old"), 0o755); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	at := func(name string) string { return filepath.Join(dir, name) }
	var m packager.Moves
	for _, err := range []error{
		m.Move(at("out/sam.yaml"), at("old/sam.yaml")),
		m.Move(at("new/sam.yaml"), at("out/sam.yaml")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Move(at("new/deployment.zip"), at("out/deployment.zip")); err == nil {
		t.Fatal("moved a file that isn't there")
	}
	if err := m.Undo(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// TestNestedStacks: what is in a nested stack counts for the digest, though the
// root may be the same.
func TestNestedStacks(t *testing.T) {
	const model = `{"version": 1, "name": "demo", "functions": [{"name": "work", "kind": "lambda"}]}`
	var digests, roots, parts []string
	for _, memory := range []int{128, 128, 256} {
		got, err := pack(t, model, filepath.Join(t.TempDir(), "out"), func(in *packager.Input) {
			in.Overrides = map[string]any{"nested_stacks": 1, "lambda_memory_size": memory}
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Parts) != 1 || filepath.Base(got.Parts[0]) != "sam-functions-01.yaml" {
			t.Fatalf("got parts %v", got.Parts)
		}
		if want := []packager.Resource{{ID: "DefaultRole", Type: "AWS::IAM::Role"}, {ID: "Work", Type: "AWS::Serverless::Function", Function: "work"}}; !cmp.Equal(want, got.Resources) {
			t.Errorf("got resources %v, want %v", got.Resources, want)
		}
		digests = append(digests, got.TemplateDigest)
		roots = append(roots, string(read(t, got.Template)))
		parts = append(parts, string(read(t, got.Parts[0])))
	}
	if digests[0] != digests[1] || roots[0] != roots[1] || parts[0] != parts[1] {
		t.Error("the second package of the same app differs")
	}
	if roots[1] != roots[2] || parts[1] == parts[2] || digests[1] == digests[2] {
		t.Error("a function's memory has to change its nested stack and the digest, and nothing else")
	}
}

// TestWarningOfStacks: an app that passes 500 resources by its roles is spread
// over stacks, and is told of the key if the configuration lacks that.
func TestWarningOfStacks(t *testing.T) {
	var functions []string
	for i := range 170 {
		functions = append(functions, fmt.Sprintf(`{"name": "f%d", "kind": "lambda"}`, i))
	}
	model := `{"version": 1, "name": "demo", "functions": [` + strings.Join(functions, ", ") + `]}`
	for name, tc := range map[string]struct {
		overrides map[string]any
		warned    bool
		stacks    int
	}{
		"a role for each":                    {map[string]any{"iam_roles": "per_function"}, true, 20},
		"a role for each, and the key":       {map[string]any{"iam_roles": "per_function", "nested_stacks": 3}, false, 3},
		"one role for all is one resource":   {map[string]any{"iam_roles": "shared"}, false, 0},
		"nested stacks that are only wanted": {map[string]any{"iam_roles": "shared", "nested_stacks": 1}, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := pack(t, model, filepath.Join(t.TempDir(), "out"), func(in *packager.Input) {
				in.Overrides = tc.overrides
			})
			if err != nil {
				t.Fatal(err)
			}
			if warned := strings.Contains(fmt.Sprint(out.Warnings), "nested_stacks to 20"); warned != tc.warned {
				t.Errorf("warned is %t, want %t:\n%v", warned, tc.warned, out.Warnings)
			}
			if out.NestedStacks != tc.stacks {
				t.Errorf("got %d nested stacks, want %d", out.NestedStacks, tc.stacks)
			}
		})
	}
}
