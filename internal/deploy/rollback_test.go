package deploy_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/signed"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// versioned is a stage whose functions have versions and the alias live.
type versioned struct{ *stage }

// newVersioned makes a project with functions, by their logical ids, none of which is
// deployed.
func newVersioned(t *testing.T, functions string) versioned {
	t.Helper()
	return versioned{newStage(t, functions)}
}

// publish deploys the stage with another variable and another version of each of some
// functions, by logical ids. So it would be with the key deployment, without CodeDeploy.
func (s versioned) publish(n int, ids ...string) {
	s.Helper()
	s.Logf("deployment %d", n)
	s.merge(n, ids...)
	if _, err := deploy.Deploy(s.Context(), s.versionedInput(&person{answer: yes})); err != nil {
		s.Fatalf("deploy: %v", err)
	}
}

// merge writes the template that is merged into the app's.
func (s versioned) merge(n int, ids ...string) {
	var resources []string
	for _, id := range ids {
		resources = append(resources, fmt.Sprintf(`
    %[1]q: {"Properties": {"Description": "%[2]d"}},
    "%[1]sVersion%[2]d": {"Type": "AWS::Lambda::Version", "DeletionPolicy": "Retain", "Properties": {"FunctionName": {"Ref": %[1]q}}},
    "%[1]sAliaslive": {"Type": "AWS::Lambda::Alias", "Properties": {
      "Name": "live", "FunctionName": {"Ref": %[1]q}, "FunctionVersion": {"Fn::GetAtt": ["%[1]sVersion%[2]d", "Version"]}}}`, id, n))
	}
	s.write("versions.json", `{"Resources": {`+strings.Join(resources, ",")+`}}`)
}

func (s versioned) versionedInput(p *person) deploy.Input {
	in := s.input(p)
	in.MergeTemplate = filepath.Join(s.dir, "versions.json")
	return in
}

// name returns what a function is called in Lambda.
func (s versioned) name(function string) string {
	s.Helper()
	d, err := deploy.Find(s.Context(), s.input(&person{}))
	if err != nil {
		s.Fatal(err)
	}
	return d.Functions[function].Name
}

// live returns the version to which a function's alias points.
func (s versioned) live(function string) string {
	s.Helper()
	out, err := s.lambda.GetAlias(s.Context(), &lambda.GetAliasInput{FunctionName: aws.String(s.name(function)), Name: aws.String("live")})
	if err != nil {
		s.Fatal(err)
	}
	return *out.FunctionVersion
}

func (s versioned) point(function, version string, shift map[string]float64) {
	s.Helper()
	_, err := s.lambda.UpdateAlias(s.Context(), &lambda.UpdateAliasInput{
		FunctionName: aws.String(s.name(function)), Name: aws.String("live"), FunctionVersion: &version,
		RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: shift},
	})
	if err != nil {
		s.Fatal(err)
	}
}

func (s versioned) forget() {
	s.Helper()
	if err := os.RemoveAll(filepath.Join(s.dir, ".chalice/deployed")); err != nil {
		s.Fatal(err)
	}
}

// rollback rolls the stage back, and returns what was said about functions.
func (s versioned) rollback() (*deploy.RolledBack, []string, error) {
	s.Helper()
	p := &person{answer: yes}
	o, err := deploy.Rollback(s.Context(), s.input(p))
	var said []string
	for _, text := range p.said {
		if strings.Contains(text, ": live") {
			said = append(said, text)
		}
	}
	return o, said, err
}

// TestRollback: the functions whose version the last deployment has changed go back to
// the one before, with a record and without one; a second rollback goes no further, and
// the next deployment moves on.
func TestRollback(t *testing.T) {
	for name, recorded := range map[string]bool{"with a record": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			s := newVersioned(t, work+","+report)
			s.publish(1, "Work", "Report")
			s.publish(2, "Work", "Report")
			s.publish(3, "Work", "Report")
			if !recorded {
				s.forget()
			}
			p := &person{answer: no}
			_, err := deploy.Rollback(t.Context(), s.input(p))
			as[*deploy.Declined](t, err)
			if len(p.questions) != 1 || !strings.HasPrefix(p.questions[0], "Put live of 2 functions back to the version before, in the stack "+s.stack()) {
				t.Errorf("asked %q", p.questions)
			}
			_, err = deploy.Rollback(t.Context(), s.input(&person{}))
			as[*deploy.Unanswered](t, err)
			if s.live("work") != "3" {
				t.Fatalf("live is at %s without an answer", s.live("work"))
			}

			o, said, err := s.rollback()
			if err != nil || len(o.Functions) != 2 || o.Functions[0].From != "3" || o.Functions[0].To != "2" || !o.Functions[0].Done {
				t.Fatalf("%+v, %v", o, err)
			}
			if diff := cmp.Diff([]string{"report: live goes from version 3 back to 2", "work: live goes from version 3 back to 2"}, said); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if s.live("work") != "2" || s.live("report") != "2" {
				t.Errorf("live is at %s and %s", s.live("work"), s.live("report"))
			}
			status, err := deploy.GetStatus(t.Context(), s.input(&person{}))
			if err != nil || len(status.Drift) != 2 || !strings.Contains(status.Drift[1], "live of work is at version 2, and not at 3") {
				t.Errorf("the status is %q, %v", status.Drift, err)
			}

			_, said, err = s.rollback()
			if err != nil || len(said) != 2 || !strings.Contains(said[1], "is at version 2 already") {
				t.Errorf("the second time: %q, %v", said, err)
			}
			if s.live("work") != "2" {
				t.Errorf("the second time live goes to %s", s.live("work"))
			}

			p = &person{answer: yes}
			before, err := deploy.Deploy(t.Context(), s.versionedInput(p))
			if err != nil || before.Action != deploy.Unchanged || s.live("work") != "2" {
				t.Errorf("a deployment of nothing: %+v, %v, and live is at %s", before, err, s.live("work"))
			}
			if said := strings.Join(p.said, "\n"); !strings.Contains(said, "live of work stays at version 2: the stack has published 3 before") {
				t.Errorf("it says %q", said)
			}
			s.publish(4, "Work", "Report")
			if s.live("work") != "4" {
				t.Errorf("the next deployment leaves live at %s", s.live("work"))
			}
			if _, _, err := s.rollback(); err != nil || s.live("work") != "3" {
				t.Errorf("after that: %v, and live is at %s", err, s.live("work"))
			}
		})
	}
}

// TestRollbackOfSome: only what the last deployment has changed goes back. A first
// version stays, and a deployment that failed doesn't count.
func TestRollbackOfSome(t *testing.T) {
	s := newVersioned(t, work+","+report)
	s.publish(1, "Work")
	s.publish(2, "Work", "Report")
	o, said, err := s.rollback()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"report: live stays at version 1, its first", "work: live goes from version 2 back to 1"}, said); diff != "" {
		t.Errorf("%+v (-want +got):\n%s", o, diff)
	}
	if s.live("work") != "1" || s.live("report") != "1" {
		t.Errorf("live is at %s and %s", s.live("work"), s.live("report"))
	}
}

// TestRollbackAfterAFailure: a deployment that was rolled back isn't the last one.
func TestRollbackAfterAFailure(t *testing.T) {
	s := newVersioned(t, work)
	s.publish(1, "Work")
	s.publish(2, "Work")
	s.conditions(map[string]any{"fail": map[string]any{"WorkAliaslive": []string{"UPDATE"}}})
	s.merge(3, "Work")
	_, err := deploy.Deploy(t.Context(), s.versionedInput(&person{answer: yes}))
	as[*deploy.Failed](t, err)
	s.wantStatus("UPDATE_ROLLBACK_COMPLETE")
	s.conditions(nil)
	if _, said, err := s.rollback(); err != nil || s.live("work") != "1" {
		t.Errorf("%q, %v, and live is at %s", said, err, s.live("work"))
	}
}

// TestRollbackRefused: where it isn't known what to do, nothing is done, and the error
// says why.
func TestRollbackRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare func(versioned)
		want    string
	}{
		"no stack":        {func(versioned) {}, "the stage dev isn't deployed"},
		"no alias":        {func(s versioned) { s.deploy() }, "no function of the stack "},
		"first versions":  {func(s versioned) { s.publish(1, "Work", "Report") }, "has published the first versions of report and work: there is none before"},
		"no new versions": {func(s versioned) { s.publish(1, "Work"); s.configure(`{"lambda_timeout": 5}`); s.again() }, "has published no version of a function"},
		"traffic that is being shifted": {func(s versioned) {
			s.publish(1, "Work")
			s.publish(2, "Work")
			s.point("work", "1", map[string]float64{"2": 0.1})
		}, "the traffic of work is being shifted: live is at version 1, and 10% to 2; wait"},
		"somebody has moved it": {func(s versioned) {
			s.publish(1, "Work", "Report")
			s.publish(2, "Work", "Report")
			s.publish(3, "Work", "Report")
			s.point("work", "1", nil)
		}, "live of work is at version 1, and the last deployment has published 3: somebody has moved it since"},
		"the version is gone": {func(s versioned) {
			s.publish(1, "Work")
			s.publish(2, "Work")
			s.deleteVersion("work", "1")
		}, "version 1 of work, which was live before the last deployment, is gone"},
		"the alias is gone": {func(s versioned) {
			s.publish(1, "Work", "Report")
			s.publish(2, "Work", "Report")
			if _, err := s.lambda.DeleteAlias(s.Context(), &lambda.DeleteAliasInput{FunctionName: aws.String(s.name("report")), Name: aws.String("live")}); err != nil {
				s.Fatal(err)
			}
		}, "report has no alias live in Lambda any more: deploy the stage again"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newVersioned(t, work+","+report)
			tc.prepare(s)
			p := &person{answer: yes}
			_, err := deploy.Rollback(t.Context(), s.input(p))
			wantError(t, err, tc.want)
			if len(p.questions) > 0 {
				t.Errorf("asked %q", p.questions)
			}
		})
	}
}

// TestHalfRolledBack: if some functions can't go back, the others do, and the error says
// which; the same again does the rest.
func TestHalfRolledBack(t *testing.T) {
	s := newVersioned(t, work+","+report)
	s.publish(1, "Work", "Report")
	s.publish(2, "Work", "Report")
	report := s.name("report")
	ctx, interrupt := context.WithCancel(t.Context())
	p := &person{answer: func(string) (bool, error) {
		interrupt() // too late
		_, err := s.lambda.DeleteAlias(t.Context(), &lambda.DeleteAliasInput{FunctionName: &report, Name: aws.String("live")})
		return true, err
	}}
	o, err := deploy.Rollback(ctx, s.input(p))
	wantError(t, err, "only work went back, and not report; do it again when that is mended: point the alias live of the function "+report+" to version 1")
	if o == nil || o.Functions[0].Done || !o.Functions[1].Done || s.live("work") != "1" {
		t.Errorf("%+v", o)
	}
	if _, err := s.lambda.CreateAlias(t.Context(), &lambda.CreateAliasInput{FunctionName: &report, Name: aws.String("live"), FunctionVersion: aws.String("2")}); err != nil {
		t.Fatal(err)
	}
	if _, said, err := s.rollback(); err != nil || s.live("report") != "1" || s.live("work") != "1" {
		t.Errorf("the rest: %q, %v", said, err)
	}
}

// again deploys what is merged already.
func (s versioned) again() {
	s.Helper()
	if _, err := deploy.Deploy(s.Context(), s.versionedInput(&person{answer: yes})); err != nil {
		s.Fatal(err)
	}
}

func (s versioned) deleteVersion(function, version string) {
	s.Helper()
	if _, err := s.lambda.DeleteFunction(s.Context(), &lambda.DeleteFunctionInput{FunctionName: aws.String(s.name(function)), Qualifier: &version}); err != nil {
		s.Fatal(err)
	}
}

// TestRollbackOfABusyStack: nothing is rolled back while CloudFormation works, which it
// does as long as CodeDeploy shifts traffic.
func TestRollbackOfABusyStack(t *testing.T) {
	s := newVersioned(t, work)
	s.publish(1, "Work")
	s.publish(2, "Work")
	s.conditions(map[string]any{"seconds": 2})
	s.merge(3, "Work")
	done := make(chan error, 1)
	go func() {
		_, err := deploy.Deploy(t.Context(), s.versionedInput(&person{answer: yes}))
		done <- err
	}()
	for s.status() != "UPDATE_IN_PROGRESS" {
	}
	_, _, err := s.rollback()
	wantError(t, err, "is being changed already: UPDATE_IN_PROGRESS")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestNestedRollback: a function's versions can be in a nested stack.
func TestNestedRollback(t *testing.T) {
	s := newVersioned(t, work+","+report)
	s.configure(`{"nested_stacks": 1}`)
	s.publish(1, "Work", "Report")
	s.publish(2, "Work", "Report")
	s.forget()
	if o, _, err := s.rollback(); err != nil || len(o.Functions) != 2 || s.live("work") != "1" || s.live("report") != "1" {
		t.Errorf("%+v, %v", o, err)
	}
}

// TestVersionsBesideTheRest: what is called by an alias is recorded, its code isn't
// updated alone, and its versions don't stay when it is deleted.
func TestVersionsBesideTheRest(t *testing.T) {
	s := newVersioned(t, work+","+report)
	s.publish(1, "Work")
	r, err := record.Of(s.dir, "dev").Read()
	if err != nil || r.Functions["work"].Alias != "live" || r.Functions["report"].Alias != "" {
		t.Fatalf("recorded: %+v, %v", r, err)
	}
	_, err = deploy.DeployCode(t.Context(), s.input(&person{}))
	wantError(t, err, "work is called by its alias live in the stack "+s.stack())
	s.configure("{\n\"lambda_functions\": {\"report\": {\n\"provisioned_concurrency\": 2}}}")
	_, err = deploy.DeployCode(t.Context(), s.input(&person{}))
	wantError(t, err, ".chalice/config.json:3: provisioned_concurrency has report called by an alias")
	s.configure("{\n\"deployment\": {\"pre_traffic\": \"report\"}}") // a hook has no alias
	_, err = deploy.DeployCode(t.Context(), s.input(&person{}))
	wantError(t, err, ".chalice/config.json:2: deployment has work called by an alias")
	d, err := s.delete(&person{answer: yes})
	if err != nil || len(d.Retained) > 0 {
		t.Errorf("%+v, %v", d, err)
	}
}

// mergeDeployed writes a template in which CodeDeploy shifts the traffic of work, which
// keeps two instances ready.
func (s versioned) mergeDeployed(n int, configuration string) {
	s.write("versions.json", strings.NewReplacer("NUMBER", fmt.Sprint(n), "CONFIGURATION", configuration).Replace(`{"Resources": {
    "Work": {"Properties": {"Description": "NUMBER"}},
    "WorkVersionNUMBER": {"Type": "AWS::Lambda::Version", "DeletionPolicy": "Retain", "Properties": {"FunctionName": {"Ref": "Work"}}},
    "WorkAliaslive": {"Type": "AWS::Lambda::Alias",
      "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": {"ApplicationName": {"Ref": "Traffic"}, "DeploymentGroupName": {"Ref": "WorkDeploymentGroup"}}},
      "Properties": {"Name": "live", "FunctionName": {"Ref": "Work"}, "FunctionVersion": {"Fn::GetAtt": ["WorkVersionNUMBER", "Version"]},
        "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2}}},
    "Traffic": {"Type": "AWS::CodeDeploy::Application", "Properties": {"ComputePlatform": "Lambda"}},
    "TrafficRole": {"Type": "AWS::IAM::Role", "Properties": {
      "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "codedeploy.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
      "Policies": [{"PolicyName": "Aliases", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["lambda:GetAlias", "lambda:UpdateAlias"], "Resource": {"Fn::Sub": "${Work.Arn}:live"}}]}}]}},
    "WorkDeploymentGroup": {"Type": "AWS::CodeDeploy::DeploymentGroup", "Properties": {
      "ApplicationName": {"Ref": "Traffic"}, "ServiceRoleArn": {"Fn::GetAtt": ["TrafficRole", "Arn"]},
      "DeploymentConfigName": "CodeDeployDefault.LambdaCONFIGURATION",
      "DeploymentStyle": {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"}}}
  }}`))
}

// TestCodeDeploy: a deployment says how long CodeDeploy takes, and can be cancelled
// meanwhile; a rollback waits for the instances that are kept ready, and doesn't come
// between a deployment of CodeDeploy's.
func TestCodeDeploy(t *testing.T) {
	const slow = "Linear10PercentEvery10Minutes"
	s := newVersioned(t, work)
	s.mergeDeployed(1, "Canary10Percent5Minutes")
	s.again()
	s.mergeDeployed(2, "Canary10Percent5Minutes")
	p := &person{answer: yes}
	if _, err := deploy.Deploy(t.Context(), s.versionedInput(p)); err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(p.said, "\n"); !strings.Contains(said, "CodeDeploy shifts traffic to the new versions by CodeDeployDefault.LambdaCanary10Percent5Minutes: that takes 5 minutes or more") {
		t.Errorf("it says %q", said)
	}
	if len(p.questions) > 0 {
		t.Errorf("a new version is a question: %q", p.questions)
	}

	o, said, err := s.rollback()
	if err != nil || s.live("work") != "1" || o.Functions[0].Ready != 2 {
		t.Fatalf("%+v, %q, %v", o, said, err)
	}
	stop := s.shift(slow)
	_, _, err = s.rollback()
	wantError(t, err, "CodeDeploy is at work on "+s.stack()+": deployment d-")
	stop()

	s.mergeDeployed(3, slow)
	s.conditions(map[string]any{"seconds": 0.1})
	ctx, interrupt := context.WithCancel(t.Context())
	p = &person{answer: yes, event: func(e stack.Event) {
		if e.LogicalID == "WorkAliaslive" && e.Status == "UPDATE_IN_PROGRESS" {
			interrupt()
		}
	}}
	_, err = deploy.Deploy(ctx, s.versionedInput(p))
	if f := as[*deploy.Failed](t, err); !f.Cancelled || len(p.questions) != 1 || !strings.Contains(p.questions[0], "Cancel that") {
		t.Errorf("%v, asked %q", err, p.questions)
	}
	s.wantStatus("UPDATE_ROLLBACK_COMPLETE")
	status, err := deploy.GetStatus(t.Context(), s.input(&person{}))
	if err != nil || status.Functions[0].Live == nil || status.Functions[0].Live.Shifting() || status.Functions[0].Live.Version == "3" {
		t.Errorf("%+v, %v", status, err)
	}
}

// shift has CodeDeploy shift the traffic of work from its first version to the second,
// and returns what ends that.
func (s versioned) shift(configuration string) (stop func()) {
	s.Helper()
	out, err := s.cfn.DescribeStackResources(s.Context(), &cloudformation.DescribeStackResourcesInput{StackName: aws.String(s.stack())})
	if err != nil {
		s.Fatal(err)
	}
	ids := map[string]string{}
	for _, r := range out.StackResources {
		ids[*r.LogicalResourceId] = *r.PhysicalResourceId
	}
	spec := fmt.Sprintf(`{"version": 0.0, "Resources": [{"Work": {"Type": "AWS::Lambda::Function", "Properties": {
    "Name": %q, "Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}}}]}`, ids["Work"])
	in := map[string]any{
		"applicationName": ids["Traffic"], "deploymentGroupName": ids["WorkDeploymentGroup"], "deploymentConfigName": "CodeDeployDefault.Lambda" + configuration,
		"revision": map[string]any{"revisionType": "AppSpecContent", "appSpecContent": map[string]string{"content": spec}},
	}
	client := signed.New(s.config, signed.CodeDeploy)
	var made struct {
		DeploymentID string `json:"deploymentId"`
	}
	if err := client.JSON(s.Context(), "CreateDeployment", &in, &made); err != nil {
		s.Fatal(err)
	}
	return func() {
		s.Helper()
		id := map[string]string{"deploymentId": made.DeploymentID}
		if err := client.JSON(s.Context(), "StopDeployment", &id, &struct{}{}); err != nil {
			s.Fatal(err)
		}
		for {
			var now struct {
				Info struct {
					Status string `json:"status"`
				} `json:"deploymentInfo"`
			}
			if err := client.JSON(s.Context(), "GetDeployment", &id, &now); err != nil {
				s.Fatal(err)
			}
			if now.Info.Status == "Stopped" {
				return
			}
		}
	}
}
