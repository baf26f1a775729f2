package synth_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth"
)

// randomApp is an app of all kinds of functions, some of which refer to others,
// to the API, or to a table that a merged template adds.
func randomApp(r *rand.Rand) synth.Input {
	m := &app.Model{Version: app.ModelVersion, Name: "random"}
	stage := config.New("dev")
	stage.Defaults.Environment = map[string]config.Value{"TABLE": configured("Ref", "Table"), "STACK": configured("Ref", "AWS::StackName")}
	stage.Functions = map[string]config.Function{}
	if r.Intn(2) == 0 {
		stage.Defaults.LogRetentionDays = 7
	}
	in := synth.Input{
		Model: m, Stage: stage, Version: "1.0.0",
		Files:    map[string][]byte{"policy.json": []byte(`{"Statement": []}`)},
		Policies: map[string][]synth.Statement{},
	}
	if r.Intn(2) == 0 {
		stage.IAMRoles = config.RolePerFunction
	}
	for i := range 1 + r.Intn(45) {
		m.Functions = append(m.Functions, randomFunction(r, fmt.Sprintf("function_%d", i)))
		configureFunction(r, stage, m, i)
		if name := m.Functions[i].Name; r.Intn(2) == 0 {
			in.Policies[name] = []synth.Statement{{Actions: []string{"sqs:SendMessage"}, Resources: []any{"arn:aws:sqs:us-east-1:123456789012:" + name}}}
		}
	}
	if r.Intn(2) == 0 {
		m.Routes = []app.RouteModel{{Path: "/", Name: "index", Authorizer: "guard"}, {Path: "/{id}", Name: "item"}}
		m.Authorizers = []app.AuthorizerModel{{Name: "guard", Type: app.BuiltinAuthorizerType}}
	}
	if r.Intn(2) == 0 {
		m.Functions = append(m.Functions, app.FunctionModel{Name: "opened", Kind: app.WSConnectKind})
	}
	return in
}

func randomFunction(r *rand.Rand, name string) app.FunctionModel {
	return []app.FunctionModel{
		{Name: name, Kind: app.LambdaKind},
		{Name: name, Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)"}},
		{Name: name, Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "jobs-" + name}},
		{Name: name, Kind: app.SNSKind, SNS: &app.SNSModel{Topic: "news"}},
		{Name: name, Kind: app.KinesisKind, Kinesis: &app.StreamModel{Stream: "clicks"}},
		{Name: name, Kind: app.S3Kind, S3: &app.S3Model{Bucket: fmt.Sprintf("bucket-%d", r.Intn(3)), Prefix: name + "/"}},
	}[r.Intn(6)]
}

// configureFunction lets some functions have a role of their own, and some
// refer to what comes before them.
func configureFunction(r *rand.Rand, stage *config.Stage, m *app.Model, i int) {
	f := stage.Defaults
	f.Environment = map[string]config.Value{"TABLE": configured("Ref", "Table")}
	other, _ := synth.LogicalID(m.Functions[r.Intn(i+1)].Name)
	self, _ := synth.LogicalID(m.Functions[i].Name)
	switch r.Intn(8) {
	case 0:
		f.PolicyFile = "policy.json"
	case 1:
		if other != self {
			f.Environment["OTHER"] = configured("Fn::Sub", "${AWS::Region}: ${"+other+"}, ${"+other+".Arn}, ${!"+other+"}")
		}
	case 2:
		if other != self {
			f.Environment["OTHER"] = configured("Fn::Sub", []any{"${Own} ${" + other + "}", map[string]any{"Own": intrinsic("Ref", other)}})
		}
	default:
		return
	}
	stage.Functions[m.Functions[i].Name] = f
}

func intrinsic(name string, argument any) map[string]any { return map[string]any{name: argument} }

// text is text as a value of the configuration.
func text(s string) config.Value { return config.Value{Text: s} }

// configured is an intrinsic function as a value of the configuration.
func configured(name string, argument any) config.Value {
	return config.Value{Intrinsic: intrinsic(name, argument)}
}

// tableTemplate is merged into each random app.
const tableTemplate = `
Parameters: {Level: {Type: String, Default: info}, Zones: {Type: CommaDelimitedList, Default: "a,b"}}
Conditions: {IsLoud: {"Fn::Equals": [{Ref: Level}, loud]}}
Resources:
  Table: {Type: AWS::DynamoDB::Table, DependsOn: Function0, Properties: {TableName: {"Fn::Sub": "${Function0}-table"}}}
  Function0:
    Properties: {Description: {"Fn::If": [IsLoud, loud, {Ref: Level}]}, Environment: {Variables: {TABLE: none, ZONES: {"Fn::Join": ["-", {Ref: Zones}]}}}}
Outputs: {Worker: {Value: {"Fn::GetAtt": [Function0, Arn]}}}
`

// render makes the template of an app in a format.
func render(t *testing.T, in synth.Input, format string) *synth.Template {
	t.Helper()
	graph, err := synth.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	template, err := synth.SAM(graph)
	switch format {
	case "cloudformation":
		template, err = synth.CloudFormation(graph, synth.Code{})
	case "terraform":
		template, err = synth.Terraform(graph)
	}
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func renderRandom(t *testing.T, in synth.Input, format string) *synth.Template {
	t.Helper()
	part, err := synth.ParsePart("table.yaml", []byte(tableTemplate))
	if err != nil {
		t.Fatal(err)
	}
	template := render(t, in, format)
	template.Merge(part)
	return template
}

// TestNestedStacks takes random apps apart, and puts what comes of it together
// again.
func TestNestedStacks(t *testing.T) {
	split := 0
	for seed := range int64(24) {
		r := rand.New(rand.NewSource(seed))
		in := randomApp(r)
		layout := synth.Layout{File: "sam.json", MaxResources: 12 + r.Intn(120), NestedStacks: new(1 + r.Intn(12))}
		if r.Intn(3) == 0 {
			layout.NestedStacks = nil
		}
		for _, format := range []string{"sam", "cloudformation"} {
			template := renderRandom(t, in, format)
			files, err := template.Files(layout)
			if err != nil {
				if !strings.Contains(err.Error(), "more than the") {
					t.Errorf("seed %d, %s: %v", seed, format, err)
				}
				continue
			}
			if len(files) > 1 {
				split++
			}
			t.Run(fmt.Sprintf("%d/%s", seed, format), func(t *testing.T) {
				checkFiles(t, template, files, layout)
				checkRepeatable(t, in, format, layout, files)
				checkNothingMoves(t, in, format, layout, files)
			})
		}
	}
	if split < 20 {
		t.Errorf("only %d of the apps were taken apart: that shows little", split)
	}
}

// checkFiles checks the templates of an app's stacks, each and together.
func checkFiles(t *testing.T, template *synth.Template, files []synth.File, layout synth.Layout) {
	t.Helper()
	stacks := readStacks(t, files)
	for _, f := range files {
		if f.Resources > layout.MaxResources {
			t.Errorf("%s has %d resources, of %d", f.Name, f.Resources, layout.MaxResources)
		}
	}
	for name, s := range stacks {
		s.checkReferences(t, name)
	}
	checkOrder(t, stacks)
	want := decoded(t, compact(t, template.Object()))
	checkDependencies(t, want["Resources"].(map[string]any), stacks)
	if diff := cmp.Diff(want["Resources"], reunited(t, stacks)); diff != "" {
		t.Errorf("the stacks together are not the app (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(want["Outputs"], stacks[""].resolve(stacks, stacks[""].Outputs)); diff != "" {
		t.Errorf("the outputs are others (-want +got)\n%s", diff)
	}
}

func checkRepeatable(t *testing.T, in synth.Input, format string, layout synth.Layout, files []synth.File) {
	t.Helper()
	again, err := renderRandom(t, in, format).Files(layout)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(files, again); diff != "" {
		t.Errorf("the second time, the files differ (-first +second)\n%s", diff)
	}
}

// checkNothingMoves removes a function that no other refers to: as the app
// without it is one to which it could be added, this shows both.
func checkNothingMoves(t *testing.T, in synth.Input, format string, layout synth.Layout, files []synth.File) {
	t.Helper()
	last := len(in.Model.Functions) - 1
	if in.Model.Functions[last].Kind == app.WSConnectKind {
		last--
	}
	if last < 1 || len(files) == 1 {
		return
	}
	removed := in.Model.Functions[last].Name
	fewer := *in.Model
	fewer.Functions = slices.Delete(slices.Clone(fewer.Functions), last, last+1)
	in.Model = &fewer
	stage := *in.Stage
	stage.Functions = maps.Clone(stage.Functions)
	delete(stage.Functions, removed)
	in.Stage = &stage
	left, err := renderRandom(t, in, format).Files(layout)
	if err != nil {
		t.Fatal(err)
	}
	if layout.NestedStacks == nil && len(left) == 1 {
		return // one template is enough, and nothing has asked for more
	}
	before, after := places(readStacks(t, files)), places(readStacks(t, left))
	for id, place := range after {
		if strings.Contains(id, "Role") || before[id] == place {
			continue // a role that is left with one function goes to that
		}
		t.Errorf("without %s, %s moves from %q to %q", removed, id, before[id], place)
	}
}

// places says in which stack each resource is.
func places(stacks map[string]*stack) map[string]string {
	places := map[string]string{}
	for name, s := range stacks {
		for id := range s.Resources {
			places[id] = name
		}
	}
	return places
}

func compact(t *testing.T, o *ordered.Object) []byte {
	t.Helper()
	data, err := o.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decoded(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestSplitIsTheSameInBothFormats: a stack can change from SAM to
// CloudFormation, and no function moves.
func TestSplitIsTheSameInBothFormats(t *testing.T) {
	in := randomApp(rand.New(rand.NewSource(7)))
	layout := synth.Layout{File: "x.json", NestedStacks: new(6)}
	home := map[string]map[string]string{}
	for _, format := range []string{"sam", "cloudformation"} {
		files, err := renderRandom(t, in, format).Files(layout)
		if err != nil {
			t.Fatal(err)
		}
		home[format] = places(readStacks(t, files))
	}
	for id, place := range home["sam"] {
		if home["cloudformation"][id] != place {
			t.Errorf("%s is in %q with SAM and in %q without", id, place, home["cloudformation"][id])
		}
	}
}

// TestPlacesAreForGood: were this to fail, functions of deployed apps would
// move, and be made anew.
func TestPlacesAreForGood(t *testing.T) {
	m := &app.Model{Version: app.ModelVersion, Name: "demo"}
	for _, name := range []string{"resize", "notify", "report", "every_hour", "clean-up"} {
		m.Functions = append(m.Functions, app.FunctionModel{Name: name, Kind: app.LambdaKind})
	}
	for stacks, want := range map[int]map[string]string{
		2: {
			"Resize": "FunctionsStack01", "Notify": "FunctionsStack01", "EveryHour": "FunctionsStack01",
			"Report": "FunctionsStack02", "CleanUp": "FunctionsStack02",
		},
		20: {
			"Resize": "FunctionsStack11", "Notify": "FunctionsStack15", "EveryHour": "FunctionsStack03",
			"Report": "FunctionsStack07", "CleanUp": "FunctionsStack06",
		},
	} {
		template := render(t, synth.Input{Model: m, Stage: config.New("dev"), Version: "1.0.0"}, "sam")
		files, err := template.Files(synth.Layout{File: "sam.json", NestedStacks: &stacks})
		if err != nil {
			t.Fatal(err)
		}
		got := places(readStacks(t, files))
		for id := range got {
			if want[id] == "" {
				delete(got, id)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("of %d (-want +got)\n%s", stacks, diff)
		}
	}
}

// TestGrowthMovesFew: of 1000 functions, those that leave 20 stacks for 21 are
// about one in 21, and all of them go to the new one.
func TestGrowthMovesFew(t *testing.T) {
	m := &app.Model{Version: app.ModelVersion, Name: "demo"}
	for i := range 1000 {
		m.Functions = append(m.Functions, app.FunctionModel{Name: fmt.Sprintf("f%d", i), Kind: app.LambdaKind})
	}
	template := render(t, synth.Input{Model: m, Stage: config.New("dev"), Version: "1.0.0"}, "sam")
	var at [2]map[string]string
	for i := range at {
		files, err := template.Files(synth.Layout{File: "sam.json", NestedStacks: new(20 + i)})
		if err != nil {
			t.Fatal(err)
		}
		at[i] = places(readStacks(t, files))
	}
	moved := 0
	for id, place := range at[1] {
		if strings.HasPrefix(id, "FunctionsStack") || at[0][id] == place {
			continue
		}
		moved++
		if place != "FunctionsStack21" {
			t.Errorf("%s moves from %s to %s, which isn't new", id, at[0][id], place)
		}
	}
	if moved == 0 || moved > 100 {
		t.Errorf("%d of 1000 functions move", moved)
	}
}

// TestTerraformIsOneFile, however large it is.
func TestTerraformIsOneFile(t *testing.T) {
	m := &app.Model{Version: app.ModelVersion, Name: "demo"}
	for i := range 600 {
		m.Functions = append(m.Functions, app.FunctionModel{Name: fmt.Sprintf("f%d", i), Kind: app.LambdaKind})
	}
	graph, err := synth.Build(synth.Input{Model: m, Stage: config.New("dev"), Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	template, err := synth.Terraform(graph)
	if err != nil {
		t.Fatal(err)
	}
	files, err := template.Files(synth.Layout{File: "chalice.tf.json", NestedStacks: new(3)})
	if err != nil || len(files) != 1 || filepath.Base(files[0].Name) != "chalice.tf.json" {
		t.Errorf("got %d files, %v", len(files), err)
	}
}
