package deploy_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

func TestDeployAgainAndAgain(t *testing.T) {
	s := newStage(t, work)
	o := s.deploy()
	s.wantStatus("CREATE_COMPLETE")
	if o.Action != deploy.Created || o.Stack != s.stack() {
		t.Errorf("the first time: %+v", o)
	}
	r, err := record.Of(s.dir, "dev").Read()
	if err != nil {
		t.Fatal(err)
	}
	if r.Stack != s.stack() || r.StackID != o.StackID || r.Account != "123456789012" || r.App != s.app {
		t.Errorf("recorded: %+v", r)
	}
	name := r.Functions["work"].Name
	s.codes(name) // fails if there is no such function

	first := s.recorded()
	if o := s.deploy(); o.Action != deploy.Unchanged || len(o.Mended) > 0 {
		t.Errorf("the same again: %+v", o)
	}
	s.wantStatus("CREATE_COMPLETE")
	withoutTime := func(text string) string {
		var lines []string
		for line := range strings.Lines(text) {
			if !strings.Contains(line, `"deployed"`) {
				lines = append(lines, line)
			}
		}
		return strings.Join(lines, "")
	}
	if diff := cmp.Diff(withoutTime(first), withoutTime(s.recorded())); diff != "" {
		t.Errorf("the record has changed with nothing:\n%s", diff)
	}

	s.model(work + "," + report)
	if o := s.deploy(); o.Action != deploy.Updated {
		t.Errorf("one more function: %+v", o)
	}
	s.wantStatus("UPDATE_COMPLETE")
	if r, err = record.Of(s.dir, "dev").Read(); err != nil || len(r.Functions) != 2 {
		t.Errorf("recorded: %+v, %v", r, err)
	}
	if n := s.changeSets(); n != 0 {
		t.Errorf("%d change sets are left", n)
	}
}

// TestQuestions: what can't be taken back needs a yes; without one nothing
// happens and nothing is left.
func TestQuestions(t *testing.T) {
	for name, tc := range map[string]struct {
		before, after string
		merge         [2]string // templates to merge
		question      string    // a part of the question; empty: there is none
	}{
		"a permission that widens": {work + "," + report, work + "," + reportReads, [2]string{}, "permission"},
		"a resource that goes":     {work + "," + report, work, [2]string{}, "Report is removed"},
		"a resource that is replaced": {
			work, work, [2]string{queue("one"), queue("two")}, "Queue is replaced",
		},
		"memory": {work, work, [2]string{`{}`, `{"Resources": {"Work": {"Properties": {"MemorySize": 512}}}}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, tc.before)
			in := s.input(&person{answer: yes})
			if tc.merge[0] != "" {
				in.MergeTemplate = filepath.Join(s.dir, "merge.json")
				s.write("merge.json", tc.merge[0])
			}
			if _, err := deploy.Deploy(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			before := s.recorded()
			s.model(tc.after)
			if tc.merge[1] != "" {
				s.write("merge.json", tc.merge[1])
			}
			if tc.question == "" {
				if _, err := deploy.Deploy(t.Context(), with(in, &person{})); err != nil {
					t.Errorf("what needs no answer: %v", err)
				}
				return
			}
			_, err := deploy.Deploy(t.Context(), with(in, &person{}))
			if question := as[*deploy.Unanswered](t, err).Question; !strings.Contains(question, tc.question) {
				t.Errorf("the question is %q, want one about %q", question, tc.question)
			}
			wantError(t, err, "(--yes answers yes)")
			_, err = deploy.Deploy(t.Context(), with(in, &person{answer: no}))
			as[*deploy.Declined](t, err)
			s.wantStatus("CREATE_COMPLETE")
			if n := s.changeSets(); n != 0 || s.recorded() != before {
				t.Errorf("%d change sets are left, and the record is as it was: %v", n, s.recorded() == before)
			}
			asked := &person{answer: yes}
			if _, err := deploy.Deploy(t.Context(), with(in, asked)); err != nil || len(asked.questions) != 1 {
				t.Errorf("answered with yes: %v, %q", err, asked.questions)
			}
			s.wantStatus("UPDATE_COMPLETE")
		})
	}
}

func queue(name string) string {
	return `{"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "` + name + `"}}}}`
}

func with(in deploy.Input, p *person) deploy.Input {
	in.Talk = p
	return in
}

// TestFirstTimeUnanswered: without an answer not even a stack under review is
// left.
func TestFirstTimeUnanswered(t *testing.T) {
	s := newStage(t, reportReads)
	_, err := deploy.Deploy(t.Context(), s.input(&person{}))
	as[*deploy.Unanswered](t, err)
	s.wantStatus("none")
	if s.recorded() != "" {
		t.Error("something is recorded")
	}
}

// TestFailure: the error says what failed first, where that is registered, and
// how the stack is; the next deployment succeeds.
func TestFailure(t *testing.T) {
	s := newStage(t, work+","+report)
	s.conditions(map[string]any{"fail": map[string][]string{"Report": {"CREATE"}}})
	_, err := deploy.Deploy(t.Context(), s.input(&person{answer: yes}))
	failed := as[*deploy.Failed](t, err)
	if failed.Cause.LogicalID != "Report" || failed.Function != "report" || failed.Source == nil || failed.Source.Line != 9 {
		t.Errorf("to blame is %s of %s at %v", failed.Cause.LogicalID, failed.Function, failed.Source)
	}
	wantError(t, err, "main.go:9: stack "+s.stack()+" ended in ROLLBACK_COMPLETE")
	wantError(t, err, "the next deployment makes it anew")
	s.wantStatus("ROLLBACK_COMPLETE")
	if s.recorded() != "" {
		t.Error("a failure was recorded")
	}
	s.conditions(nil)
	if o := s.deploy(); o.Action != deploy.Created {
		t.Errorf("after a failure: %+v", o)
	}

	before := s.recorded()
	s.conditions(map[string]any{"fail": map[string][]string{"Work": {"UPDATE"}}})
	s.configure(`{"lambda_memory_size": 256}`)
	_, err = deploy.Deploy(t.Context(), s.input(&person{answer: yes}))
	wantError(t, err, "the stack is as it was before")
	s.wantStatus("UPDATE_ROLLBACK_COMPLETE")
	if s.recorded() != before {
		t.Error("a failure was recorded")
	}
	s.conditions(nil)
	if o := s.deploy(); o.Action != deploy.Updated {
		t.Errorf("after a failure: %+v", o)
	}
}

// TestRollbackFailed: the error says what to do, and that works.
func TestRollbackFailed(t *testing.T) {
	s := newStage(t, work+","+report)
	s.deploy()
	s.conditions(map[string]any{"fail": map[string][]string{"Report": {"UPDATE"}, "Work": {"ROLLBACK"}}})
	s.configure(`{"lambda_memory_size": 256}`)
	_, err := deploy.Deploy(t.Context(), s.input(&person{answer: yes}))
	if s.status() != "UPDATE_ROLLBACK_FAILED" {
		t.Fatalf("the stack is in %s after %v", s.status(), err)
	}
	wantError(t, err, "--continuerollback")
	_, err = deploy.Deploy(t.Context(), s.input(&person{answer: yes}))
	wantError(t, err, "UPDATE_ROLLBACK_FAILED")
	wantError(t, err, "--continuerollback")
	s.conditions(nil)
	if _, err := deploy.ContinueRollback(t.Context(), s.input(&person{}), nil); err != nil {
		t.Fatal(err)
	}
	s.wantStatus("UPDATE_ROLLBACK_COMPLETE")
	if o := s.deploy(); o.Action != deploy.Updated {
		t.Errorf("after all: %+v", o)
	}
}

// TestInterrupted: after an interrupt the user is asked whether to take the
// change back.
func TestInterrupted(t *testing.T) {
	for name, tc := range map[string]struct {
		first     bool // the stack doesn't exist yet
		answer    func(string) (bool, error)
		cancelled bool
		status    string // at the end
	}{
		"an update, cancelled":         {false, yes, true, "UPDATE_ROLLBACK_COMPLETE"},
		"an update, left":              {false, no, false, "UPDATE_COMPLETE"},
		"an update, with nobody there": {false, nil, false, "UPDATE_COMPLETE"},
		"a creation, deleted":          {true, yes, true, "none"},
		"a creation, left":             {true, no, false, "CREATE_COMPLETE"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, work)
			if !tc.first {
				s.deploy()
				s.configure(`{"lambda_memory_size": 256}`)
			}
			s.conditions(map[string]any{"seconds": 0.7})
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			in := s.input(&person{answer: tc.answer, event: func(stack.Event) { interrupt() }})
			in.Yes = true
			_, err := deploy.Deploy(ctx, in)
			if tc.cancelled {
				if failure := as[*stack.Failure](t, err); !failure.Cancelled {
					t.Errorf("it isn't told as cancelled: %v", err)
				}
			} else {
				as[*deploy.Left](t, err)
				wantError(t, err, "which goes on by itself")
			}
			for end := time.Now().Add(20 * time.Second); s.status() != tc.status && time.Now().Before(end); {
				time.Sleep(100 * time.Millisecond)
			}
			s.wantStatus(tc.status)
			s.conditions(nil)
			s.deploy() // succeeds
		})
	}
}

// TestTwoAtOnce: one of two deployments wins, the other says who is busy.
func TestTwoAtOnce(t *testing.T) {
	s := newStage(t, work)
	s.deploy()
	s.configure(`{"lambda_memory_size": 256}`)
	s.conditions(map[string]any{"seconds": 0.7})
	var (
		running sync.WaitGroup
		errs    [2]error
	)
	for i := range errs {
		running.Go(func() {
			in := s.input(&person{})
			in.Yes = true
			_, errs[i] = deploy.Deploy(t.Context(), in)
		})
	}
	running.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("one has to win: %v", errs)
	}
	s.wantStatus("UPDATE_COMPLETE")
	if err := errors.Join(errs[:]...); !errors.As(err, new(*stack.Busy)) && !strings.Contains(err.Error(), "changed by others") {
		t.Errorf("the other one says %v", err)
	}
	if _, err := record.Of(s.dir, "dev").Read(); err != nil {
		t.Error(err)
	}
}

// TestLeftForOthers: a prepared change set can be executed by somebody else.
func TestLeftForOthers(t *testing.T) {
	s := newStage(t, work)
	s.deploy()
	s.model(reportReads)
	in := s.input(&person{})
	in.NoExecute = true
	o, err := deploy.Deploy(t.Context(), in)
	if err != nil || o.Action != deploy.Prepared {
		t.Fatalf("%+v, %v", o, err)
	}
	s.wantStatus("CREATE_COMPLETE")
	set, err := s.cfn.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{StackName: &o.Stack, ChangeSetName: &o.ChangeSet.Name})
	if err != nil || aws.ToString(set.Description) != "chalice deploy by ann@laptop" {
		t.Errorf("the change set is described as %q (%v)", aws.ToString(set.Description), err)
	}
	if _, err := s.cfn.ExecuteChangeSet(t.Context(), &cloudformation.ExecuteChangeSetInput{StackName: &o.Stack, ChangeSetName: &o.ChangeSet.Name}); err != nil {
		t.Fatal(err)
	}
	if o := s.deploy(); o.Action != deploy.Unchanged {
		t.Errorf("after its execution: %+v", o)
	}
	if r, err := record.Of(s.dir, "dev").Read(); err != nil || r.Functions["report"].Name == "" {
		t.Errorf("recorded: %+v, %v", r, err)
	}
}

func TestParameters(t *testing.T) {
	s := newStage(t, work)
	s.write("merge.json", `{"Parameters": {"Colour": {"Type": "String", "NoEcho": true}},
		"Resources": {"Work": {"Properties": {"Environment": {"Variables": {"COLOUR": {"Ref": "Colour"}}}}}}}`)
	in := s.input(&person{answer: yes})
	in.MergeTemplate = filepath.Join(s.dir, "merge.json")
	_, err := deploy.Deploy(t.Context(), in)
	wantError(t, err, "the template has parameters without a value: give one to Colour (--parameters NAME=VALUE)")
	in.Parameters = map[string]string{"Color": "hidden-red"}
	_, err = deploy.Deploy(t.Context(), in)
	wantError(t, err, "--parameters Color: the template has no such parameter; it has Colour; did you mean Colour?")
	if strings.Contains(err.Error(), "hidden") {
		t.Errorf("the value is in %v", err)
	}
	s.wantStatus("none")
	in.Parameters = map[string]string{"Colour": "hidden-red"}
	if _, err := deploy.Deploy(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	in.Parameters = nil // the parameter keeps its value
	if o, err := deploy.Deploy(t.Context(), in); err != nil || o.Action != deploy.Unchanged {
		t.Errorf("%+v, %v", o, err)
	}
	if strings.Contains(s.recorded(), "hidden") {
		t.Error("the record has the value of a secret parameter")
	}
}

// TestAnotherPlace: a stage isn't deployed to another place without a question.
func TestAnotherPlace(t *testing.T) {
	s := newStage(t, work)
	s.deploy()
	for name, change := range map[string][2]string{
		"account": {"123456789012", "210987654321"},
		"region":  {os.Getenv("AWS_DEFAULT_REGION"), "eu-central-1"},
	} {
		t.Run(name, func(t *testing.T) {
			before := s.recorded()
			s.write(".chalice/deployed/dev.json", strings.Replace(before, `"`+name+`": "`+change[0], `"`+name+`": "`+change[1], 1))
			asked := &person{answer: no}
			_, err := deploy.Deploy(t.Context(), s.input(asked))
			as[*deploy.Declined](t, err)
			if len(asked.questions) != 1 || !strings.Contains(asked.questions[0], change[0]) || !strings.Contains(asked.questions[0], change[1]) {
				t.Errorf("asked: %q", asked.questions)
			}
			s.deploy()
			if !strings.Contains(s.recorded(), `"`+name+`": "`+change[0]) {
				t.Errorf("the record has the old %s: %s", name, s.recorded())
			}
		})
	}
}

func TestNestedStacks(t *testing.T) {
	s := newStage(t, work+","+report)
	s.configure(`{"nested_stacks": 2}`)
	s.deploy()
	s.wantStatus("CREATE_COMPLETE")
	r, err := record.Of(s.dir, "dev").Read()
	if err != nil || len(r.Functions) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	s.codes(r.Functions["work"].Name, r.Functions["report"].Name)
	files, err := record.Of(s.dir, "dev").ReadTemplate(r)
	if err != nil || len(files) < 2 {
		t.Errorf("the recorded template has %d files: %v", len(files), err)
	}
	if o := s.deploy(); o.Action != deploy.Unchanged {
		t.Errorf("the same again: %+v", o)
	}
	s.model(work + "," + reportReads)
	asked := &person{}
	_, err = deploy.Deploy(t.Context(), s.input(asked))
	if question := as[*deploy.Unanswered](t, err).Question; !strings.Contains(question, "permission") {
		t.Errorf("asked: %s", question)
	}
	s.deploy()
	s.wantStatus("UPDATE_COMPLETE")
}
