package synth_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

const (
	managedPolicy = "arn:aws:iam::123456789012:policy/p"
	tfDefaultRole = "resource.aws_iam_role.default-role."
)

// TestManagedPolicyExpressions: in Terraform each policy is attached by a resource, whose
// name is that of its ARN wherever it is in the list, and a list that an expression gives
// by one for all of it.
func TestManagedPolicyExpressions(t *testing.T) {
	const attachments = "resource.aws_iam_role_policy_attachment"
	role := `"role":"${aws_iam_role.default-role.name}"`
	for value, want := range map[string]string{
		`["` + managedPolicy + `", "${aws_iam_policy.x[\"a\"].arn}"]`: `{"default-role_managed_4611711d34":{"policy_arn":"` + managedPolicy + `",` + role + `},` +
			`"default-role_managed_5a66237609":{"policy_arn":"${aws_iam_policy.x[\"a\"].arn}",` + role + `}}`,
		`["${aws_iam_policy.x[\"a\"].arn}", "` + managedPolicy + `"]`: `{"default-role_managed_4611711d34":{"policy_arn":"` + managedPolicy + `",` + role + `},` +
			`"default-role_managed_5a66237609":{"policy_arn":"${aws_iam_policy.x[\"a\"].arn}",` + role + `}}`,
		`"${var.policies}"`: `{"default-role_managed":{"for_each":"${toset(var.policies)}","policy_arn":"${each.value}",` + role + `}}`,
		`[]`:                `null`,
	} {
		got := valueRendered(t, stageWith(t, "managed_policies", value, ""), "terraform", "")
		if diff := cmp.Diff(want, spelled(lookup(got, attachments, "terraform"))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", value, diff)
		}
	}
}

// TestPoliciesOfSharedRole: a role that functions share has the managed policies of each,
// once, and is no place for lists that only a deployment knows.
func TestPoliciesOfSharedRole(t *testing.T) {
	const at = ".chalice/config.json:"
	for name, tc := range map[string]struct{ file, want, mistake string }{
		"the app's":    {`{"managed_policies": ["P/a"]}`, `["P/a"]`, ""},
		"the union":    {`{"managed_policies": ["P/a", "P/b"], "lambda_functions": {"two": {"managed_policies": ["P/c", "P/a"]}}}`, `["P/a","P/b","P/c"]`, ""},
		"one of three": {`{"lambda_functions": {"two": {"managed_policies": ["P/c"]}}}`, `["P/c"]`, ""},
		"none of one":  {`{"managed_policies": ["P/a"], "lambda_functions": {"two": {"managed_policies": []}}}`, `["P/a"]`, ""},
		"references":   {`{"managed_policies": [{"Ref": "A"}], "lambda_functions": {"two": {"managed_policies": [{"Ref": "A"}, {"Ref": "B"}]}}}`, `[{"Ref":"A"},{"Ref":"B"}]`, ""},
		"a whole list": {`{"managed_policies": {"Ref": "List"}}`, `{"Ref":"List"}`, ""},
		"a whole list and another": {
			"{\"managed_policies\": [\"P/a\"], \"lambda_functions\": {\"two\": {\n\"managed_policies\": {\"Ref\": \"List\"}}}}", "",
			at + "2: lambda_functions.two.managed_policies would be one list with that of another function, which shares the role, but a list that is known only when the app is deployed can't be put together: write lists of ARNs, or with \"iam_roles\": \"per_function\" each function has a role of its own",
		},
		"too many": {
			"{\"managed_policies\": [" + strings.TrimSuffix(strings.Repeat(`"P/N",`, 20), ",") + "], \"lambda_functions\": {\"two\": {\n\"managed_policies\": [" + strings.TrimSuffix(strings.Repeat(`"P/M",`, 6), ",") + "]}}}", "",
			at + "2: lambda_functions.two.managed_policies are 26 with those of the other functions that share the role, 1 more than the 25 that IAM lets one have: with \"iam_roles\": \"per_function\" each function has a role of its own",
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := strings.ReplaceAll(numbered(tc.file), "P/", "arn:aws:iam::123456789012:policy/")
			stage, err := config.Parse([]byte(file), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			in := synth.Input{Version: "1.0.0", Stage: stage, Model: &app.Model{Version: app.ModelVersion, Name: "demo", Functions: []app.FunctionModel{
				{Name: "one", Kind: app.LambdaKind}, {Name: "two", Kind: app.LambdaKind}, {Name: "three", Kind: app.LambdaKind},
			}}}
			if _, err := synth.Build(in); err != nil || tc.mistake != "" {
				if got := errText(err); got != tc.mistake {
					t.Errorf("got %s\nwant %s", got, tc.mistake)
				}
				return
			}
			template := render(t, in, "cloudformation")
			template.Merge(parsedPart(t, "Parameters: {A: {Type: String}, B: {Type: String}, List: {Type: CommaDelimitedList}}"))
			got := spelled(lookup(decodedTemplate(t, template), "Resources.DefaultRole.Properties.ManagedPolicyArns", "cloudformation"))
			if want := strings.ReplaceAll(tc.want, "P/", "arn:aws:iam::123456789012:policy/"); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// TestRoleOfItsOwn: a function's role has the policies of the function, and every other
// role the app's.
func TestRoleOfItsOwn(t *testing.T) {
	in := allKinds()
	in.Stage.Defaults.ManagedPolicies = config.Texts("arn:app")
	report := in.Stage.Defaults
	report.ManagedPolicies = config.Texts("arn:report")
	in.Stage.Functions = map[string]config.Function{"report": report}
	roles := 0
	for _, r := range listed(t, templateData(t, render(t, in, "cloudformation"))) {
		if r.typ != "AWS::IAM::Role" {
			continue
		}
		roles++
		want := `["arn:app"]`
		if r.id == "ReportRole" {
			want = `["arn:report"]`
		}
		if got := spelled(r.properties["ManagedPolicyArns"]); got != want {
			t.Errorf("%s: got %s, want %s", r.id, got, want)
		}
	}
	if roles < 5 {
		t.Errorf("there are only %d roles", roles)
	}
}

// TestBoundaryIsAnARN: what CloudFormation would refuse of the boundary has its place.
func TestBoundaryIsAnARN(t *testing.T) {
	graph, err := synth.Build(valueInput(stageWith(t, "permissions_boundary", `{"Ref": "List"}`, "")))
	if err != nil {
		t.Fatal(err)
	}
	template, err := synth.SAM(graph)
	if err != nil {
		t.Fatal(err)
	}
	template.Merge(parsedPart(t, valueTemplate))
	_, err = template.JSON()
	if got, want := errText(err), ".chalice/config.json:2: permissions_boundary is a list, but takes one value: choose one with Fn::Select, or join them with Fn::Join"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// numbered gives each policy P/N and P/M of a configuration a number of its own.
func numbered(file string) string {
	for n := 0; strings.Contains(file, `"P/N"`) || strings.Contains(file, `"P/M"`); n++ {
		file = strings.Replace(file, `"P/N"`, fmt.Sprintf(`"P/n%d"`, n), 1)
		file = strings.Replace(file, `"P/M"`, fmt.Sprintf(`"P/m%d"`, n), 1)
	}
	return file
}

func templateData(t *testing.T, template *synth.Template) []byte {
	t.Helper()
	data, err := template.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decodedTemplate(t *testing.T, template *synth.Template) (decoded any) {
	t.Helper()
	if err := json.Unmarshal(templateData(t, template), &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}
