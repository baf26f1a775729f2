package deploy_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/function"
	"github.com/chalice-go/chalice/internal/deploy/record"
)

// makeLogGroup makes a log group as Lambda does at a function's first call.
func (s *stage) makeLogGroup(name string) {
	s.Helper()
	if _, err := s.logs().CreateLogGroup(s.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name}); err != nil {
		s.Fatal(err)
	}
}

func (s *stage) logs() *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(s.config) }

// logGroups returns the log groups whose names start with one of the prefixes,
// and for how many days their logs are kept; 0 is for ever.
func (s *stage) logGroups(prefixes ...string) map[string]int32 {
	s.Helper()
	found := map[string]int32{}
	for _, prefix := range prefixes {
		out, err := s.logs().DescribeLogGroups(s.Context(), &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &prefix})
		if err != nil {
			s.Fatal(err)
		}
		for _, g := range out.LogGroups {
			found[*g.LogGroupName] = aws.ToInt32(g.RetentionInDays)
		}
	}
	return found
}

// logGroup returns the log group of a function according to Lambda.
func (s *stage) logGroup(name string) string {
	s.Helper()
	deployed := s.deployedName(name)
	found, err := function.New(s.config).Describe(s.Context(), []string{deployed})
	if err != nil || found[deployed] == nil {
		s.Fatalf("%s: %v, %v", deployed, found, err)
	}
	return found[deployed].LogGroup
}

// deployedName returns the name that a function has in AWS.
func (s *stage) deployedName(name string) string {
	s.Helper()
	r, err := record.Of(s.dir, "dev").Read()
	if err != nil {
		s.Fatal(err)
	}
	return r.Functions[name].Name
}

// TestRetentionOfAnAppThatHasRun: an app that has run has a log group made by
// Lambda. It doesn't prevent a deployment with a retention, and stays; the new
// group of the stack goes with the stack.
func TestRetentionOfAnAppThatHasRun(t *testing.T) {
	s := newStage(t, work)
	s.deploy()
	first := "/aws/lambda/" + s.deployedName("work")
	if got := s.logGroup("work"); got != first {
		t.Fatalf("without a retention the function logs to %s", got)
	}
	s.makeLogGroup(first)
	s.configure(`{"log_retention_in_days": 7}`)
	s.deploy()
	own := s.logGroup("work")
	if !strings.HasPrefix(own, s.stack()+"-WorkLog") {
		t.Errorf("the function logs to %s", own)
	}
	if got := s.logGroups(first, own); len(got) != 2 || got[own] != 7 || got[first] != 0 {
		t.Errorf("the log groups are %v", got)
	}
	o, err := s.delete(&person{answer: yes})
	if err != nil || !slices.Equal(o.Retained, []string{"AWS::Logs::LogGroup " + first}) {
		t.Errorf("what stays: %+v, %v", o, err)
	}
	if got := s.logGroups(first, own); len(got) != 1 {
		t.Errorf("the log groups are %v", got)
	}
}

// TestLogGroupsOfBefore: stacks of earlier versions have a log group with the
// name that Lambda would give it. Such a group is removed from the stack, and
// stays with its logs.
func TestLogGroupsOfBefore(t *testing.T) {
	s := newStage(t, work)
	s.configure(`{"log_retention_in_days": 7}`)
	named := "/aws/lambda/" + s.stack() + "-before"
	s.write("before.json", `{"Resources": {"WorkLogGroup": {"Properties": {"LogGroupName": "`+named+`"}}}}`)
	in := s.input(&person{answer: yes})
	in.MergeTemplate = filepath.Join(s.dir, "before.json")
	if _, err := deploy.Deploy(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if got := s.logGroup("work"); got != named {
		t.Fatalf("the function logs to %s", got)
	}
	s.deploy()
	own := s.logGroup("work")
	if got := s.logGroups(named, s.stack()); len(got) != 2 || got[named] != 7 || got[own] != 7 {
		t.Errorf("the log groups are %v, and the function's is %s", got, own)
	}
}

// TestLogsStay: log groups that Lambda has made stay.
func TestLogsStay(t *testing.T) {
	s := newStage(t, work)
	s.deploy()
	group := "/aws/lambda/" + s.deployedName("work")
	s.makeLogGroup(group)
	o, err := s.delete(&person{answer: yes})
	if err != nil || !slices.Contains(o.Retained, "AWS::Logs::LogGroup "+group) {
		t.Errorf("what stays: %+v, %v", o, err)
	}
}

// TestSharedLogGroup: functions log to a group that a merge makes, and to their own ones
// again when the configuration doesn't name it any more. No group of theirs stays.
func TestSharedLogGroup(t *testing.T) {
	s := newStage(t, work)
	s.configure(`{"iam_roles": "per_function", "log_format": "JSON", "log_level": "WARN", "log_group": {"Ref": "Log"}}`)
	s.write("log.json", `{"Resources": {"Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 365}}}}`)
	in := s.input(&person{answer: yes})
	in.MergeTemplate = filepath.Join(s.dir, "log.json")
	if _, err := deploy.Deploy(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	shared := s.logGroup("work")
	if got := s.logGroups(s.stack()); len(got) != 1 || got[shared] != 365 {
		t.Errorf("the function logs to %s, and the groups are %v", shared, got)
	}
	s.configure(`{}`)
	s.deploy()
	if got := s.logGroup("work"); got != function.DefaultLogGroup(s.deployedName("work")) {
		t.Errorf("without a group the function logs to %s", got)
	}
	if got := s.logGroups(s.stack()); len(got) != 0 {
		t.Errorf("the log groups are %v", got)
	}
}
