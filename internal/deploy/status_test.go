package deploy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy"
)

// TestStatus: the status says what differs from what was deployed from here.
func TestStatus(t *testing.T) {
	s := newStage(t, work)
	_, err := deploy.GetStatus(t.Context(), s.input(&person{}))
	as[*deploy.NotDeployed](t, err)
	s.deploy()
	status, err := deploy.GetStatus(t.Context(), s.input(&person{}))
	if err != nil {
		t.Fatal(err)
	}
	if len(status.Drift) > 0 || !status.Healthy() || len(status.Functions) != 1 || status.Functions[0].State() != "active" {
		t.Errorf("just deployed: %+v", status)
	}

	template, err := s.cfn.GetTemplate(t.Context(), &cloudformation.GetTemplateInput{StackName: aws.String(s.stack())})
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(*template.TemplateBody, `"MemorySize": 128`, `"MemorySize": 256`, 1)
	if _, err := s.cfn.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{
		StackName: aws.String(s.stack()), TemplateBody: &changed, Capabilities: []types.Capability{types.CapabilityCapabilityIam},
	}); err != nil {
		t.Fatal(err)
	}
	for s.status() == "UPDATE_IN_PROGRESS" {
		time.Sleep(50 * time.Millisecond)
	}
	status, err = deploy.GetStatus(t.Context(), s.input(&person{}))
	if err != nil || len(status.Drift) != 1 || !strings.Contains(status.Drift[0], "another template") {
		t.Errorf("changed by others: %q, %v", status.Drift, err)
	}
}

// TestFoundWithoutARecord: CloudFormation knows everything that is in a record.
func TestFoundWithoutARecord(t *testing.T) {
	for name, configuration := range map[string]string{"one stack": `{}`, "nested stacks": `{"nested_stacks": 1}`} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, work+","+report)
			s.configure(configuration)
			s.deploy()
			want, err := deploy.Find(t.Context(), s.input(&person{}))
			if err != nil || want.Record == nil {
				t.Fatalf("%+v, %v", want, err)
			}
			if err := os.RemoveAll(filepath.Join(s.dir, ".chalice/deployed")); err != nil {
				t.Fatal(err)
			}
			got, err := deploy.Find(t.Context(), s.input(&person{}))
			if err != nil {
				t.Fatal(err)
			}
			want.Record = nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-recorded +found):\n%s", diff)
			}
			if status, err := deploy.GetStatus(t.Context(), s.input(&person{})); err != nil || len(status.Drift) > 0 {
				t.Errorf("the status is %+v, %v", status, err)
			}
		})
	}
}
