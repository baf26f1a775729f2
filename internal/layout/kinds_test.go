package layout_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/docs"
	"github.com/chalice-go/chalice/internal/awsrules"
	"github.com/chalice-go/chalice/internal/sample"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth"
)

// kindTables are what has a line for each kind of event, and how to see that a
// function's kind lacks it there; "" for none lacking. docs/architecture.md lists them
// in the order of the work.
var kindTables = []struct {
	where   string
	missing func(t *testing.T, f app.FunctionModel) string
}{
	{"everything in app/model_test.go, and app/testdata/everything.json", notEverything},
	{"sources in internal/awsrules/check.go", unchecked},
	{"EventSource in app/model_read.go, or the list without in internal/layout/kinds_test.go", noSource},
	{"Sources in internal/standin/source.go", sourceOfNoType},
	{"forms in internal/standin/form.go", typeOfNoForm},
	{"eventSources in synth/builder.go, and madeOf in synth/event.go", unrendered},
	{"the call of await in its file of synth", notAwaited},
	{"permissions in synth/permission.go", unreadable},
	{"makers in internal/sample/sample.go", noSample},
	{"a folder of testdata/templates, whose templates other tests read", noCase},
	{"internal/diagram/style.css", uncoloured},
	{"docs/deploying-resources.json, or made in internal/layout/kinds_test.go", notDeployable},
}

// checkTables looks a kind of function up in every table.
func checkTables(t *testing.T, f app.FunctionModel) {
	t.Helper()
	for _, table := range kindTables {
		if problem := table.missing(t, f); problem != "" {
			t.Errorf("%s: functions of the kind %s lack something in %s", problem, f.Kind, table.where)
		}
	}
}

// sourceless are the kinds of functions whose events come from nothing that has a
// name of its own.
var sourceless = []app.FunctionKind{app.ScheduleKind, app.CloudWatchKind}

// settingsOf returns the field with the settings of a function's kind. It reports
// false for a kind without.
func settingsOf(f *app.FunctionModel) (reflect.Value, bool) {
	v := reflect.ValueOf(f).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == string(f.Kind) {
			return v.Field(i), true
		}
	}
	return v, false
}

func notEverything(t *testing.T, f app.FunctionModel) string {
	return notIn(t, f, filepath.Join("..", "..", "app", "testdata", "everything.json"))
}

// notIn says that none of some models has a function of the kind.
func notIn(t *testing.T, f app.FunctionModel, files ...string) string {
	t.Helper()
	for _, file := range files {
		m, err := app.ParseModel([]byte(text(t, strings.TrimPrefix(filepath.ToSlash(file), "../../"))))
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(m.Functions, func(other app.FunctionModel) bool { return other.Kind == f.Kind }) {
			return ""
		}
	}
	return "no model has one"
}

// unchecked: no kind takes settings that say nothing.
func unchecked(_ *testing.T, f app.FunctionModel) string {
	settings, ok := settingsOf(&f)
	if !ok {
		return ""
	}
	settings.Set(reflect.New(settings.Type().Elem()))
	if len(awsrules.Check(&app.Model{Functions: []app.FunctionModel{f}})) == 0 {
		return "empty settings are no mistake"
	}
	return ""
}

// sourced reports whether a kind should have a source of events.
func sourced(f app.FunctionModel) bool {
	_, ok := settingsOf(&f)
	return ok && !slices.Contains(sourceless, f.Kind)
}

func noSource(_ *testing.T, f app.FunctionModel) string {
	if sourced(f) && f.EventSource() == nil {
		return "it isn't known what its events come from"
	}
	return ""
}

func sourceOfNoType(_ *testing.T, f app.FunctionModel) string {
	if source, ok := standin.Sources[f.Kind]; sourced(f) && (!ok || source.What == "" || len(source.Types) < 2 || source.ARN == "") {
		return fmt.Sprintf("it isn't known which resources its events come from (%+v)", source)
	}
	return ""
}

func typeOfNoForm(_ *testing.T, f app.FunctionModel) string {
	for _, typ := range standin.Sources[f.Kind].Types {
		if !standin.TypeKnown(typ) {
			return "the attributes of " + typ + " aren't known"
		}
	}
	return ""
}

// graphOf makes the graph of an app that has only the function.
func graphOf(t *testing.T, f app.FunctionModel) *synth.Graph {
	t.Helper()
	g, err := synth.Build(synth.Input{
		Model: &app.Model{Version: app.ModelVersion, Name: "app", Functions: []app.FunctionModel{f}},
		Stage: config.New("dev"), Version: "1.0.0",
	})
	if err != nil {
		t.Fatalf("the graph of a function of the kind %s (its line in eventSources of synth/builder.go): %v", f.Kind, err)
	}
	return g
}

// unrendered: there are resources in each format.
func unrendered(t *testing.T, f app.FunctionModel) string {
	g := graphOf(t, f)
	_, sam := synth.SAM(g)
	_, cfn := synth.CloudFormation(g, synth.Code{})
	_, tf := synth.Terraform(g)
	for format, err := range map[string]error{"SAM": sam, "CloudFormation": cfn, "Terraform": tf} {
		if err != nil {
			return format + ": " + err.Error()
		}
	}
	return ""
}

// cfnTemplate returns the function's resources in CloudFormation, with others of the same
// template.
func cfnTemplate(t *testing.T, f app.FunctionModel, others map[string]any) map[string]any {
	t.Helper()
	template, err := synth.CloudFormation(graphOf(t, f), synth.Code{Bucket: "code", Key: "code.zip"})
	if err != nil {
		t.Fatal(err)
	}
	if others != nil {
		data, err := json.Marshal(map[string]any{"Resources": others})
		if err != nil {
			t.Fatal(err)
		}
		part, err := synth.ParsePart("merge.json", data)
		if err != nil {
			t.Fatal(err)
		}
		template.Merge(part)
	}
	data, err := template.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var decoded struct{ Resources map[string]any }
	if err := json.Unmarshal(data, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded.Resources
}

// notAwaited: what connects a function to a source that the same template makes waits
// for it.
func notAwaited(t *testing.T, f app.FunctionModel) string {
	source := standin.Sources[f.Kind]
	if source.Name == "" || f.EventSource() == nil {
		return "" // it has no name, or the events are those of the account's default bus
	}
	resources := cfnTemplate(t, f, map[string]any{"It": map[string]any{
		"Type": source.Type(), "Properties": map[string]any{source.Name: *f.EventSource(), "VisibilityTimeout": 600},
	}})
	for _, resource := range resources {
		if on, ok := resource.(map[string]any)["DependsOn"].([]any); ok && slices.Contains(on, any("It")) {
			return ""
		}
	}
	return "nothing waits for a source in the same template"
}

// unreadable: where Lambda fetches the events, the function's role lets it.
func unreadable(t *testing.T, f app.FunctionModel) string {
	data, err := json.Marshal(cfnTemplate(t, f, nil))
	if err != nil {
		t.Fatal(err)
	}
	service := regexp.MustCompile(`"(sqs|kinesis|dynamodb|[a-z]+):[A-Z]`)
	if !strings.Contains(string(data), `"AWS::Lambda::EventSourceMapping"`) {
		return ""
	}
	for _, action := range service.FindAllStringSubmatch(string(data), -1) {
		if action[1] != "logs" && action[1] != "lambda" && action[1] != "sts" {
			return ""
		}
	}
	return "Lambda may not fetch its events"
}

func noSample(_ *testing.T, f app.FunctionModel) string {
	if _, err := sample.Event(&app.Model{Name: "app", Functions: []app.FunctionModel{f}}, f.FunctionName(), sample.Options{}); err != nil {
		return err.Error()
	}
	return ""
}

func noCase(t *testing.T, f app.FunctionModel) string {
	cases, err := filepath.Glob(filepath.Join("..", "..", "testdata", "templates", "*", "model.json"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	return notIn(t, f, cases...)
}

// uncoloured: each source of events has a colour in drawings.
func uncoloured(t *testing.T, f app.FunctionModel) string {
	styles := text(t, "internal", "diagram", "style.css")
	for _, r := range graphOf(t, f).Resources() {
		class := ".chalice-" + strings.ReplaceAll(strings.ToLower(r.Outline().Kind), " ", "-")
		if r.Outline().Outside && !regexp.MustCompile(regexp.QuoteMeta(class)+`\b[^-]`).MatchString(styles) {
			return "there is no style " + class
		}
	}
	return ""
}

// made says which action makes a resource of a type. A type that isn't here fails the
// test.
var made = map[string]string{
	"AWS::Lambda::Function":           "lambda:CreateFunction",
	"AWS::Lambda::Permission":         "lambda:AddPermission",
	"AWS::Lambda::EventSourceMapping": "lambda:CreateEventSourceMapping",
	"AWS::IAM::Role":                  "iam:CreateRole",
	"AWS::IAM::Policy":                "iam:PutRolePolicy",
	"AWS::Logs::LogGroup":             "logs:CreateLogGroup",
	"AWS::Events::Rule":               "events:PutRule",
	"AWS::Logs::SubscriptionFilter":   "logs:PutSubscriptionFilter",
	"AWS::Scheduler::Schedule":        "scheduler:CreateSchedule",
	"AWS::SNS::Subscription":          "sns:Subscribe",
	"AWS::ApiGatewayV2::Api":          "apigateway:POST",
	"AWS::ApiGatewayV2::Integration":  "apigateway:POST",
	"AWS::ApiGatewayV2::Route":        "apigateway:POST",
	"AWS::ApiGatewayV2::Deployment":   "apigateway:POST",
	"AWS::ApiGatewayV2::Stage":        "apigateway:POST",
	"Custom::S3BucketNotifications":   "lambda:InvokeFunction",
}

// notDeployable: who deploys what docs/deploying.md says can make the resources.
func notDeployable(t *testing.T, f app.FunctionModel) string {
	for _, r := range cfnTemplate(t, f, nil) {
		typ, _ := r.(map[string]any)["Type"].(string)
		action, known := made[typ]
		if !known {
			return "it isn't known which action makes a resource of the type " + typ
		}
		if !strings.Contains(string(docs.DeployingResources), `"`+action+`"`) {
			return "the action " + action + ", which makes " + typ + ", isn't allowed"
		}
	}
	return ""
}
