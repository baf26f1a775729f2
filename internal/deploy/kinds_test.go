package deploy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/record"
)

// TestLargeTemplate: a template that is too large for a request is put into the
// bucket.
func TestLargeTemplate(t *testing.T) {
	for name, merge := range map[string]string{
		"merge.json": `{"Metadata": {"Notes": "` + strings.Repeat("x", 60_000) + `"}}`,
		"merge.yaml": "Metadata:\n  Notes: " + strings.Repeat("x", 60_000) + "\nResources:\n  Work:\n    Properties:\n      Description: !Sub ${AWS::StackName}\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, work)
			s.write(name, merge)
			in := s.input(&person{answer: yes})
			in.MergeTemplate = filepath.Join(s.dir, name)
			if _, err := deploy.Deploy(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			s.wantStatus("CREATE_COMPLETE")
			if o, err := deploy.Deploy(t.Context(), in); err != nil || o.Action != deploy.Unchanged {
				t.Errorf("the same again: %+v, %v", o, err)
			}
			for _, offline := range []bool{false, true} {
				d, err := deploy.Diff(t.Context(), deploy.DiffInput{Input: in, Offline: offline})
				if err != nil || d.Any() {
					t.Errorf("offline %v: %v, %v", offline, d, err)
				}
			}
			r, err := record.Of(s.dir, "dev").Read()
			if err != nil || r.Template.File != "template"+filepath.Ext(name) || r.Functions["work"].Name == "" {
				t.Errorf("recorded: %+v, %v", r, err)
			}
			if status, err := deploy.GetStatus(t.Context(), s.input(&person{})); err != nil || len(status.Drift) > 0 {
				t.Errorf("the status is %+v, %v", status, err)
			}
			if err := os.RemoveAll(filepath.Join(s.dir, ".chalice/deployed")); err != nil {
				t.Fatal(err)
			}
			d, err := deploy.Find(t.Context(), s.input(&person{}))
			if err != nil || d.Functions["work"] != r.Functions["work"] || d.Artifact != r.Artifact {
				t.Errorf("found without a record: %+v, %v", d, err)
			}
		})
	}
}

// TestSideBySide: two stages of an app, and another app, don't affect each
// other.
func TestSideBySide(t *testing.T) {
	s := newStage(t, work)
	prod := s.input(&person{answer: yes})
	prod.Stage = "prod"
	s.deploy()
	before := s.recorded()
	if o, err := deploy.Deploy(t.Context(), prod); err != nil || o.Stack != s.app+"-prod" {
		t.Fatalf("%+v, %v", o, err)
	}
	if s.recorded() != before {
		t.Error("the record of dev has changed")
	}
	if _, err := s.delete(&person{answer: yes}); err != nil {
		t.Fatal(err)
	}
	d, err := deploy.Find(t.Context(), prod)
	if err != nil {
		t.Fatal(err)
	}
	s.codes(d.Functions["work"].Name)
	if o, err := deploy.Deploy(t.Context(), prod); err != nil || o.Action != deploy.Unchanged {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := deploy.Delete(t.Context(), deploy.DeleteInput{Input: prod}); err != nil {
		t.Error(err)
	}
}

// TestAppOwnName: without app_name the app's own name is used, which only a
// record or the app itself knows.
func TestAppOwnName(t *testing.T) {
	s := newStage(t, work)
	s.write(".chalice/config.json", `{"version": "2.0", "lambda_architecture": "x86_64"}`)
	model, err := os.ReadFile(filepath.Join(s.dir, "model.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(model, &m); err != nil {
		t.Fatal(err)
	}
	m["name"] = s.app
	if model, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	s.write("model.json", string(model))
	if o := s.deploy(); o.Stack != s.stack() {
		t.Errorf("%+v", o)
	}
	if _, err := deploy.Find(t.Context(), s.input(&person{})); err != nil {
		t.Error(err)
	}
	if _, err := s.delete(&person{answer: yes}); err != nil {
		t.Error(err)
	}
	_, err = deploy.Find(t.Context(), s.input(&person{}))
	wantError(t, err, "neither app_name in .chalice/config.json nor a record of a deployment says what the app is called")
}
