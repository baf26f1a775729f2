package synth_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// input is that of an app with a role for each function. Of a function's name,
// the part behind a dash says what it needs; -none needs nothing.
func input(functions ...string) synth.Input {
	in := synth.Input{
		Model:    &app.Model{Version: app.ModelVersion, Name: "demo"},
		Stage:    config.New("dev"),
		Policies: map[string][]synth.Statement{},
		Version:  "1.0.0",
	}
	in.Stage.IAMRoles = config.RolePerFunction
	for _, name := range functions {
		in.Model.Functions = append(in.Model.Functions, app.FunctionModel{Name: name, Kind: app.LambdaKind})
		if _, table, ok := strings.Cut(name, "-"); ok && table != "none" {
			in.Policies[name] = []synth.Statement{{
				Actions:   []string{"dynamodb:GetItem"},
				Resources: []any{synth.ARN{Service: "dynamodb", Region: synth.Own, Account: synth.Own, Resource: []any{"table/" + table}}},
			}}
		}
	}
	return in
}

func build(t *testing.T, in synth.Input) *synth.Graph {
	t.Helper()
	graph, err := synth.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

// roles tells for each function what its role is called.
func roles(g *synth.Graph) map[string]string {
	found := map[string]string{}
	for _, r := range g.Resources() {
		if o := r.Outline(); o.Kind == "function" {
			for _, line := range o.Lines {
				if line.Label == "role" {
					found[o.Name] = line.Text
				}
			}
		}
	}
	return found
}

// TestOneRoleForEachFunction: whatever functions need, each has a role of its own
// that is named after it, so that what is granted to it reaches nobody else.
func TestOneRoleForEachFunction(t *testing.T) {
	for name, tc := range map[string]struct {
		in   synth.Input
		want map[string]string // what differs from the function's name with _role
	}{
		"different needs": {in: input("a-x", "b-y", "c-none")},
		"the same needs":  {in: input("b-x", "a-x", "c-none", "d-none", "e-x")},
		"of all kinds":    {in: allKinds()},
		"more than a policy could name log groups of": {
			in: func() synth.Input {
				var names []string
				for i := range 200 {
					names = append(names, fmt.Sprintf("%s%03d-none", strings.Repeat("f", 50), i))
				}
				return input(names...)
			}(),
		},
		"roles that aren't generated": {
			in: func() synth.Input {
				in := input("a-none", "b-none", "c-none", "d-none")
				file, arn := in.Stage.Defaults, in.Stage.Defaults
				file.PolicyFile, arn.RoleARN.Text = "p.json", "arn:aws:iam::123456789012:role/own"
				in.Stage.Functions = map[string]config.Function{"a-none": file, "b-none": file, "d-none": arn}
				in.Files = map[string][]byte{"p.json": []byte(`{"Version": "2012-10-17", "Statement": []}`)}
				return in
			}(),
			want: map[string]string{"d-none": "arn:aws:iam::123456789012:role/own"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := roles(build(t, tc.in))
			want := map[string]string{}
			for function := range got {
				want[function] = function + "_role"
			}
			maps.Copy(want, tc.want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("roles (-want +got)\n%s", diff)
			}
		})
	}
}

// allKinds is an app with a function of each kind, none of which needs anything
// but its logs, as far as its kind allows that.
func allKinds() synth.Input {
	in := input("report", "audit")
	in.ManagesConnections = map[string]bool{}
	in.Model.Routes = []app.RouteModel{{Path: "/", Name: "index", Authorizer: "check"}, {Path: "/b", Name: "b", Authorizer: "look"}}
	in.Model.Authorizers = []app.AuthorizerModel{
		{Name: "check", Type: app.BuiltinAuthorizerType}, {Name: "look", Type: app.BuiltinAuthorizerType},
	}
	in.Model.Functions = append(in.Model.Functions,
		app.FunctionModel{Name: "c", Kind: app.WSConnectKind}, app.FunctionModel{Name: "m", Kind: app.WSMessageKind},
		app.FunctionModel{Name: "d", Kind: app.WSDisconnectKind},
		app.FunctionModel{Name: "tick", Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)"}},
		app.FunctionModel{Name: "notify", Kind: app.SNSKind, SNS: &app.SNSModel{Topic: "t"}},
		app.FunctionModel{Name: "work", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "q"}},
		app.FunctionModel{Name: "play", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "q"}},
	)
	return in
}

// TestRolesInTemplates: every format has these roles, each with the trust and
// the policies of its function alone.
func TestRolesInTemplates(t *testing.T) {
	graph := build(t, allKinds())
	for format, roleType := range map[string]string{"sam": "AWS::IAM::Role", "cloudformation": "AWS::IAM::Role", "terraform": "aws_iam_role"} {
		t.Run(format, func(t *testing.T) {
			data, err := render(t, allKinds(), format).JSON()
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Count(string(data), strconv.Quote(roleType)), len(graph.Functions()); format != "terraform" && got != want {
				t.Errorf("got %d roles, want %d, one for each function", got, want)
			}
			for _, function := range graph.Functions() {
				id, err := synth.LogicalID(function + "_role")
				if err != nil {
					t.Fatal(err)
				}
				if format == "terraform" {
					id = function + "_role"
				}
				if !strings.Contains(string(data), strconv.Quote(id)+": {") {
					t.Errorf("%s has no role %s", function, id)
				}
			}
		})
	}
}

// TestRoleStaysWhenNeedsChange: what is granted to a role from outside is still
// its function's after the function, or another one, needs something else.
func TestRoleStaysWhenNeedsChange(t *testing.T) {
	before := roles(build(t, input("a-none", "b-none", "c-none")))
	in := input("a-none", "b-none", "c-none")
	in.Policies["b-none"] = []synth.Statement{{Actions: []string{"s3:GetObject"}, Resources: []any{"*"}}}
	if diff := cmp.Diff(before, roles(build(t, in))); diff != "" {
		t.Errorf("roles change (-before +after)\n%s", diff)
	}
}

// TestNewFunctionLeavesRolesAlone: a function that comes behind the others
// changes no role but its own.
func TestNewFunctionLeavesRolesAlone(t *testing.T) {
	before := []string{"a-x", "b-y", "c-x", "d-none", "e-z"}
	graph := func(names ...string) *synth.Graph {
		in := input(names...)
		for i := range before { // functions of events come later in a graph
			in.Model.Functions[i].Kind, in.Model.Functions[i].SNS = app.SNSKind, &app.SNSModel{Topic: "t"}
		}
		return build(t, in)
	}
	old := roles(graph(before...))
	for _, added := range []string{"n-x", "n-y", "n-z", "n-none", "n-new", "0-new"} {
		now := roles(graph(append(slices.Clone(before), added)...))
		delete(now, added)
		if diff := cmp.Diff(old, now); diff != "" {
			t.Errorf("with %s, roles change (-old +new)\n%s", added, diff)
		}
	}
}

// TestPolicySize: a policy that is too large is made smaller, and refused if
// that doesn't help.
func TestPolicySize(t *testing.T) {
	// many gives statements that differ in their resources, of some services.
	many := func(n, services int) (list []synth.Statement) {
		for i := range n {
			for j := range services {
				list = append(list, synth.Statement{
					Actions:   []string{fmt.Sprintf("service%d:Get", j)},
					Resources: []any{fmt.Sprintf("arn:aws:s3:::bucket-%04d", i)},
				})
			}
		}
		return list
	}
	for name, tc := range map[string]struct {
		change func(*synth.Input)
		want   string // empty: it fits
	}{
		"it fits":                    {func(in *synth.Input) { in.Policies["a"] = many(200, 1) }, ""},
		"it fits once it is smaller": {func(in *synth.Input) { in.Policies["a"] = many(100, 8) }, ""},
		"a function's own": {
			func(in *synth.Input) { in.Policies["a"] = many(400, 1) },
			"main.go:3: role a_role needs policies of 11120 characters, 880 more than the 10240 that IAM takes; allow more with less",
		},
		"the shared one": {
			func(in *synth.Input) {
				in.Stage.IAMRoles = config.SharedRole
				in.Policies["a"], in.Policies["b"] = many(300, 1), []synth.Statement{{Actions: []string{"x:Y"}, Resources: []any{strings.Repeat("z", 5000)}}}
			},
			`role default-role needs policies of 13371 characters, 3131 more than the 10240 that IAM takes; with "iam_roles": "per_function" each function has`,
		},
		"what only the stack knows may be short": {
			func(in *synth.Input) {
				in.Policies["a"] = []synth.Statement{{
					Actions: []string{"x:Y"}, Resources: []any{"${" + strings.Repeat("z", 11000) + "}", map[string]any{"Ref": strings.Repeat("z", 11000)}},
				}}
			},
			"",
		},
		"a file": {
			func(in *synth.Input) {
				in.Stage.Defaults.PolicyFile = "p.json"
				in.Files = map[string][]byte{"p.json": []byte(`{"Version": "2012-10-17", "Statement": ["` + strings.Repeat("z", 10240) + `"]}`)}
			},
			"role a_role needs policies of 10281 characters, 41 more than the 10240 that IAM takes; shorten the policy file",
		},
		"a file's white space": {
			func(in *synth.Input) {
				in.Stage.Defaults.PolicyFile = "p.json"
				in.Files = map[string][]byte{"p.json": []byte(`{"Version": "2012-10-17", ` + strings.Repeat(" ", 10240) + `"Statement": {"Fn::Sub": "` + strings.Repeat("z", 10240) + `"}}`)}
			},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := input("a", "b")
			in.Model.Functions[0].Source = &app.Source{File: "main.go", Line: 3}
			tc.change(&in)
			_, err := synth.Build(in)
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

// TestRolesCount: what each function has of its own counts as a resource.
func TestRolesCount(t *testing.T) {
	var names []string
	for i := range 167 {
		names = append(names, fmt.Sprintf("f%d-%d", i, i))
	}
	_, err := marshalSAM(build(t, input(names...)))
	if err == nil || !strings.Contains(err.Error(), "the app needs 501 resources, 1 more than the 500") {
		t.Errorf("got %v, want an error that counts functions, roles and policies", err)
	}
	if _, err := marshalSAM(build(t, input(names[1:]...))); err != nil {
		t.Error(err)
	}
}

func marshalSAM(g *synth.Graph) ([]byte, error) {
	template, err := synth.SAM(g)
	if err != nil {
		return nil, err
	}
	return template.JSON()
}

// TestManagesConnections: those functions may post to connections that do.
func TestManagesConnections(t *testing.T) {
	const own, any = "${WebsocketAPI}/api/*/@connections/*", "arn:*:execute-api:*:*:*/@connections/*"
	functions := []app.FunctionModel{{Name: "report", Kind: app.LambdaKind}}
	chat := append(slices.Clone(functions), app.FunctionModel{Name: "c", Kind: app.WSConnectKind}, app.FunctionModel{Name: "m", Kind: app.WSMessageKind})
	for name, tc := range map[string]struct {
		functions []app.FunctionModel
		shared    bool
		manages   map[string]bool
		want      map[string]string // resources by role or policy
	}{
		"nobody has looked":                    {functions: chat, want: map[string]string{"WebsocketConnectRoleOwn": own, "WebsocketMessageRoleOwn": own}},
		"nobody has looked, at a shared role":  {functions: chat, shared: true, want: map[string]string{"DefaultRole": any}},
		"none does":                            {functions: chat, manages: map[string]bool{}},
		"none does, of those of a shared role": {functions: chat, shared: true, manages: map[string]bool{}},
		"one does":                             {functions: chat, manages: map[string]bool{"websocket_message": true}, want: map[string]string{"WebsocketMessageRoleOwn": own}},
		"one without their events does":        {functions: chat, manages: map[string]bool{"report": true}, want: map[string]string{"ReportRoleOwn": own}},
		"one with a shared role":               {functions: functions, shared: true, manages: map[string]bool{"report": true}, want: map[string]string{"DefaultRole": any}},
		"those of another app":                 {functions: functions, manages: map[string]bool{"report": true}, want: map[string]string{"ReportRole": any}},
	} {
		t.Run(name, func(t *testing.T) {
			in := input()
			in.Model.Functions, in.ManagesConnections = tc.functions, tc.manages
			if tc.shared {
				in.Stage.IAMRoles = config.SharedRole
			}
			got := connections(t, build(t, in))
			if !maps.EqualFunc(got, tc.want, strings.Contains) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// connections returns the resources of a template that allow posting to
// connections.
func connections(t *testing.T, g *synth.Graph) map[string]string {
	t.Helper()
	data, err := marshalSAM(g)
	if err != nil {
		t.Fatal(err)
	}
	var template struct{ Resources map[string]json.RawMessage }
	if err := json.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(template.Resources, func(_ string, r json.RawMessage) bool {
		return !strings.Contains(string(r), "execute-api:ManageConnections")
	})
	found := map[string]string{}
	for id, r := range template.Resources {
		found[id] = string(r)
	}
	return found
}

// TestAllowIsChecked: a saved model can hold what no program wrote.
func TestAllowIsChecked(t *testing.T) {
	at := &app.Source{File: "main.go", Line: 5}
	wrong := []app.AllowModel{{Actions: []string{"s3:Get*"}, Resources: []string{"bucket"}}}
	for name, m := range map[string]*app.Model{
		"a route":       {Routes: []app.RouteModel{{Path: "/", Name: "index", Source: at, Allow: wrong}}},
		"an authorizer": {Authorizers: []app.AuthorizerModel{{Name: "auth", Type: app.BuiltinAuthorizerType, Source: at, Allow: wrong}}},
		"a function":    {Functions: []app.FunctionModel{{Name: "work", Kind: app.LambdaKind, Source: at, Allow: wrong}}},
	} {
		t.Run(name, func(t *testing.T) {
			m.Version, m.Name = app.ModelVersion, "demo"
			_, err := synth.Build(synth.Input{Model: m, Stage: config.New("dev"), Version: "1.0.0"})
			if want := `main.go:5: Allow: resource "bucket" of s3:Get* is neither an ARN nor "*"`; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}
