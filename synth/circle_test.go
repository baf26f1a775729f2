package synth_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
)

// TestCircles: resources of which each needs the next are a mistake, whoever gave
// them. What a condition takes away or SAM makes another resource of is none.
func TestCircles(t *testing.T) {
	const why = ": CloudFormation can't make any of these before the others"
	for name, tc := range map[string]struct{ part, want string }{
		"references": {
			`A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref B}}, B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "x-${A}"}}`,
			"A refers to B refers to A" + why,
		},
		"a longer one": {
			`C: {Type: AWS::SQS::Queue, DependsOn: A}, B: {Type: AWS::SQS::Queue, DependsOn: [C]}, A: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt B.QueueName}}`,
			"A refers to B refers to C refers to A" + why,
		},
		"what the API needs": {
			`APIHandler: {DependsOn: A}, A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref RestAPI}}`,
			"A refers to RestAPI refers to APIHandler refers to A" + why,
		},
		"a condition":  {`APIHandler: {Properties: {Description: !If [Prod, !Ref RestAPI, none]}}`, ""},
		"SAM's events": {`APIHandler: {Properties: {Events: {E: {Type: Api, Properties: {RestApiId: !Ref RestAPI, Path: /x, Method: get}}}}}`, ""},
		"a hook before traffic": {
			`APIHandler: {Properties: {DeploymentPreference: {Hooks: {PreTraffic: !Ref Hook}}}}, Hook: {Type: AWS::Serverless::Function, Properties: {Description: !Ref APIHandler}}`, "",
		},
		"the same twice": {`A: {Type: AWS::SQS::Queue, DependsOn: B}, B: {Type: AWS::SNS::Topic}, C: {Type: AWS::SQS::Queue, DependsOn: [A, B]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			template := render(t, valueInput(config.New("dev")), "sam")
			template.Merge(parsedPart(t, "Parameters: {Text: {Type: String}}\nConditions: {Prod: !Equals [!Ref Text, prod]}\nResources: {"+tc.part+"}"))
			got := ""
			if _, err := template.JSON(); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
