package synth_test

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestLogGroupOfTerraform: a group's name is taken in each form, and its ARN isn't one.
func TestLogGroupOfTerraform(t *testing.T) {
	for group, want := range map[string]string{
		"${aws_cloudwatch_log_group.shared.name}": "",
		"${aws_cloudwatch_log_group.shared.id}":   "",
		"/${var.app}/logs":                        "",
		"${var.group}":                            "",
		"${aws_cloudwatch_log_group.shared.arn}":  ".chalice/config.json:1: log_group is the ARN of a log group, but takes its name",
		"${var.group_arn}":                        ".chalice/config.json:1: log_group is the ARN of a log group, but takes its name",
	} {
		graph, err := synth.Build(loggedInput(t, `{"log_group": "`+group+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = synth.Terraform(graph); errText(err) != want {
			t.Errorf("%s: got %v, want %q", group, err, want)
		}
	}
}

// TestLogGroupOfAMerge: a function is made after the log group that it names, if a merge
// makes that.
func TestLogGroupOfAMerge(t *testing.T) {
	const group = "It: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: logs}}"
	for name, tc := range map[string]struct{ group, part, want string }{
		"its name":               {`"logs"`, group, `["It"]`},
		"another's name":         {`"others"`, group, ""},
		"a reference":            {`{"Ref": "It"}`, group, ""}, // which is a dependency by itself
		"a name to fill in":      {`"logs"`, strings.Replace(group, "logs", "!Sub logs", 1), ""},
		"one that waits already": {`"logs"`, group + ", Work: {DependsOn: It}", "It"},
		"nothing of that type":   {`"logs"`, strings.Replace(group, "Logs::LogGroup", "S3::Bucket", 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := loggedInput(t, `{"log_group": `+tc.group+`}`)
			for _, format := range []string{"sam", "cloudformation"} {
				template := render(t, in, format)
				template.Merge(parsedPart(t, "Resources: {"+tc.part+"}"))
				data, err := template.JSON()
				if err != nil {
					t.Fatal(err)
				}
				want(t, format, at(decoded(t, data), "Resources", "Work", "DependsOn"), tc.want)
			}
		})
	}
}

// TestLogPermissions: a role of a function's own can write to the function's log group
// and to no other, and can make the group only where Lambda has to.
func TestLogPermissions(t *testing.T) {
	const (
		writes = `["logs:CreateLogStream","logs:PutLogEvents"]`
		makes  = `["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"]`
		group  = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
	)
	for said, tc := range map[string]struct{ actions, resource string }{
		`"log_format": "JSON"`:                      {makes, `{"Fn::Sub":"` + group + `/aws/lambda/${Work}:*"}`},
		`"log_retention_in_days": 7`:                {writes, `{"Fn::Sub":"${WorkLogGroup.Arn}"}`},
		`"log_group": "/shop/all"`:                  {writes, `{"Fn::Sub":"` + group + `/shop/all:*"}`},
		`"log_group": {"Ref": "It"}`:                {writes, `{"Fn::Sub":["` + group + `${Part1}:*",{"Part1":{"Ref":"It"}}]}`},
		`"log_group": "x", "autogen_policy": false`: {}, // what the file says
		`"log_group": "x", "manage_iam_role": false, "iam_role_arn": "arn:aws:iam::123456789012:role/r"`: {},
	} {
		t.Run(said, func(t *testing.T) {
			in := loggedInput(t, `{"iam_roles": "per_function", `+said+`}`)
			in.Files = map[string][]byte{".chalice/policy-dev.json": []byte(`{"Version": "2012-10-17", "Statement": []}`)}
			for _, format := range []string{"sam", "cloudformation"} {
				template := render(t, in, format)
				template.Merge(parsedPart(t, "Resources: {It: {Type: AWS::Logs::LogGroup}}"))
				data, err := template.JSON()
				if err != nil {
					t.Fatal(err)
				}
				policy, _ := lookup(decoded(t, data), "Resources.WorkRoleOwn.Properties.PolicyDocument.Statement.0", format).(map[string]any)
				want(t, format+": what it can do", at(policy, "Action"), tc.actions)
				want(t, format+": with", at(policy, "Resource"), tc.resource)
			}
		})
	}
}

// loggedInput is an app of a function work with a configuration.
func loggedInput(t *testing.T, file string) synth.Input {
	t.Helper()
	stage, err := config.Parse([]byte(file), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	model := &app.Model{Version: 1, Name: "shop", Functions: []app.FunctionModel{{Name: "work", Kind: app.LambdaKind}}}
	return synth.Input{Model: model, Stage: stage, Version: "1.0.0"}
}
