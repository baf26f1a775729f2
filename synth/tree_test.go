package synth

import (
	"testing"

	"github.com/awslabs/goformation/v7/cloudformation/iam"
	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// render returns a resource's properties as one line of JSON.
func render(t *testing.T, tr *tree, resource any) string {
	t.Helper()
	v, err := tr.of(resource)
	if err != nil {
		t.Fatal(err)
	}
	return ordered.CompactJSON(v.(*ordered.Object))
}

// TestTreeKeepsWhatGoformationMangles holds the tree against what
// goformation's own marshalling does to a template.
func TestTreeKeepsWhatGoformationMangles(t *testing.T) {
	tr := newTree()
	for name, tc := range map[string]struct {
		resource any
		want     string
	}{
		"raw intrinsic functions aren't evaluated": {
			&iam.Role{AssumeRolePolicyDocument: ordered.New("Region", cfn.Ref("AWS::Region"), "Arn", cfn.Sub("arn:${AWS::Partition}:x"))},
			`{"AssumeRolePolicyDocument":{"Region":{"Ref":"AWS::Region"},"Arn":{"Fn::Sub":"arn:${AWS::Partition}:x"}}}`,
		},
		"text that is the base64 of one stays text": {
			&serverless.Function_FunctionEnvironment{Variables: map[string]string{"TOKEN": "eyJSZWYiOiAiRXZpbCJ9"}},
			`{"Variables":{"TOKEN":"eyJSZWYiOiAiRXZpbCJ9"}}`,
		},
		"an intrinsic function in a field for text": {
			&lambda.Permission{FunctionName: tr.text(cfn.Ref("Work")), Action: "a", Principal: "p"},
			`{"Action":"a","FunctionName":{"Ref":"Work"},"Principal":"p"}`,
		},
		"a union's member, whichever is the longest": {
			&serverless.Function_EventSource{Type: "SQS", Properties: &serverless.Function_Properties{
				SQSEvent: &serverless.Function_SQSEvent{Queue: "q"},
			}},
			`{"Properties":{"Queue":"q"},"Type":"SQS"}`,
		},
		"zero is a value": {
			&serverless.Api{StageName: "api", MinimumCompressionSize: new(0)},
			`{"MinimumCompressionSize":0,"StageName":"api"}`,
		},
		"large numbers keep their digits": {
			&serverless.Api{StageName: "api", MinimumCompressionSize: new(123456789012345678)},
			`{"MinimumCompressionSize":123456789012345678,"StageName":"api"}`,
		},
		"no HTML escapes": {
			&lambda.Permission{FunctionName: "<&>", Action: "a", Principal: "p"},
			`{"Action":"a","FunctionName":"<&>","Principal":"p"}`,
		},
		"control characters and quotes": {
			&serverless.Function_FunctionEnvironment{Variables: map[string]string{"A": "a\x01\"\\\n\u007f😀"}},
			`{"Variables":{"A":"a\u0001\"\\\n` + "\u007f" + `😀"}}`,
		},
		"an empty list within a document": {
			&serverless.Api{StageName: "api", DefinitionBody: ordered.New("types", []any{}, "empty", &ordered.Object{}, "none", nil)},
			`{"DefinitionBody":{"types":[],"empty":{},"none":null},"StageName":"api"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, render(t, tr, tc.resource)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestTreeRefusesAnAmbiguousUnion(t *testing.T) {
	uri := &serverless.Function_CodeUri{String: new("./code.zip"), S3Location: &serverless.Function_S3Location{Bucket: "b", Key: "k"}}
	for name, union := range map[string]*serverless.Function_CodeUri{"two members": uri, "no member": {}} {
		if v, err := newTree().of(&serverless.Function{CodeUri: union}); err == nil {
			t.Errorf("%s: got %v; want an error, since one of them would be lost", name, v)
		}
	}
}
