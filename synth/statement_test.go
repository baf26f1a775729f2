package synth_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// oneFunction is the input for an app of one function that needs something.
func oneFunction(needs ...synth.Statement) synth.Input {
	stage := config.New("dev")
	stage.IAMRoles = config.RolePerFunction
	return synth.Input{
		Model: &app.Model{
			Version: app.ModelVersion, Name: "demo",
			Functions: []app.FunctionModel{{Name: "work", Kind: app.LambdaKind, Source: &app.Source{File: "main.go", Line: 7}}},
		},
		Stage:    stage,
		Policies: map[string][]synth.Statement{"work": needs},
		Version:  "1.0.0",
	}
}

// statements returns those of the policy in the function's role, in
// CloudFormation and in Terraform.
func statements(t *testing.T, in synth.Input) (cfn, terraform string) {
	t.Helper()
	graph, err := synth.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	return cfnStatements(t, graph, "WorkRole"), tfStatements(t, graph, "work_role")
}

func cfnStatements(t *testing.T, g *synth.Graph, role string) string {
	t.Helper()
	template, err := synth.CloudFormation(g, synth.Code{})
	if err != nil {
		t.Fatal(err)
	}
	var decoded map[string]any
	decodeTemplate(t, template, &decoded)
	var policies []struct {
		PolicyDocument struct{ Statement json.RawMessage }
	}
	if text := at(decoded, "Resources", role, "Properties", "Policies"); text != "" {
		if err := json.Unmarshal([]byte(text), &policies); err != nil {
			t.Fatal(err)
		}
		return string(policies[0].PolicyDocument.Statement)
	}
	return ""
}

func tfStatements(t *testing.T, g *synth.Graph, role string) string {
	t.Helper()
	template, err := synth.Terraform(g)
	if err != nil {
		return "error: " + err.Error()
	}
	var decoded map[string]any
	decodeTemplate(t, template, &decoded)
	var policy struct{ Statement json.RawMessage }
	if text := at(decoded, "resource", "aws_iam_role_policy", role, "policy"); text != "" {
		if err := json.Unmarshal([]byte(text), &policy); err != nil {
			t.Fatal(err)
		}
	}
	return string(policy.Statement)
}

// decodeTemplate decodes a template, which also checks that it refers to
// nothing that isn't there.
func decodeTemplate(t *testing.T, template *synth.Template, into any) {
	t.Helper()
	part, err := synth.ParsePart("x.json", []byte(`{"Resources": {"Media": {"Type": "AWS::S3::Bucket"}, "Jobs": {"Type": "AWS::SQS::Queue"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	template.Merge(part)
	data, err := template.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// TestResources: what a statement names is spelt as each format has it.
func TestResources(t *testing.T) {
	for name, tc := range map[string]struct {
		resource any
		cfn, tf  string
	}{
		"everything": {"*", `"*"`, `"*"`},
		"a whole ARN": {
			"arn:aws:s3:::b/${aws:username}/*", `"arn:aws:s3:::b/${aws:username}/*"`, `"arn:aws:s3:::b/$${aws:username}/*"`,
		},
		"an expression": {"${aws_s3_bucket.b.arn}", `"${aws_s3_bucket.b.arn}"`, `"${aws_s3_bucket.b.arn}"`},
		"parts": {
			synth.ARN{Service: "sqs", Region: synth.Own, Account: synth.Own, Resource: []any{"jobs"}},
			`{"Fn::Sub":"arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs"}`,
			`"arn:${data.aws_partition.chalice.partition}:sqs:${data.aws_region.chalice.region}:${data.aws_caller_identity.chalice.account_id}:jobs"`,
		},
		"other places": {
			synth.ARN{Partition: "aws-cn", Service: "sqs", Region: "*", Account: "123456789012", Resource: []any{"jobs"}},
			`"arn:aws-cn:sqs:*:123456789012:jobs"`, `"arn:aws-cn:sqs:*:123456789012:jobs"`,
		},
		"a part that has to stay": {
			synth.ARN{Service: "s3", Resource: []any{"${Token[TOKEN.1]}", "/*"}},
			`{"Fn::Sub":["arn:${AWS::Partition}:s3:::${Part1}/*",{"Part1":"${Token[TOKEN.1]}"}]}`,
			`"arn:${data.aws_partition.chalice.partition}:s3:::${Token[TOKEN.1]}/*"`,
		},
		"an intrinsic within": {
			synth.ARN{Service: "s3", Resource: []any{map[string]any{"Ref": "Media"}, "/", map[string]any{"Fn::ImportValue": "folder"}, "/*"}},
			`{"Fn::Sub":["arn:${AWS::Partition}:s3:::${Part1}/${Part2}/*",{"Part1":{"Ref":"Media"},"Part2":{"Fn::ImportValue":"folder"}}]}`,
			`error: role work_role: a policy names a resource by an intrinsic function of CloudFormation's ({"Ref":"Media"}), which Terraform does not know`,
		},
		"an intrinsic": {
			map[string]any{"Fn::GetAtt": []any{"Jobs", "Arn"}},
			`{"Fn::GetAtt":["Jobs","Arn"]}`,
			`error: role work_role: a policy names a resource by an intrinsic function of CloudFormation's ({"Fn::GetAtt":["Jobs","Arn"]}), which Terraform does not know`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfn, tf := statements(t, oneFunction(synth.Statement{Actions: []string{"s3:Get*"}, Resources: []any{tc.resource}}))
			statement := `[{"Sid":"S3","Effect":"Allow","Action":["s3:Get*"],"Resource":%s}]`
			want(t, "CloudFormation", sameOrder(t, cfn), sameOrder(t, fmt.Sprintf(statement, tc.cfn)))
			if !strings.HasPrefix(tc.tf, "error: ") {
				tc.tf = sameOrder(t, fmt.Sprintf(statement, tc.tf))
				tf = sameOrder(t, tf)
			} else {
				tf, _, _ = strings.Cut(tf, "\n")
			}
			want(t, "Terraform", tf, tc.tf)
		})
	}
}

// TestConditions: the values of a condition are spelt as each format has them too.
func TestConditions(t *testing.T) {
	for name, tc := range map[string]struct {
		values  any
		cfn, tf string
	}{
		"a text":          {"alias/a", `"alias/a"`, `"alias/a"`},
		"what is no text": {[]any{true, 7}, `[true,7]`, `[true,7]`},
		"parts": {
			synth.Joined{"alias/a-", synth.OwnRegion}, `{"Fn::Sub":"alias/a-${AWS::Region}"}`, `"alias/a-${data.aws_region.chalice.region}"`,
		},
		"several": {
			[]any{synth.Joined{"alias/a"}, synth.Joined{"alias/", map[string]any{"Ref": "Media"}}},
			`["alias/a",{"Fn::Sub":["alias/${Part1}",{"Part1":{"Ref":"Media"}}]}]`,
			`error: role work_role: a policy names a resource by an intrinsic function of CloudFormation's ({"Ref":"Media"}), which Terraform does not know`,
		},
		"an intrinsic": {
			map[string]any{"Ref": "Media"}, `{"Ref":"Media"}`,
			`error: role work_role: a policy names a resource by an intrinsic function of CloudFormation's ({"Ref":"Media"}), which Terraform does not know`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfn, tf := statements(t, oneFunction(synth.Statement{
				Actions: []string{"kms:Decrypt"}, Resources: []any{"*"},
				Condition: map[string]any{"StringEquals": map[string]any{"kms:RequestAlias": tc.values}},
			}))
			statement := `[{"Sid":"Kms","Effect":"Allow","Action":["kms:Decrypt"],"Resource":"*","Condition":{"StringEquals":{"kms:RequestAlias":%s}}}]`
			want(t, "CloudFormation", sameOrder(t, cfn), sameOrder(t, fmt.Sprintf(statement, tc.cfn)))
			if strings.HasPrefix(tc.tf, "error: ") {
				tf, _, _ = strings.Cut(tf, "\n")
			} else {
				tf, tc.tf = sameOrder(t, tf), sameOrder(t, fmt.Sprintf(statement, tc.tf))
			}
			want(t, "Terraform", tf, tc.tf)
		})
	}
}

// sameOrder returns JSON with its keys in the order of the alphabet.
func sameOrder(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestStatementMistakes(t *testing.T) {
	for name, tc := range map[string]struct {
		statement synth.Statement
		want      string
	}{
		"no action":       {synth.Statement{Resources: []any{"*"}}, "a statement has 0 actions and 1 resources"},
		"no resource":     {synth.Statement{Actions: []string{"s3:*"}}, "a statement has 1 actions and 0 resources"},
		"no text":         {synth.Statement{Actions: []string{"s3:*"}, Resources: []any{7}}, "a resource of a policy can't be a int"},
		"no text within":  {synth.Statement{Actions: []string{"s3:*"}, Resources: []any{synth.ARN{Resource: []any{nil}}}}, "a resource of a policy can't be a <nil>"},
		"no JSON":         {synth.Statement{Actions: []string{"s3:*"}, Resources: []any{"*"}, Condition: map[string]any{"Bool": func() {}}}, "the condition of a statement"},
		"no keys":         {synth.Statement{Actions: []string{"s3:*"}, Resources: []any{"*"}, Condition: map[string]any{"Bool": "x"}}, "Bool has string in place of keys with values"},
		"no text there":   {synth.Statement{Actions: []string{"s3:*"}, Resources: []any{"*"}, Condition: map[string]any{"Bool": map[string]any{"k": synth.Joined{7}}}}, "the condition of a statement: k: "},
		"no name":         {synth.Statement{Actions: []string{":*"}, Resources: []any{"*"}}, "a statement has no name"},
		"no name, either": {synth.Statement{Sid: "--", Actions: []string{"s3:*"}, Resources: []any{"*"}}, "a statement has no name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := synth.Build(oneFunction(tc.statement))
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "main.go:7: the policy of function work: ") {
				t.Errorf("got %v, want %q with its place", err, tc.want)
			}
		})
	}
}

func TestGrouping(t *testing.T) {
	s := func(actions string, resources ...any) synth.Statement {
		return synth.Statement{Actions: strings.Fields(actions), Resources: resources}
	}
	condition := map[string]any{"StringEquals": map[string]any{"iam:PassedToService": "ecs.amazonaws.com"}}
	for name, tc := range map[string]struct {
		needs []synth.Statement
		want  string
	}{
		"none": {nil, ``},
		"actions on one resource, in order and once": {
			[]synth.Statement{s("s3:PutObject", "arn:a"), s("s3:GetObject s3:PutObject", "arn:a", "arn:a")},
			`[{"Sid":"S3","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:a"}]`,
		},
		"resources of one action": {
			[]synth.Statement{s("s3:GetObject", "arn:b"), s("s3:GetObject", "arn:a")},
			`[{"Sid":"S3","Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:a","arn:b"]}]`,
		},
		"a statement for each set of resources": {
			[]synth.Statement{s("s3:GetObject s3:PutObject", "arn:a"), s("s3:GetObject", "arn:b")},
			`[{"Sid":"S3","Effect":"Allow","Action":["s3:PutObject"],"Resource":"arn:a"},
			  {"Sid":"S3Part2","Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:a","arn:b"]}]`,
		},
		"a statement for each service": {
			[]synth.Statement{s("s3:GetObject sqs:SendMessage execute-api:Invoke", "*")},
			`[{"Sid":"ExecuteApi","Effect":"Allow","Action":["execute-api:Invoke"],"Resource":"*"},
			  {"Sid":"S3","Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"},
			  {"Sid":"Sqs","Effect":"Allow","Action":["sqs:SendMessage"],"Resource":"*"}]`,
		},
		"what is allowed on everything need not be on something": {
			[]synth.Statement{s("s3:GetObject s3:PutObject", "arn:a"), s("s3:GetObject", "arn:b", "*")},
			`[{"Sid":"S3","Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"},
			  {"Sid":"S3Part2","Effect":"Allow","Action":["s3:PutObject"],"Resource":"arn:a"}]`,
		},
		"conditions": {
			[]synth.Statement{
				{Actions: []string{"iam:PassRole"}, Resources: []any{"*"}, Condition: condition},
				{Actions: []string{"iam:PassRole"}, Resources: []any{"arn:r"}},
			},
			`[{"Sid":"Iam","Effect":"Allow","Action":["iam:PassRole"],"Resource":"arn:r"},
			  {"Sid":"IamPart2","Effect":"Allow","Action":["iam:PassRole"],"Resource":"*",
			   "Condition":{"StringEquals":{"iam:PassedToService":"ecs.amazonaws.com"}}}]`,
		},
		"a name that is taken": {
			[]synth.Statement{
				{Sid: "A", Actions: []string{"s3:A"}, Resources: []any{"arn:a"}},
				{Sid: "A", Actions: []string{"s3:B"}, Resources: []any{"arn:b"}},
				{Sid: "A-part2", Actions: []string{"s3:C"}, Resources: []any{"arn:c"}},
			},
			`[{"Sid":"A","Effect":"Allow","Action":["s3:A"],"Resource":"arn:a"},
			  {"Sid":"APart3","Effect":"Allow","Action":["s3:B"],"Resource":"arn:b"},
			  {"Sid":"APart2","Effect":"Allow","Action":["s3:C"],"Resource":"arn:c"}]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfn, _ := statements(t, oneFunction(tc.needs...))
			if cfn != "" {
				cfn, tc.want = sameOrder(t, cfn), sameOrder(t, tc.want)
			}
			want(t, "the policy", cfn, tc.want)
		})
	}
}

// TestGroupingKeepsWhatIsAllowed holds random statements against the policies
// made of them: they allow the same, whatever the order they come in.
func TestGroupingKeepsWhatIsAllowed(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func(all ...string) []string {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		return all[:1+random.IntN(len(all))]
	}
	for range 300 {
		var needs []synth.Statement
		for range 1 + random.IntN(8) {
			s := synth.Statement{Actions: some("s3:A", "s3:B", "s3:C", "sqs:A")}
			for _, r := range some("arn:a", "arn:b", "arn:c", "*")[:1] {
				s.Resources = append(s.Resources, r)
			}
			if random.IntN(4) == 0 {
				s.Condition = map[string]any{"Bool": map[string]any{"aws:SecureTransport": "true"}}
			}
			needs = append(needs, s)
		}
		policy, _ := statements(t, oneFunction(needs...))
		if diff := cmp.Diff(needed(grantsOf(needs)), grants(t, policy)); diff != "" {
			t.Fatalf("%v\nbecame %s\n(-needed +allowed)\n%s", needs, policy, diff)
		}
		slices.Reverse(needs)
		if again, _ := statements(t, oneFunction(needs...)); again != policy {
			t.Fatalf("in another order, %s became %s", policy, again)
		}
	}
}

// grantsOf lists what statements allow.
func grantsOf(list []synth.Statement) []string {
	var all []string
	for _, s := range list {
		condition, _ := json.Marshal(s.Condition)
		for _, action := range s.Actions {
			for _, r := range s.Resources {
				all = append(all, fmt.Sprintf("%s on %v if %s", action, r, condition))
			}
		}
	}
	slices.Sort(all)
	return all
}

// needed leaves out what is there twice, or also allowed on everything.
func needed(all []string) []string {
	const always = " if null"
	return slices.Compact(slices.DeleteFunc(slices.Clone(all), func(grant string) bool {
		action, _, _ := strings.Cut(grant, " ")
		condition := grant[strings.Index(grant, " if "):]
		return !strings.HasSuffix(grant, " on *"+always) && slices.Contains(all, action+" on *"+always) ||
			!strings.Contains(grant, " on * ") && slices.Contains(all, action+" on *"+condition)
	}))
}

// grants lists what a policy allows, whose names have to differ.
func grants(t *testing.T, policy string) []string {
	t.Helper()
	var read []struct {
		Sid       string
		Action    []string
		Resource  any
		Condition map[string]any
	}
	if err := json.Unmarshal([]byte(policy), &read); err != nil {
		t.Fatal(err)
	}
	var list []synth.Statement
	names := map[string]bool{}
	for _, s := range read {
		resources, several := s.Resource.([]any)
		if !several {
			resources = []any{s.Resource}
		}
		if names[s.Sid] {
			t.Errorf("two statements are named %q in %s", s.Sid, policy)
		}
		names[s.Sid] = true
		list = append(list, synth.Statement{Actions: s.Action, Resources: resources, Condition: s.Condition})
	}
	return grantsOf(list)
}
