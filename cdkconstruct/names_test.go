package cdkconstruct_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/cdkconstruct"
)

// TestMessagesNameFields provokes what can be said to a user of the construct:
// it names fields of StageConfig and ways of the CDK, and never flags of the
// command, or a file of configuration that isn't there.
func TestMessagesNameFields(t *testing.T) {
	needNode(t)
	per := jsii.String("per_function")
	ref := map[string]any{"environment_variables": map[string]any{"TABLE": map[string]any{"Ref": "Table"}}}
	for name, tc := range map[string]struct {
		source string
		config *cdkconstruct.StageConfig
		want   string
	}{
		"a value": {"many", &cdkconstruct.StageConfig{LambdaMemorySize: jsii.Number(64)}, "StageConfig.LambdaMemorySize must be a whole number from 128 to 10240, not 64"},
		"a function's value": {
			"many", &cdkconstruct.StageConfig{LambdaFunctions: &map[string]*cdkconstruct.FunctionConfig{"f1": {LambdaTimeout: jsii.Number(0)}}},
			"StageConfig.LambdaFunctions.f1.LambdaTimeout must be",
		},
		"a domain's":       {"many", &cdkconstruct.StageConfig{ApiGatewayCustomDomain: &cdkconstruct.Domain{CertificateArn: jsii.String("arn:c")}}, "StageConfig.ApiGatewayCustomDomain.DomainName is missing"},
		"a variable's":     {"many", environment(jsii.String("AWS_REGION"), jsii.String("x")), "StageConfig.EnvironmentVariables.AWS_REGION is a variable that Lambda sets itself"},
		"an unknown key":   {"many", &cdkconstruct.StageConfig{Raw: &map[string]any{"lamda_timeout": 3}}, "StageConfig.Raw.lamda_timeout is not a key"},
		"half a VPC":       {"many", &cdkconstruct.StageConfig{SubnetIds: jsii.Strings("s")}, "StageConfig.SubnetIds needs StageConfig.SecurityGroupIds beside it"},
		"no role":          {"many", &cdkconstruct.StageConfig{ManageIamRole: jsii.Bool(false)}, "StageConfig.ManageIamRole false needs StageConfig.IamRoleArn beside it"},
		"an endpoint":      {"many", &cdkconstruct.StageConfig{ApiGatewayEndpointType: jsii.String("PRIVATE")}, "StageConfig.ApiGatewayEndpointType PRIVATE needs StageConfig.ApiGatewayEndpointVpce or StageConfig.ApiGatewayPolicyFile"},
		"a policy's file":  {"many", &cdkconstruct.StageConfig{AutogenPolicy: jsii.Bool(false), IamPolicyFile: jsii.String("none.json")}, "none.json"},
		"a dangling name":  {"many", &cdkconstruct.StageConfig{Raw: &ref}, "refers to Table, which the template does not have; a token of another construct's"},
		"too many for one": {"many", &cdkconstruct.StageConfig{IamRoles: per, NestedStacks: jsii.Number(0)}, "with StageConfig.NestedStacks, functions have stacks of their own"},
		"too many routes":  {"routes", nil, "give the stack an Env with an account and a region"},
		"no program":       {"", nil, "there is no Go program"},
		"a misspelt function": {
			"jobs", &cdkconstruct.StageConfig{LambdaFunctions: &map[string]*cdkconstruct.FunctionConfig{"reprot": {LambdaTimeout: jsii.Number(3)}}},
			"StageConfig.LambdaFunctions.reprot configures a function that the app doesn't have; did you mean report?",
		},
	} {
		t.Run(name, func(t *testing.T) {
			props := &cdkconstruct.ChaliceProps{SourceDir: jsii.String(filepath.Join("testdata", tc.source)), StageConfig: tc.config}
			stack := newStack(t)
			var err error
			said := stderrOf(t, func() {
				err = panics(t, func() { cdkconstruct.NewChalice(stack, jsii.String("Api"), props) })
			})
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
			checkWords(t, err.Error()+said)
		})
	}
}

// TestWarningsNameFields is the same for the annotations of an app that can be
// packaged.
func TestWarningsNameFields(t *testing.T) {
	needNode(t)
	config := &cdkconstruct.StageConfig{
		IamRoles: jsii.String("per_function"),
	}
	stack := newStack(t)
	said := stderrOf(t, func() {
		cdkconstruct.NewChalice(stack, jsii.String("Api"), &cdkconstruct.ChaliceProps{SourceDir: jsii.String("testdata/many"), StageConfig: config})
	})
	warnings := *assertions.Annotations_FromStack(stack).FindWarning(jsii.String("/Shop/Api"), assertions.Match_AnyValue())
	if len(warnings) != 1 {
		t.Fatalf("got %d warnings, want 1", len(warnings))
	}
	warning := fmt.Sprint(warnings[0].Entry.Data)
	for _, want := range []string{"set StageConfig.NestedStacks to 20 to keep it so", "[ack: @chalice-go/chalice:stack]"} {
		if !strings.Contains(warning, want) {
			t.Errorf("%q isn't in\n%s", want, warning)
		}
	}
	checkWords(t, said+warning)
}

func checkWords(t *testing.T, message string) {
	t.Helper()
	for _, line := range strings.Split(message, "\n") {
		if strings.Contains(line, " --") || strings.Contains(line, "(--") || strings.Contains(line, ".chalice/config.json") {
			t.Errorf("a user of the construct knows no such thing: %s", line)
		}
	}
}

// stderrOf returns what is printed to standard error meanwhile.
func stderrOf(t *testing.T, fn func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = w
	defer func() { os.Stderr = old }()
	var said bytes.Buffer
	done := make(chan error)
	go func() {
		_, err := io.Copy(&said, r)
		done <- err
	}()
	fn()
	w.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return said.String()
}

// TestManyRoutes: an API whose definition is too large for a template is a file
// of its own where the stack's account and region are known.
func TestManyRoutes(t *testing.T) {
	needNode(t)
	env := &awscdk.Environment{Account: jsii.String("123456789012"), Region: jsii.String("eu-central-1")}
	stack := awscdk.NewStack(newCDKApp(t), jsii.String("Shop"), &awscdk.StackProps{Env: env})
	cdkconstruct.NewChalice(stack, jsii.String("Api"), &cdkconstruct.ChaliceProps{SourceDir: jsii.String("testdata/routes")})
	got := synthesized(stack)
	_, api := got.only(t, "AWS::ApiGateway::RestApi")
	place := text(api["BodyS3Location"])
	if !strings.Contains(place, `"Bucket":`) || !strings.Contains(place, ".json") || api["Body"] != nil {
		t.Errorf("the API's definition is at %s, with the body %.80s", place, text(api["Body"]))
	}
	for _, name := range []string{"APIDefinitionBucket", "APIDefinitionKey"} {
		if got.at("Parameters", name) != nil {
			t.Errorf("%s is left as a parameter of the stack", name)
		}
	}
}

// TestTokenAsSourceDir: a folder has to be known when the app is packaged.
func TestTokenAsSourceDir(t *testing.T) {
	stack := newStack(t)
	err := panics(t, func() {
		cdkconstruct.NewChalice(stack, jsii.String("Api"), &cdkconstruct.ChaliceProps{SourceDir: awscdk.Token_AsString(map[string]any{"Ref": "Dir"}, nil)})
	})
	if !strings.Contains(err.Error(), "SourceDir is a token, whose value is known only when the stack is deployed") {
		t.Errorf("got %v", err)
	}
}
