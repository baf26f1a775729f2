package cdkconstruct_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/cdkconstruct"
	packager "github.com/chalice-go/chalice/package"
)

// TestIncluded: the stack has what chalice package gives for CloudFormation,
// but for the place of the zip.
func TestIncluded(t *testing.T) {
	stack := newStack(t)
	cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(nil))
	got := synthesized(stack)

	out, err := packager.Build(t.Context(), packager.Input{
		ProjectDir: "testdata/shop", Stage: "Shop", AnyStage: true, Out: filepath.Join(t.TempDir(), "out"),
		PackageFormat: packager.CloudFormation, TemplateFormat: packager.JSON, Version: "0.0.0-devel",
	})
	if err != nil {
		t.Fatal(err)
	}
	expected := parse(t, out.Template)
	code := map[string]any{
		"S3Bucket": map[string]any{"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"},
		"S3Key":    got.property("APIHandler", "Code", "S3Key"),
	}
	expected.at("Resources", "APIHandler", "Properties").(map[string]any)["Code"] = code
	for _, section := range []string{"Resources", "Outputs"} {
		if diff := cmp.Diff(expected[section], got[section]); diff != "" {
			t.Errorf("%s differ (-packaged +synthesized):\n%s", section, diff)
		}
	}
}

// TestStages: the stage is named after the scope, and the configuration needs
// no such stage.
func TestStages(t *testing.T) {
	for name, tc := range map[string]struct {
		stage        *string
		memory, name string
	}{
		"the scope's path": {nil, "128", "Shop"},
		"a name":           {jsii.String("prod"), "512", "prod"},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack(t)
			props := shop(nil)
			props.StageName = tc.stage
			cdkconstruct.NewChalice(stack, jsii.String("Api"), props)
			got := synthesized(stack)
			want(t, "memory", got.property("APIHandler", "MemorySize"), tc.memory)
			want(t, "tags", got.property("APIHandler", "Tags"),
				`[{"Key":"aws-chalice","Value":"version=0.0.0-devel:stage=`+tc.name+`:app=shop"}]`)
		})
	}
}

// TestSeveral: apps in one stack and one app in several have no ids in common,
// and an app is the same wherever it is.
func TestSeveral(t *testing.T) {
	cdk := newCDKApp(t)
	stack := awscdk.NewStack(cdk, jsii.String("Shop"), nil)
	first := cdkconstruct.NewChalice(stack, jsii.String("First"), shop(nil))
	second := cdkconstruct.NewChalice(stack, jsii.String("Second"), shop(nil))
	nested := constructs.NewConstruct(stack, jsii.String("Nested"))
	third := cdkconstruct.NewChalice(nested, jsii.String("First"),
		&cdkconstruct.ChaliceProps{SourceDir: jsii.String("testdata/jobs")})
	awscdk.NewCfnOutput(stack, jsii.String("Second URL"), &awscdk.CfnOutputProps{Value: second.EndpointUrl()})

	stage := awscdk.NewStage(cdk, jsii.String("Prod"), nil)
	other := awscdk.NewStack(stage, jsii.String("Shop"), nil)
	cdkconstruct.NewChalice(other, jsii.String("First"), shop(nil))

	got := synthesized(stack)
	want(t, "the first's role", got.property("APIHandler", "Role"), `{"Fn::GetAtt":["DefaultRole","Arn"]}`)
	id := resolved(t, stack, second.GetResource(jsii.String("APIHandler")).Ref())
	role := resolved(t, stack, second.GetResource(jsii.String("DefaultRole")).Ref())
	if id == "APIHandler" || !strings.HasPrefix(id, "SecondChaliceAppAPIHandler") {
		t.Errorf("the second's handler has the id %s", id)
	}
	want(t, "the second's role", got.property(id, "Role"), `{"Fn::GetAtt":["`+role+`","Arn"]}`)
	want(t, "the second's code", got.property(id, "Code"), text(got.property("APIHandler", "Code")))
	report := resolved(t, stack, third.GetResource(jsii.String("Report")).Ref())
	want(t, "the third's handler", got.property(report, "Handler"), `"report"`)
	api := resolved(t, stack, second.GetResource(jsii.String("RestAPI")).Ref())
	want(t, "the second's URL", got.at("Outputs", "SecondURL", "Value"),
		`{"Fn::Join":["",["https://",{"Ref":"`+api+`"},".execute-api.",{"Ref":"AWS::Region"},".",{"Ref":"AWS::URLSuffix"},"/api/"]]}`)
	if third.EndpointUrl() != nil {
		t.Error("an app without routes has a URL")
	}
	if got, want := *first.Node().Path(), "Shop/First"; got != want {
		t.Errorf("got path %s, want %s", got, want)
	}
	want(t, "the other stack's tags", synthesized(other).property("APIHandler", "Tags"),
		`[{"Key":"aws-chalice","Value":"version=0.0.0-devel:stage=Prod/Shop:app=shop"}]`)
}

// TestPreserveLogicalIds: the property decides, where it is there.
func TestPreserveLogicalIds(t *testing.T) {
	stack := newStack(t)
	scoped, preserved := shop(nil), shop(nil)
	scoped.PreserveLogicalIds, preserved.PreserveLogicalIds = jsii.Bool(false), jsii.Bool(true)
	first := cdkconstruct.NewChalice(stack, jsii.String("First"), scoped)
	second := cdkconstruct.NewChalice(stack, jsii.String("Second"), preserved)
	if id := resolved(t, stack, first.GetResource(jsii.String("APIHandler")).Ref()); id == "APIHandler" {
		t.Error("the first has kept its ids")
	}
	if id := resolved(t, stack, second.GetResource(jsii.String("APIHandler")).Ref()); id != "APIHandler" {
		t.Errorf("the second's handler has the id %s", id)
	}
	err := panics(t, func() { cdkconstruct.NewChalice(stack, jsii.String("Third"), preserved) })
	if want := "Chalice app Shop/Third (source in testdata/shop): PreserveLogicalIds is true, but another app"; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %q, want %q", err, want)
	}
}

// TestAsset: the zip is one asset, the same for the same source, and nothing is
// written beside the source.
func TestAsset(t *testing.T) {
	var keys []any
	before := files(t, "testdata/jobs")
	for range 2 {
		stack := newStack(t)
		cdkconstruct.NewChalice(stack, jsii.String("Jobs"), &cdkconstruct.ChaliceProps{SourceDir: jsii.String("testdata/jobs")})
		keys = append(keys, synthesized(stack).property("Report", "Code", "S3Key"))
	}
	if diff := cmp.Diff(keys[0], keys[1]); diff != "" {
		t.Errorf("the asset changes:\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(outdir, "asset."+keys[0].(string))); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(before, files(t, "testdata/jobs")); diff != "" {
		t.Errorf("the source's folder changes:\n%s", diff)
	}
}

// TestBuildOptions: tags and the architecture reach the program and the
// functions.
func TestBuildOptions(t *testing.T) {
	stack := newStack(t)
	c := cdkconstruct.NewChalice(stack, jsii.String("Jobs"), &cdkconstruct.ChaliceProps{
		SourceDir:    jsii.String("testdata/jobs"),
		BuildTags:    jsii.Strings("nightly"),
		Architecture: awslambda.Architecture_X86_64(),
	})
	if got := *c.GetFunction(jsii.String("Nightly")).Architecture().Name(); got != "x86_64" {
		t.Errorf("got architecture %s", got)
	}
	got := synthesized(stack)
	want(t, "architectures", got.property("Nightly", "Architectures"), `["x86_64"]`)
}

// TestMistakes: each is one message that names the app, and says what is wrong
// in our words, or the compiler's.
func TestMistakes(t *testing.T) {
	needNode(t)
	for name, tc := range map[string]struct {
		props *cdkconstruct.ChaliceProps
		want  string
	}{
		"no properties": {nil, "Chalice app Api (source in ): SourceDir is missing: name the folder of the program's main package"},
		"a folder that isn't there": {
			&cdkconstruct.ChaliceProps{SourceDir: jsii.String("testdata/nothing")},
			"Chalice app Shop/Api (source in testdata/nothing): open the project: there is no folder testdata/nothing",
		},
		"source that doesn't compile": {
			&cdkconstruct.ChaliceProps{SourceDir: jsii.String("testdata/broken")},
			"Chalice app Shop/Api (source in testdata/broken): the program doesn't compile:\n\t" +
				"./main.go:4:15: undefined: start\n\t./main.go:4:21: undefined: newApp",
		},
		"a bad value": {
			shop(&cdkconstruct.StageConfig{LambdaMemorySize: jsii.Number(64)}),
			"Chalice app Shop/Api (source in testdata/shop): StageConfig.LambdaMemorySize must be a whole number from 128 to 10240, not 64",
		},
		"a bad flag of the linker": {
			&cdkconstruct.ChaliceProps{SourceDir: jsii.String("testdata/jobs"), LinkerFlags: jsii.Strings("-X main.nothing=1")},
			"Chalice app Shop/Api (source in testdata/jobs): LinkerFlags: -X sets main.nothing, a variable that the program doesn't have",
		},
		"a bad build tag": {
			&cdkconstruct.ChaliceProps{SourceDir: jsii.String("testdata/jobs"), BuildTags: jsii.Strings("a b")},
			`Chalice app Shop/Api (source in testdata/jobs): BuildTags: "a b" can't be a build tag, which has letters, digits, _ and dots; several are separated by commas`,
		},
		"a number that isn't known": {
			shop(&cdkconstruct.StageConfig{LambdaTimeout: awscdk.Token_AsNumber(map[string]any{"Ref": "Timeout"})}),
			"Chalice app Shop/Api (source in testdata/shop): StageConfig.LambdaTimeout is a token, but a number has to be known when the app is packaged",
		},
		"a key twice": {
			shop(&cdkconstruct.StageConfig{Xray: jsii.Bool(true), Raw: &map[string]any{"xray": false}}),
			"Chalice app Shop/Api (source in testdata/shop): both StageConfig and its Raw give xray: leave one of them out",
		},
		"a mistake of the app's": {
			shop(environment(jsii.String("STREAM"), jsii.String("mytable"))),
			`Chalice app Shop/Api (source in testdata/shop): cdkconstruct/testdata/shop/main.go:32: "mytable" is not the ARN of a table's stream: ` +
				"that is arn:aws:dynamodb:region:account:table/name/stream/label",
		},
		"a topic that can't invoke functions": {
			shop(environment(jsii.String("TOPIC"), jsii.String("news.fifo"))),
			`Chalice app Shop/Api (source in testdata/shop): cdkconstruct/testdata/shop/main.go:26: topic "news.fifo" is a FIFO topic, which can't invoke a function: ` +
				"subscribe an SQS queue to it, and register that with OnSQSMessage",
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack(t)
			err := panics(t, func() { cdkconstruct.NewChalice(stack, jsii.String("Api"), tc.props) })
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := (*cdkconstruct.Error)(nil); !errors.As(err, &got) {
				t.Errorf("got a %T", err)
			}
		})
	}
}

// TestCDKMistakes: what the CDK refuses is said without a trace of its other
// language.
func TestCDKMistakes(t *testing.T) {
	stack := newStack(t)
	cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(nil))
	for name, tc := range map[string]struct {
		scope   constructs.Construct
		id      *string
		cdkSays bool // and how depends on its version
		want    string
	}{
		"an id twice":    {stack, jsii.String("Api"), true, "There is already a Construct with name 'Api' in "},
		"not in a stack": {newCDKApp(t), jsii.String("Api"), true, "Construct at 'Api' should be created in the scope of a Stack, but no Stack found"},
		"no id":          {stack, nil, false, "the construct has no id"},
		"no scope":       {nil, jsii.String("Api"), false, "the scope is nil: give a stack, or a construct in one"},
	} {
		t.Run(name, func(t *testing.T) {
			err := panics(t, func() { cdkconstruct.NewChalice(tc.scope, tc.id, shop(nil)) })
			mistake := err.(*cdkconstruct.Error).Err.Error()
			if !strings.Contains(mistake, tc.want) || !tc.cdkSays && mistake != tc.want || strings.Contains(mistake, "\n") {
				t.Errorf("got %q, want %q", mistake, tc.want)
			}
		})
	}
}
