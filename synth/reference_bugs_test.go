package synth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// The tests of this file show, for the defects of the reference that its
// specification marks, that ours does better. Numbers are the rules'.

// rendered returns the templates of a model as decoded JSON.
func rendered(t *testing.T, m *app.Model, stage *config.Stage) (sam, terraform map[string]any) {
	t.Helper()
	m.Version, m.Name = app.ModelVersion, "demo"
	graph, err := synth.Build(synth.Input{Model: m, Stage: stage, Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	for render, into := range map[*func(*synth.Graph) (*synth.Template, error)]*map[string]any{
		new(synth.SAM): &sam, new(synth.Terraform): &terraform,
	} {
		template, err := (*render)(graph)
		if err != nil {
			t.Fatal(err)
		}
		data, err := template.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatal(err)
		}
	}
	return sam, terraform
}

// at follows a path of keys and returns what is there as text, "" if nothing is.
func at(v any, path ...string) string {
	for _, key := range path {
		o, _ := v.(map[string]any)
		if v = o[key]; v == nil {
			return ""
		}
	}
	if s, ok := v.(string); ok {
		return s
	}
	data, _ := json.Marshal(v)
	return string(data)
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

func restModel() *app.Model {
	return &app.Model{Routes: []app.RouteModel{{Path: "/", Name: "index"}}}
}

func websocketModel() *app.Model {
	return &app.Model{Functions: []app.FunctionModel{{Name: "c", Kind: app.WSConnectKind}, {Name: "m", Kind: app.WSMessageKind}}}
}

// S-043, S-081, S-094: the reference keeps the logs of a group that nobody
// writes to, names an id that isn't there, and fails for Terraform.
func TestLogGroupIsTheFunctions(t *testing.T) {
	stage := config.New("dev")
	stage.Defaults.LogRetentionDays = 14
	sam, tf := rendered(t, restModel(), stage)
	want(t, "the group in SAM", at(sam, "Resources", "ApiHandlerLogGroup", "Properties"), `{"RetentionInDays":14}`)
	want(t, "the function's group in SAM", at(sam, "Resources", "APIHandler", "Properties", "LoggingConfig"), `{"LogGroup":{"Ref":"ApiHandlerLogGroup"}}`)
	want(t, "the group in Terraform", at(tf, "resource", "aws_cloudwatch_log_group", "api_handler-log-group"), `{"name_prefix":"/aws/lambda/demo-dev-","retention_in_days":14}`)
	want(t, "the function's group in Terraform", at(tf, "resource", "aws_lambda_function", "api_handler", "logging_config"),
		`{"log_format":"Text","log_group":"${aws_cloudwatch_log_group.api_handler-log-group.name}"}`)
}

// S-072: the reference gives the permission to post to the first websocket
// function's role alone.
func TestEachWebsocketRoleCanPost(t *testing.T) {
	stage := config.New("dev")
	connect := stage.Defaults
	connect.RoleARN.Text = "arn:aws:iam::123456789012:role/own"
	stage.Functions = map[string]config.Function{app.WebsocketConnect: connect}
	sam, _ := rendered(t, websocketModel(), stage)
	if policy := at(sam, "Resources", "DefaultRole"); !strings.Contains(policy, "execute-api:ManageConnections") {
		t.Errorf("the role of the message handler can't post to connections: %s", policy)
	}
}

// S-078: the reference's SAM template traces functions only.
func TestXRayTracesTheAPI(t *testing.T) {
	stage := config.New("dev")
	stage.Defaults.XRay = true
	sam, tf := rendered(t, restModel(), stage)
	want(t, "TracingEnabled", at(sam, "Resources", "RestAPI", "Properties", "TracingEnabled"), "true")
	want(t, "xray_tracing_enabled", at(tf, "resource", "aws_api_gateway_stage", "rest_api", "xray_tracing_enabled"), "true")
}

// S-083, S-097: the reference's mapping doesn't wait for the stage, and has no
// prefix in Terraform.
func TestMappingWaitsForTheStage(t *testing.T) {
	stage := config.New("dev")
	stage.APIDomain = &config.Domain{Name: text("api.example.com"), CertificateARN: text("arn:c"), TLSVersion: "TLS_1_2", URLPrefix: text("v1")}
	sam, tf := rendered(t, restModel(), stage)
	want(t, "the mapping's stage", at(sam, "Resources", "ApiGatewayCustomDomainMapping", "Properties", "Stage"), `{"Ref":"RestAPI.Stage"}`)
	mapping := func(key string) string {
		return at(tf, "resource", "aws_api_gateway_base_path_mapping", "api_gateway_custom_domain_mapping", key)
	}
	want(t, "base_path", mapping("base_path"), `${trimprefix("v1", aws_api_gateway_stage.rest_api.arn)}`)
	want(t, "domain_name", mapping("domain_name"), "${aws_api_gateway_domain_name.api_gateway_custom_domain.domain_name}")
}

// S-084: the reference never deploys the routes of a websocket API again.
func TestWebsocketDeploymentChangesWithTheRoutes(t *testing.T) {
	deployment := func(m *app.Model) string {
		sam, _ := rendered(t, m, config.New("dev"))
		for id, r := range sam["Resources"].(map[string]any) {
			if at(r, "Type") == "AWS::ApiGatewayV2::Deployment" {
				return id
			}
		}
		return "none"
	}
	two := deployment(websocketModel())
	if again := deployment(websocketModel()); again != two {
		t.Errorf("the same routes give %s and %s", two, again)
	}
	one := websocketModel()
	one.Functions = one.Functions[:1]
	if other := deployment(one); other == two {
		t.Errorf("other routes give the same deployment, %s", other)
	}
}

// S-086, S-098: the reference maps the root of a websocket API to "(none)",
// ignores a prefix in Terraform, and knows one partition only.
func TestWebsocketDomain(t *testing.T) {
	stage := config.New("dev")
	stage.WebsocketDomain = &config.Domain{Name: text("ws.example.com"), CertificateARN: text("arn:c"), TLSVersion: "TLS_1_2"}
	sam, tf := rendered(t, websocketModel(), stage)
	want(t, "ApiMappingKey", at(sam, "Resources", "WebsocketApiCustomDomainMapping", "Properties", "ApiMappingKey"), "")
	if url := at(tf, "output", "WebsocketConnectEndpointURL", "value"); !strings.Contains(url, "${data.aws_partition.chalice.dns_suffix}") {
		t.Errorf("the URL %s has a fixed suffix", url)
	}
	stage.WebsocketDomain.URLPrefix = text("chat")
	sam, tf = rendered(t, websocketModel(), stage)
	want(t, "ApiMappingKey", at(sam, "Resources", "WebsocketApiCustomDomainMapping", "Properties", "ApiMappingKey"), "chat")
	want(t, "api_mapping_key", at(tf, "resource", "aws_apigatewayv2_api_mapping", "websocket_api_custom_domain_mapping", "api_mapping_key"), "chat")
}

// S-095: two stages of the reference's in one account have rules of one name.
func TestRulesDifferBetweenStages(t *testing.T) {
	m := &app.Model{Functions: []app.FunctionModel{{Name: "tick", Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)"}}}}
	for _, stage := range []string{"dev", "prod"} {
		_, tf := rendered(t, m, config.New(stage))
		want(t, "the rule's name", at(tf, "resource", "aws_cloudwatch_event_rule", "tick-event", "name"), "demo-"+stage+"-tick-event")
	}
}

// S-102: the reference's YAML has anchors, which CloudFormation doesn't take.
func TestYAMLHasNoAnchors(t *testing.T) {
	stage := config.New("dev")
	stage.Defaults.SubnetIDs, stage.Defaults.SecurityGroupIDs = config.Texts("subnet-1"), config.Texts("sg-1")
	m := &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{{Name: "a", Kind: app.LambdaKind}, {Name: "b", Kind: app.LambdaKind}}}
	graph, err := synth.Build(synth.Input{Model: m, Stage: stage, Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	template, err := synth.SAM(graph)
	if err != nil {
		t.Fatal(err)
	}
	data, err := template.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(data), "- subnet-1") != 2 || strings.Contains(string(data), "&id") {
		t.Errorf("the list is not written out for both functions:\n%s", data)
	}
}

// S-111: the reference repeats the VPC statement, and forgets X-Ray's where
// only one function is traced.
func TestStatementsOnceAndWhereNeeded(t *testing.T) {
	stage := config.New("dev")
	stage.Defaults.SubnetIDs, stage.Defaults.SecurityGroupIDs = config.Texts("subnet-1"), config.Texts("sg-1")
	traced := stage.Defaults
	traced.XRay = true
	stage.Functions = map[string]config.Function{"work": traced}
	m := restModel()
	m.Functions = []app.FunctionModel{{Name: "work", Kind: app.LambdaKind}}
	sam, _ := rendered(t, m, stage)
	role := at(sam, "Resources", "DefaultRole")
	for action, times := range map[string]int{"ec2:CreateNetworkInterface": 1, "xray:PutTraceSegments": 1, "logs:PutLogEvents": 1} {
		if n := strings.Count(role, action); n != times {
			t.Errorf("%s is in the policy %d times, want %d: %s", action, n, times, role)
		}
	}
}

// S-010, S-066, S-125: the reference's package doesn't validate, and writes
// null where something is missing; ours is an error of every command. The
// configuration's own part of these is tested in package config.
func TestPackageValidates(t *testing.T) {
	m := restModel()
	m.Version, m.Name = app.ModelVersion, "demo"
	m.Routes[0].Path = "/users/"
	if _, err := synth.Build(synth.Input{Model: m, Stage: config.New("dev")}); err == nil || !strings.Contains(err.Error(), "/users/") {
		t.Errorf("got %v, want an error that names the path", err)
	}
}

// S-052: the reference drops a function whose id is one of its own. See also
// TestSAMReportsCollidingIDs.
func TestNoFunctionIsDropped(t *testing.T) {
	for _, name := range []string{"RestAPI", "APIHandler", "api-handler", "APIHandler_invoke_permission"} {
		m := restModel()
		m.Version, m.Name = app.ModelVersion, "demo"
		m.Functions = []app.FunctionModel{{Name: name, Kind: app.LambdaKind}}
		if err := packageModel(m, config.New("dev")); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("function %s and", name)) &&
			!strings.Contains(err.Error(), fmt.Sprintf("and function %s", name)) {
			t.Errorf("%s: got %v, want an error that names both resources", name, err)
		}
	}
}

// S-053: the reference names a bucket's notification by whatever the bucket is
// called, which Terraform may not take.
func TestNotificationsHaveNamesThatTerraformTakes(t *testing.T) {
	for bucket, name := range map[string]string{
		"media":                          "media_notify",
		"my.bucket-1":                    "my-bucket-1_notify",
		"1bucket":                        "_1bucket_notify",
		"${aws_s3_bucket.uploads.id}":    "uploads_notify",
		"${var.bucket}":                  "var-bucket_notify",
		"x-${data.aws_region.here.name}": "x--data-aws_region-here-name_notify",
	} {
		m := &app.Model{
			Version: app.ModelVersion, Name: "demo",
			Functions: []app.FunctionModel{{Name: "f", Kind: app.S3Kind, S3: &app.S3Model{Bucket: bucket}}},
		}
		graph, err := synth.Build(synth.Input{Model: m, Stage: config.New("dev"), Version: "1.0.0"})
		if err != nil {
			t.Fatal(err)
		}
		template, err := synth.Terraform(graph)
		if err != nil {
			t.Errorf("%s: %v", bucket, err)
			continue
		}
		var tf any
		data, _ := template.JSON()
		if err := json.Unmarshal(data, &tf); err != nil {
			t.Fatal(err)
		}
		want(t, "the bucket of "+name, at(tf, "resource", "aws_s3_bucket_notification", name, "bucket"), bucket)
	}
}

// TestNumbersOfPatternsKeepTheirDigits: a model's numbers are not floating.
func TestNumbersOfPatternsKeepTheirDigits(t *testing.T) {
	m, err := app.ParseModel([]byte(`{"version": 1, "name": "demo", "functions": [
		{"name": "c", "kind": "cloudwatch", "cloudwatch": {"pattern": {"detail": {"x": [12345678901234567890, 1.50]}}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	graph, err := synth.Build(synth.Input{Model: m, Stage: config.New("dev"), Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	for format, render := range map[string]func(*synth.Graph) (*synth.Template, error){"SAM": synth.SAM, "Terraform": synth.Terraform} {
		template, err := render(graph)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := template.JSON()
		if !strings.Contains(string(data), "12345678901234567890") || !strings.Contains(string(data), "1.50") {
			t.Errorf("%s: a number lost its digits:\n%s", format, data)
		}
	}
}

// S-099, S-117: text of policies and documents must not turn into Terraform's
// expressions by chance.
func TestTerraformReadsPoliciesAsTheyAreMeant(t *testing.T) {
	stage := config.New("dev")
	stage.Defaults.PolicyFile = ".chalice/policy-dev.json"
	m := &app.Model{Version: app.ModelVersion, Name: "demo", Routes: []app.RouteModel{{Path: "/", Name: "index", Doc: "costs 5%{x"}}}
	graph, err := synth.Build(synth.Input{Model: m, Stage: stage, Version: "1.0.0", Files: map[string][]byte{
		".chalice/policy-dev.json": []byte(`{"Version": "2012-10-17", "Statement": [{"Resource": "arn:aws:s3:::b/${aws:username}/${var.x}"}]}`),
	}})
	if err != nil {
		t.Fatal(err)
	}
	template, err := synth.Terraform(graph)
	if err != nil {
		t.Fatal(err)
	}
	var tf any
	data, _ := template.JSON()
	if err := json.Unmarshal(data, &tf); err != nil {
		t.Fatal(err)
	}
	want(t, "the policy", at(tf, "resource", "aws_iam_role_policy", "api_handler_role", "policy"),
		`{"Version":"2012-10-17","Statement":[{"Resource":"arn:aws:s3:::b/$${aws:username}/${var.x}"}]}`)
	if api := at(tf, "locals", "chalice_api_swagger"); !strings.Contains(api, "costs 5%%{x") {
		t.Errorf("the document has a directive of Terraform's: %s", api)
	}
}

// TestBucketsStayApart: two buckets must not become one notification.
func TestBucketsStayApart(t *testing.T) {
	for name, tc := range map[string]struct {
		a, b string
		ok   bool
	}{
		"alike in Terraform": {"my.bucket", "my-bucket", false},
		"one bucket":         {"my.bucket", "my.bucket", true},
		"its resource":       {"${aws_s3_bucket.media.id}", "media", true},
		"two attributes":     {"${aws_s3_bucket.media.id}", "${aws_s3_bucket.media.bucket}", true},
	} {
		m := &app.Model{Version: app.ModelVersion, Name: "demo", Functions: []app.FunctionModel{
			{Name: "f", Kind: app.S3Kind, S3: &app.S3Model{Bucket: tc.a}},
			{Name: "g", Kind: app.S3Kind, S3: &app.S3Model{Bucket: tc.b}},
		}}
		graph, err := synth.Build(synth.Input{Model: m, Stage: config.New("dev"), Version: "1.0.0"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := synth.Terraform(graph); (err == nil) != tc.ok {
			t.Errorf("%s: got %v, want ok %v", name, err, tc.ok)
		}
	}
}

func allow(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }

func index(context.Context, *app.Request) (any, error) { return nil, nil }

// S-062: the reference calls the authorizer of a blueprint with a prefix by a
// name that nothing has.
func TestPrefixedAuthorizerIsCalledByItsName(t *testing.T) {
	admin := app.NewBlueprint()
	admin.Route("/admin", index, app.Auth(admin.Authorizer(allow)))
	a := app.New("demo")
	a.RegisterBlueprint(admin, app.NamePrefix("pre_"))
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	sam, tf := rendered(t, registry.Model(), config.New("dev"))
	document := at(sam, "Resources", "RestAPI", "Properties", "DefinitionBody")
	if !strings.Contains(document, "${PreAllow.Arn}") || strings.Contains(document, "${Allow.Arn}") || !strings.Contains(document, `{"pre_allow":[]}`) {
		t.Errorf("the document doesn't call pre_allow: %s", document)
	}
	if api := at(tf, "locals", "chalice_api_swagger"); !strings.Contains(api, "${aws_lambda_function.pre_allow.invoke_arn}") {
		t.Errorf("Terraform's document doesn't call pre_allow: %s", api)
	}
}
