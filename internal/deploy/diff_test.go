package deploy_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/record"
)

func (s *stage) diff(offline bool) *deploy.Difference {
	s.Helper()
	d, err := deploy.Diff(s.Context(), deploy.DiffInput{Input: s.input(&person{}), Offline: offline})
	if err != nil {
		s.Fatal(err)
	}
	return d
}

func rows(d *deploy.Difference) string {
	var all []string
	for _, row := range d.Review.Rows {
		all = append(all, string(row.Action)+" "+row.LogicalID)
	}
	return strings.Join(all, ", ")
}

func TestDiff(t *testing.T) {
	s := newStage(t, work)
	if d := s.diff(false); !d.New || !d.Any() || rows(d) != "added DefaultRole, added Work" {
		t.Errorf("before there is a stack: %s", rows(d))
	}
	s.wantStatus("none")
	s.deploy()
	for _, offline := range []bool{false, true} {
		if d := s.diff(offline); d.Any() {
			t.Errorf("offline %v: nothing has changed, but %s", offline, rows(d))
		}
	}
	s.model(work + "," + reportReads)
	for _, offline := range []bool{false, true} {
		d := s.diff(offline)
		if !d.Any() || !strings.Contains(rows(d), "added Report") || len(d.Review.Widened) == 0 {
			t.Errorf("offline %v: %s, %v", offline, rows(d), d.Review.Widened)
		}
	}
	if n := s.changeSets(); n != 0 {
		t.Errorf("%d change sets are left", n)
	}
	s.wantStatus("CREATE_COMPLETE")
	s.deploy()
	if d := s.diff(false); d.Any() {
		t.Errorf("after a deployment: %s", rows(d))
	}
}

func TestDiffOfNestedStacks(t *testing.T) {
	s := newStage(t, work+","+report)
	s.configure(`{"nested_stacks": 1}`)
	s.deploy()
	if d := s.diff(false); d.Any() {
		t.Errorf("nothing has changed, but %s", rows(d))
	}
	s.configure(`{"nested_stacks": 1, "lambda_memory_size": 512}`)
	for _, offline := range []bool{false, true} {
		if d := s.diff(offline); !strings.Contains(rows(d), "changed Work") || !strings.Contains(rows(d), "changed Report") {
			t.Errorf("offline %v: %s", offline, rows(d))
		}
	}
}

// TestDiffOfOutputs: a change that is in no resource is a change as well.
func TestDiffOfOutputs(t *testing.T) {
	s := newStage(t, work)
	s.deploy()
	s.write("merge.json", `{"Outputs": {"Colour": {"Value": "red"}}}`)
	in := s.input(&person{})
	in.MergeTemplate = filepath.Join(s.dir, "merge.json")
	d, err := deploy.Diff(t.Context(), deploy.DiffInput{Input: in})
	if err != nil || !d.Any() {
		t.Errorf("%+v, %v", d, err)
	}
}

// TestOfflineNeedsNoAWS: offline, neither a region nor credentials are needed,
// and nothing is called.
func TestOfflineNeedsNoAWS(t *testing.T) {
	s := newStageAlone(t, work)
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		t.Setenv(name, "")
	}
	_, err := deploy.Diff(t.Context(), deploy.DiffInput{Input: s.input(&person{}), Offline: true})
	wantError(t, err, "there is no .chalice/deployed/dev.json to compare with")
	r := record.Record{App: s.app, Stage: "dev", Account: "123456789012", Region: "eu-west-1", Stack: s.stack(), StackID: "arn:1"}
	if err := record.Of(s.dir, "dev").Write(r, []record.File{{Name: "template.json", Data: []byte("{}")}}); err != nil {
		t.Fatal(err)
	}
	if d := s.diff(true); rows(d) != "added DefaultRole, added Work" {
		t.Errorf("got %s", rows(d))
	}
	_, err = deploy.Diff(t.Context(), deploy.DiffInput{Input: s.input(&person{}), Offline: false})
	if err == nil {
		t.Error("without credentials a change set was made")
	}
}
