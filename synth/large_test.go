package synth_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// largeApp has routes and functions, of which a schedule invokes every second.
func largeApp(routes, functions int) synth.Input {
	m := &app.Model{Version: app.ModelVersion, Name: "large"}
	for i := range routes {
		m.Routes = append(m.Routes, app.RouteModel{Path: fmt.Sprintf("/things/{id}/part_%d", i), Name: fmt.Sprintf("view_%d", i)})
	}
	for i := range functions {
		f := app.FunctionModel{Name: fmt.Sprintf("function_%d", i), Kind: app.LambdaKind}
		if i%2 == 0 {
			f.Kind, f.Schedule = app.ScheduleKind, &app.ScheduleModel{Expression: "rate(1 day)"}
		}
		m.Functions = append(m.Functions, f)
	}
	return synth.Input{Model: m, Stage: config.New("dev"), Version: "1.0.0"}
}

var target = synth.Target{Region: "eu-central-1", AccountID: "123456789012"}

// TestLargeApps: what is too large for one template is taken apart, and no more
// than that.
func TestLargeApps(t *testing.T) {
	for name, tc := range map[string]struct {
		in     synth.Input
		layout synth.Layout
		want   string // the files
	}{
		"small":                     {in: largeApp(3, 3), want: "root"},
		"small, and asked for more": {in: largeApp(3, 3), layout: synth.Layout{NestedStacks: new(1)}, want: "root functions-01"},
		"too many functions": {
			in: largeApp(3, 300), layout: synth.Layout{NestedStacks: new(2)},
			want: "root functions-01 functions-02",
		},
		"too many routes":             {in: largeApp(1700, 3), layout: synth.Layout{Target: target}, want: "root api"},
		"a limit of one's own":        {in: largeApp(0, 30), layout: synth.Layout{MaxResources: 30, NestedStacks: new(3)}, want: "root functions-01 functions-02 functions-03"},
		"no more than the limit":      {in: largeApp(0, 30), layout: synth.Layout{MaxResources: 61}, want: "root"},
		"too many of both":            {in: largeApp(1700, 400), layout: synth.Layout{Target: target, NestedStacks: new(2)}, want: "root functions-01 functions-02 api"},
		"functions leave room for it": {in: largeApp(1000, 200), layout: synth.Layout{NestedStacks: new(1)}, want: "root functions-01"},
	} {
		for _, format := range []string{"sam", "cloudformation"} {
			for _, ext := range []string{"json", "yaml"} {
				t.Run(name+"/"+format+"/"+ext, func(t *testing.T) {
					tc.layout.File = "sam." + ext
					files, err := render(t, tc.in, format).Files(tc.layout)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(tc.want, partNames(files)); diff != "" {
						t.Errorf("(-want +got)\n%s", diff)
					}
				})
			}
		}
	}
}

// partNames names files by what comes after the root's name.
func partNames(files []synth.File) string {
	names := []string{"root"}
	for _, f := range files[1:] {
		if !synth.IsTemplatePart("sam.json", f.Name) {
			return f.Name + " is not a part's name"
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(f.Name, "sam-"), ".")
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// TestLimitsOfStacks: what taking apart doesn't help says which limit, by how
// much, and what can be done.
func TestLimitsOfStacks(t *testing.T) {
	references := largeApp(0, 450)
	references.Stage.Defaults.Environment = map[string]config.Value{}
	for i := range 201 {
		references.Stage.Defaults.Environment[fmt.Sprintf("V%d", i)] = configured("Ref", fmt.Sprintf("Topic%d", i))
	}
	huge := largeApp(0, 2)
	huge.Stage.Functions = map[string]config.Function{"function_0": {Layers: config.Texts(strings.Repeat("x", 1_000_000))}}
	circle := largeApp(0, 2)
	circle.Stage.Functions = map[string]config.Function{
		"function_0": {Environment: map[string]config.Value{"A": configured("Ref", "Function1")}},
		"function_1": {Environment: map[string]config.Value{"A": configured("Ref", "Function0")}},
	}
	for name, tc := range map[string]struct {
		in     synth.Input
		layout synth.Layout
		merge  string
		want   string
	}{
		"one template, as the configuration wants": {
			in: largeApp(0, 251), layout: synth.Layout{NestedStacks: new(0)},
			want: "the app needs 504 resources (252 in the template and 252 that SAM makes of them), 4 more than the 500 that a stack of CloudFormation's can have; with nested_stacks in the configuration",
		},
		"a root that is too small": {
			in: largeApp(1, 30), layout: synth.Layout{MaxResources: 8},
			want: "the app's own stack needs 23 resources (21 in the template and 2 that SAM makes of them), 15 more than the 8 that MaxResources allows; nested stacks can take",
		},
		"a nested stack that is too small": {
			in: largeApp(0, 100), layout: synth.Layout{MaxResources: 40, NestedStacks: new(4)},
			want: "the nested stack FunctionsStack04 needs 45 resources (23 in the template and 22 that SAM makes of them), 5 more than the 40 that MaxResources allows; set nested_stacks in the configuration to 10:",
		},
		"a function that is too large": {
			in: huge, layout: synth.Layout{},
			want: "that CloudFormation takes; function Function0 alone is more than a stack takes",
		},
		"too many parameters": {
			in: references, layout: synth.Layout{NestedStacks: new(20)},
			want: "needs 202 parameters, 2 more than the 200 that a template can have; its functions refer to too much that is outside of it",
		},
		"a document without a target": {
			in:   largeApp(1700, 0),
			want: "more than the 1000000 that CloudFormation takes; the REST API's document can be a file of its own, but has to name the region and the account there: give Target",
		},
		"a document that is too large": {
			in: largeApp(11000, 0), layout: synth.Layout{Target: target},
			want: "more than the 6000000 that API Gateway imports",
		},
		"a document with what nothing resolves": {
			in: largeApp(1700, 0), layout: synth.Layout{Target: target},
			merge: "Resources: {RestAPI: {Properties: {DefinitionBody: {info: {description: {'Fn::ImportValue': x}, title: {Ref: Table}}}}}}",
			want:  "the API's document, too large for its template, becomes a file, where /info/description holds Fn::ImportValue, which nothing resolves there",
		},
		"functions that need each other": {
			in: circle, layout: synth.Layout{NestedStacks: new(3)},
			want: "there is a circle: Function0 -> Function1 -> Function0; CloudFormation can make none of these first",
		},
		"the id of a nested stack": {
			in: largeApp(0, 3), layout: synth.Layout{NestedStacks: new(1)},
			merge: "Resources: {FunctionsStack01: {Type: AWS::SNS::Topic}}",
			want:  "FunctionsStack01 is the logical id of a nested stack",
		},
	} {
		t.Run(name, func(t *testing.T) {
			template := render(t, tc.in, "sam")
			if name == "too many parameters" {
				template.Merge(topics(t, 201))
			}
			part, err := synth.ParsePart("x.yaml", []byte(tc.merge))
			if err != nil {
				t.Fatal(err)
			}
			template.Merge(part)
			tc.layout.File = "sam.yaml"
			if _, err := template.Files(tc.layout); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %.600v\nwant %s", err, tc.want)
			}
		})
	}
}

// topics is a part with a number of topics.
func topics(t *testing.T, n int) *synth.Part {
	text := "Resources:\n"
	for i := range n {
		text += fmt.Sprintf("  Topic%d: {Type: AWS::SNS::Topic}\n", i)
	}
	return parsedPart(t, text)
}

// TestDocumentFile: in a file of its own, the document says what it said in the
// template, with nothing left to resolve but the names of functions.
func TestDocumentFile(t *testing.T) {
	in := largeApp(1700, 0)
	in.Model.Authorizers = []app.AuthorizerModel{{Name: "guard", Type: app.BuiltinAuthorizerType}}
	in.Model.Routes[0].Authorizer = "guard"
	for format, properties := range map[string]struct{ inline, file string }{
		"sam":            {"DefinitionBody", "DefinitionUri"},
		"cloudformation": {"Body", "BodyS3Location"},
	} {
		t.Run(format, func(t *testing.T) {
			template := render(t, in, format)
			files, err := template.Files(synth.Layout{File: "sam.json", Target: target})
			if err != nil {
				t.Fatal(err)
			}
			flat := decoded(t, compact(t, template.Object()))["Resources"].(map[string]any)
			body := flat["RestAPI"].(map[string]any)["Properties"].(map[string]any)[properties.inline]
			want, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			for id, name := range map[string]string{"APIHandler": "APIHandler", "Guard": "Guard"} {
				want = []byte(strings.ReplaceAll(string(want),
					`{"Fn::Sub":"arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${`+id+`.Arn}/invocations"}`,
					`"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:${stageVariables.`+name+`}/invocations"`))
			}
			if diff := cmp.Diff(decoded(t, want), decoded(t, files[1].Data)); diff != "" {
				t.Errorf("the document differs (-want +got)\n%s", diff)
			}
			root := readStacks(t, files)[""]
			api := root.Resources["RestAPI"].(map[string]any)["Properties"].(map[string]any)
			if api[properties.inline] != nil || api[properties.file] != "./sam-api.json" {
				t.Errorf("got %v for the document's place", api[properties.file])
			}
			variables := map[string]any{"APIHandler": intrinsic("Ref", "APIHandler"), "Guard": intrinsic("Ref", "Guard")}
			stage := api
			if format == "cloudformation" {
				stage = root.Resources["RestAPIapiStage"].(map[string]any)["Properties"].(map[string]any)
			}
			if diff := cmp.Diff(variables, stage["Variables"]); diff != "" {
				t.Errorf("the stage's variables differ (-want +got)\n%s", diff)
			}
		})
	}
}

// TestDocumentFileMovesNothing: whether the document is in the template decides
// about no function's stack, though without it the API refers to no function.
func TestDocumentFileMovesNothing(t *testing.T) {
	for _, format := range []string{"sam", "cloudformation"} {
		var home []string
		for _, routes := range []int{2, 1700} {
			in := largeApp(routes, 2)
			in.Stage.Functions = map[string]config.Function{
				app.RESTHandler: {Environment: map[string]config.Value{"WORKER": configured("Ref", "Function0")}},
				"function_1":    {Environment: map[string]config.Value{"API": configured("Ref", "RestAPI")}},
			}
			files, err := render(t, in, format).Files(synth.Layout{File: "x.json", NestedStacks: new(1), Target: target})
			if err != nil {
				t.Fatal(err)
			}
			home = append(home, places(readStacks(t, files))["Function1"])
		}
		if home[0] != "FunctionsStack01Level1" || home[1] != home[0] {
			t.Errorf("%s: with few routes and many, the function is in %v", format, home)
		}
	}
}

// TestPlaceInS3: with a place in S3, the root says where everything will be.
func TestPlaceInS3(t *testing.T) {
	layout := synth.Layout{File: "template.json", NestedStacks: new(1), Bucket: "my.code", Folder: "v 1", Target: target}
	files, err := render(t, largeApp(1700, 3), "cloudformation").Files(layout)
	if err != nil {
		t.Fatal(err)
	}
	root := readStacks(t, files)[""]
	url := root.Resources["FunctionsStack01"].(map[string]any)["Properties"].(map[string]any)["TemplateURL"]
	want := intrinsic("Fn::Sub", "https://s3.${AWS::Region}.${AWS::URLSuffix}/my.code/v%201/template-functions-01.json")
	if diff := cmp.Diff(any(want), url); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	place := root.Resources["RestAPI"].(map[string]any)["Properties"].(map[string]any)["BodyS3Location"]
	if diff := cmp.Diff(any(map[string]any{"Bucket": "my.code", "Key": "v 1/template-api.json"}), place); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestKeysByContent: what is put into S3 has the key that the root names, which
// no other content has.
func TestKeysByContent(t *testing.T) {
	files := map[string][]synth.File{}
	for _, version := range []string{"1", "2"} {
		in := largeApp(1700, 3)
		in.Version = version
		layout := synth.Layout{File: "template.json", NestedStacks: new(1), Bucket: "code", Folder: "app/dev", ByContent: true, Target: target}
		var err error
		if files[version], err = render(t, in, "cloudformation").Files(layout); err != nil {
			t.Fatal(err)
		}
		if len(files[version]) != 3 {
			t.Fatalf("got %d files, want a root, a nested stack and a document", len(files[version]))
		}
		for _, f := range files[version][1:] {
			sum := sha256.Sum256(f.Data)
			if !strings.HasPrefix(f.Key, "app/dev/template-") || !strings.Contains(f.Key, hex.EncodeToString(sum[:])) {
				t.Errorf("%s has the key %s", f.Name, f.Key)
			}
			if !bytes.Contains(files[version][0].Data, []byte(f.Key)) {
				t.Errorf("the root doesn't name %s", f.Key)
			}
		}
	}
	if a, b := files["1"][1].Key, files["2"][1].Key; a == b {
		t.Errorf("nested stacks of two versions have the key %s", a)
	}
	if a, b := files["1"][2].Key, files["2"][2].Key; a != b {
		t.Errorf("one document has the keys %s and %s", a, b)
	}
}

// TestHiddenNames: a variable of a text's own, or what merely is called so, is
// never taken for what stands for something of another stack.
func TestHiddenNames(t *testing.T) {
	in := largeApp(0, 2)
	in.Stage.Defaults.Environment = map[string]config.Value{
		"TEXT": configured("Fn::Sub", []any{"${DefaultRole.Arn} ${DefaultRoleArn} ${!DefaultRole}", map[string]any{"DefaultRoleArn": "its own"}}),
	}
	template := render(t, in, "sam")
	part, err := synth.ParsePart("x.yaml", []byte(`
Resources:
  Topic: {Type: AWS::SNS::Topic}
  TopicName: {Type: AWS::SNS::Topic}
  Function0: {Properties: {Environment: {Variables: {A: {"Fn::GetAtt": Topic.Name}, B: {Ref: TopicName}}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	template.Merge(part)
	files, err := template.Files(synth.Layout{File: "x.json", NestedStacks: new(1)})
	if err != nil {
		t.Fatal(err)
	}
	stacks := readStacks(t, files)
	nested := stacks["FunctionsStack01"]
	variables := nested.Resources["Function0"].(map[string]any)["Properties"].(map[string]any)["Environment"].(map[string]any)["Variables"].(map[string]any)
	text := []any{"${DefaultRoleArnOutside} ${DefaultRoleArn} ${!DefaultRole}", map[string]any{"DefaultRoleArn": "its own", "DefaultRoleArnOutside": intrinsic("Ref", "DefaultRoleArn")}}
	if diff := cmp.Diff(any(intrinsic("Fn::Sub", text)), variables["TEXT"]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for name, want := range map[string]any{
		"A": intrinsic("Fn::GetAtt", []any{"Topic", "Name"}),
		"B": intrinsic("Ref", "TopicName"),
	} {
		if got := nested.resolve(stacks, variables[name]); !cmp.Equal(want, got) {
			t.Errorf("%s is %v, and stands for %v, want %v", name, variables[name], got, want)
		}
	}
}

func TestTarget(t *testing.T) {
	for target, want := range map[synth.Target]string{
		{}: "",
		{Region: "us-gov-west-1", AccountID: "012345678901"}: "",
		{Region: "Frankfurt"}:                                `"Frankfurt" is no region`,
		{AccountID: "123"}:                                   `"123" is no id of an AWS account`,
		{Region: "us-east-1\n"}:                              "is no region",
		{Region: "eu-central-1"}:                             "",
	} {
		err := target.Check()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v: got %v, want %q", target, err, want)
		}
	}
}
