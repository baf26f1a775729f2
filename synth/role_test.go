package synth_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
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
		if f, ok := r.(*synth.Function); ok {
			found[f.Name] = f.RoleARN
			if f.Role != nil {
				found[f.Name] = f.Role.Name
			}
		}
	}
	return found
}

// TestMergedRoles: functions that need the same have one role, and its name
// holds as long as it can.
func TestMergedRoles(t *testing.T) {
	for name, tc := range map[string]struct {
		in   synth.Input
		want map[string]string
	}{
		"each its own": {
			input("a-x", "b-y", "c-none"),
			map[string]string{"a-x": "a-x_role", "b-y": "b-y_role", "c-none": "logs-only-role"},
		},
		"the first one's name": {
			input("b-x", "a-x", "c-none", "d-none", "e-x"),
			map[string]string{"b-x": "b-x_role", "a-x": "b-x_role", "e-x": "b-x_role", "c-none": "logs-only-role", "d-none": "logs-only-role"},
		},
		"a function behind an API comes first": {
			func() synth.Input {
				in := input("a-x", "b-y")
				in.Model.Routes = []app.RouteModel{{Path: "/", Name: "index"}}
				in.Model.Functions = append(in.Model.Functions,
					app.FunctionModel{Name: "m", Kind: app.WSMessageKind}, app.FunctionModel{Name: "c", Kind: app.WSConnectKind})
				in.Policies[app.RESTHandler] = in.Policies["a-x"]
				in.Policies[app.WebsocketConnect] = in.Policies["b-y"]
				in.Policies[app.WebsocketMessage] = in.Policies["b-y"]
				in.ManagesConnections = map[string]bool{}
				return in
			}(),
			map[string]string{
				"a-x": "api_handler_role", app.RESTHandler: "api_handler_role", "b-y": "websocket_connect_role",
				app.WebsocketConnect: "websocket_connect_role", app.WebsocketMessage: "websocket_connect_role",
			},
		},
		"but not where one posts to connections": {
			func() synth.Input {
				in := input("a-none")
				in.Model.Functions = append(in.Model.Functions, app.FunctionModel{Name: "m", Kind: app.WSMessageKind})
				return in
			}(),
			map[string]string{"a-none": "logs-only-role", app.WebsocketMessage: "websocket_message_role"},
		},
		"roles that aren't generated stay apart": {
			func() synth.Input {
				in := input("a-none", "b-none", "c-none", "d-none")
				file, arn := in.Stage.Defaults, in.Stage.Defaults
				file.PolicyFile, arn.RoleARN = "p.json", "arn:aws:iam::123456789012:role/own"
				in.Stage.Functions = map[string]config.Function{"a-none": file, "b-none": file, "d-none": arn}
				in.Files = map[string][]byte{"p.json": []byte(`{"Version": "2012-10-17", "Statement": []}`)}
				return in
			}(),
			map[string]string{
				"a-none": "a-none_role", "b-none": "b-none_role", "c-none": "logs-only-role", "d-none": "arn:aws:iam::123456789012:role/own",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, roles(build(t, tc.in))); diff != "" {
				t.Errorf("roles (-want +got)\n%s", diff)
			}
		})
	}
}

// TestNewFunctionLeavesRolesAlone: a function that comes behind the others
// changes no role but its own, and the log groups of one that it shares.
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

// TestSharedRolesHaveRoom: a role takes as many functions as its policies have
// room for, and the rest get another.
func TestSharedRolesHaveRoom(t *testing.T) {
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprintf("%s%03d-none", strings.Repeat("f", 50), i))
	}
	g := build(t, input(names...))
	of := roles(g)
	sharers := map[string]int{}
	for _, name := range names {
		sharers[of[name]]++
	}
	if len(sharers) < 3 || len(sharers) > 4 || sharers["logs-only-role"] < 50 {
		t.Errorf("200 functions have these roles: %v", sharers)
	}
	template, err := synth.CloudFormation(g, synth.Code{})
	if err != nil {
		t.Fatal(err)
	}
	resources, _ := template.Object().Get("Resources")
	for _, id := range resources.(*synth.Object).Keys() {
		r, _ := resources.(*synth.Object).Get(id)
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		// A generated name has 64 characters at most; here ${...} is shorter.
		if text := string(data); strings.Contains(text, "AWS::IAM::Policy") && strings.Count(text, "log-group")*(64+64) > 10240 {
			t.Errorf("%s can be too large: %d log groups", id, strings.Count(text, "log-group"))
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
		"nobody has looked":                    {functions: chat, want: map[string]string{"WebsocketConnectRoleOwn": own}},
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

// connections gives the resources of a template that allow posting to
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
			if want := `main.go:5: allow: resource "bucket" of s3:Get* is neither an ARN nor "*"`; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}
