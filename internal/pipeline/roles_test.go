package pipeline_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/pipeline"
)

// TestRolesAreBounded: each role has the boundary and the path of the app's, and that of
// CloudFormation may make roles there.
func TestRolesAreBounded(t *testing.T) {
	const boundary = "arn:aws:iam::123456789012:policy/b"
	templates := map[string]func(pipeline.Input) ([]byte, error){
		"GitHub's roles": func(in pipeline.Input) ([]byte, error) { return pipeline.GitHubRoles(in, "roles.json") },
	}
	for _, source := range pipeline.Sources() {
		templates[source] = func(in pipeline.Input) ([]byte, error) {
			in.Source = source
			return pipeline.CodePipeline(in, "p.json", "")
		}
	}
	for name, generate := range templates {
		for _, in := range []pipeline.Input{input(""), {Boundary: boundary, RolePath: "/team/"}} {
			bounded := in.Boundary != ""
			if bounded {
				with := input("")
				with.Boundary, with.RolePath = in.Boundary, in.RolePath
				in = with
			}
			data, err := generate(in)
			if err != nil {
				t.Fatal(err)
			}
			var parsed struct {
				Resources map[string]struct {
					Type       string
					Properties struct{ PermissionsBoundary, Path string }
				}
			}
			if err := json.Unmarshal(data, &parsed); err != nil {
				t.Fatal(err)
			}
			roles := 0
			for id, r := range parsed.Resources {
				if r.Type != "AWS::IAM::Role" {
					continue
				}
				roles++
				if r.Properties.PermissionsBoundary != in.Boundary || r.Properties.Path != in.RolePath {
					t.Errorf("%s: %s has %+v, want those of %+v", name, id, r.Properties, in)
				}
			}
			if roles < 3 {
				t.Errorf("%s: there are %d roles", name, roles)
			}
			if got := strings.Contains(string(data), ":role/team/${ApplicationName}-"); got != bounded {
				t.Errorf("%s: with the path %q, roles below /team/ can be made: %v", name, in.RolePath, got)
			}
		}
	}
}

// TestFindBoundary: what the configuration has as text is found, and what only the app's
// stack knows is a note.
func TestFindBoundary(t *testing.T) {
	for name, tc := range map[string]struct{ keys, boundary, path, note string }{
		"texts": {`"permissions_boundary": "arn:aws:iam::123456789012:policy/b", "role_path": "/team/"`, "arn:aws:iam::123456789012:policy/b", "/team/", ""},
		"none":  {`"tags": {}`, "", "", ""},
		"an intrinsic": {
			`"permissions_boundary": {"Ref": "Boundary"}`, "", "",
			".chalice/config.json:2: permissions_boundary is known only in the stack of the app, so the roles of the pipeline don't have it: add it to them yourself",
		},
	} {
		t.Run(name, func(t *testing.T) {
			project := t.TempDir()
			for file, text := range map[string]string{
				config.File: fmt.Sprintf("{\"app_name\": \"shop\",\n%s}", tc.keys), "go.mod": "module shop\n\ngo 1.26\n", ".git/HEAD": "",
			} {
				if err := os.MkdirAll(filepath.Dir(filepath.Join(project, file)), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(project, file), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			in, notes, err := pipeline.Find(project)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{in.Boundary, in.RolePath, strings.Join(notes, "\n")}
			if diff := cmp.Diff([]string{tc.boundary, tc.path}, got[:2]); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if !strings.Contains(got[2], tc.note) || tc.note == "" && strings.Contains(got[2], "known only") {
				t.Errorf("the notes are %q, want %q", got[2], tc.note)
			}
		})
	}
}
