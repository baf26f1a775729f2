package deploy_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

func (s *stage) delete(p *person) (*deploy.Deleted, error) {
	return deploy.Delete(s.Context(), deploy.DeleteInput{Input: s.input(p)})
}

func TestDelete(t *testing.T) {
	s := newStage(t, work)
	s.deploy()
	_, err := s.delete(&person{})
	as[*deploy.Unanswered](t, err)
	_, err = s.delete(&person{answer: no})
	as[*deploy.Declined](t, err)
	s.wantStatus("CREATE_COMPLETE")
	if s.recorded() == "" {
		t.Error("the record is gone though the stack isn't")
	}
	for range 2 { // the second time it is gone
		if _, err := s.delete(&person{answer: yes}); err != nil {
			t.Fatal(err)
		}
		s.wantStatus("none")
	}
	if _, err := os.Stat(filepath.Join(s.dir, ".chalice/deployed")); !os.IsNotExist(err) {
		t.Errorf("something is left of the record: %v", err)
	}
	_, err = deploy.Find(t.Context(), s.input(&person{}))
	as[*deploy.NotDeployed](t, err)
}

// TestDeleteWithoutAnApp: a deployed stage can be deleted whatever is wrong
// with the project.
func TestDeleteWithoutAnApp(t *testing.T) {
	for name, breakIt := range map[string]func(*stage){
		"it doesn't compile":      func(s *stage) { s.write("main.go", "package main\n\nfunc main( {\n") },
		"it isn't Go":             func(s *stage) { os.Remove(filepath.Join(s.dir, "main.go")); os.Remove(filepath.Join(s.dir, "go.mod")) },
		"no record":               func(s *stage) { os.RemoveAll(filepath.Join(s.dir, ".chalice/deployed")) },
		"a broken configuration":  func(s *stage) { s.write(".chalice/config.json", "{") },
		"no configuration at all": func(s *stage) { os.Remove(filepath.Join(s.dir, ".chalice/config.json")) },
		"the stack is gone": func(s *stage) {
			if _, err := s.cfn.DeleteStack(s.Context(), &cloudformation.DeleteStackInput{StackName: aws.String(s.stack())}); err != nil {
				s.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, work)
			s.deploy()
			breakIt(s)
			if _, err := s.delete(&person{answer: yes}); err != nil {
				t.Fatal(err)
			}
			s.wantStatus("none")
			if s.recorded() != "" {
				t.Error("the record is still there")
			}
		})
	}
}

// TestDeleteNothing: without a record and a name, nothing can be deleted.
func TestDeleteNothing(t *testing.T) {
	s := newStage(t, work)
	o, err := s.delete(&person{})
	if err != nil || !o.Gone {
		t.Errorf("%+v, %v", o, err)
	}
	s.write(".chalice/config.json", `{"version": "2.0"}`)
	_, err = s.delete(&person{})
	wantError(t, err, "neither app_name in .chalice/config.json nor a record of a deployment says what the app is called: set app_name, or give the stack with stack_name")
	s.write(".chalice/config.json", "{")
	_, err = s.delete(&person{})
	wantError(t, err, ".chalice/config.json:1")
}

// TestDeleteFails: the error names what is to blame, and what can be done about
// it.
func TestDeleteFails(t *testing.T) {
	s := newStage(t, work)
	s.write("merge.json", queue(s.app))
	in := s.input(&person{answer: yes})
	in.MergeTemplate = filepath.Join(s.dir, "merge.json")
	if _, err := deploy.Deploy(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	s.conditions(map[string]any{"fail": map[string][]string{"Queue": {"DELETE"}}})
	_, err := s.delete(&person{answer: yes})
	if failed := as[*deploy.Failed](t, err); failed.Cause.LogicalID != "Queue" {
		t.Errorf("to blame is %+v", failed.Cause)
	}
	wantError(t, err, "leave it behind (--retain Queue)")
	if s.recorded() == "" {
		t.Error("the record is gone though the stack isn't")
	}
	s.wantStatus("DELETE_FAILED")
	o, err := deploy.Delete(t.Context(), deploy.DeleteInput{Input: s.input(&person{answer: yes}), Retain: []string{"Queue"}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(o.Retained, func(r string) bool { return strings.HasPrefix(r, "AWS::SQS::Queue ") }) {
		t.Errorf("what stays isn't told: %q", o.Retained)
	}
	s.wantStatus("none")
}

func TestDeleteProtected(t *testing.T) {
	s := newStage(t, work)
	s.deploy()
	protect := func(on bool) {
		if _, err := s.cfn.UpdateTerminationProtection(s.Context(), &cloudformation.UpdateTerminationProtectionInput{
			StackName: aws.String(s.stack()), EnableTerminationProtection: &on,
		}); err != nil {
			t.Skipf("the endpoint has no termination protection: %v", err)
		}
	}
	protect(true)
	_, err := s.delete(&person{answer: yes})
	as[*stack.Protected](t, err)
	protect(false)
}

// TestWrongAccount: with another account's credentials nothing is deleted, not
// even the record.
func TestWrongAccount(t *testing.T) {
	s := newStage(t, work)
	s.deploy()
	s.write(".chalice/deployed/dev.json", strings.ReplaceAll(s.recorded(), "123456789012", "210987654321"))
	before := s.recorded()
	_, err := s.delete(&person{answer: yes})
	wantError(t, err, ".chalice/deployed/dev.json says that the stage dev is in account 210987654321, but arn:aws:")
	if s.recorded() != before {
		t.Error("the record has changed")
	}
	s.wantStatus("CREATE_COMPLETE")
}

// TestUnderReview: a stack that has only change sets counts as not deployed,
// and can be deleted.
func TestUnderReview(t *testing.T) {
	s := newStage(t, work)
	in := s.input(&person{})
	in.NoExecute = true
	if _, err := deploy.Deploy(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	s.wantStatus("REVIEW_IN_PROGRESS")
	_, err := deploy.Find(t.Context(), s.input(&person{}))
	as[*deploy.NotDeployed](t, err)
	_, err = deploy.GetStatus(t.Context(), s.input(&person{}))
	as[*deploy.NotDeployed](t, err)
	if d := s.diff(false); !d.New {
		t.Errorf("%+v", d)
	}
	if _, err := s.delete(&person{answer: yes}); err != nil {
		t.Error(err)
	}
	s.wantStatus("none")
	if _, err := deploy.Deploy(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if o := s.deploy(); o.Action != deploy.Created {
		t.Errorf("%+v", o)
	}
	s.wantStatus("CREATE_COMPLETE")
}
