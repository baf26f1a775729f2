package cdkconstruct_test

import (
	"maps"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/cdkconstruct"
)

// TestNestedStacks: an app that is spread over stacks is so in the CDK, too,
// and what is granted to a role is beside it.
func TestNestedStacks(t *testing.T) {
	for roles, tc := range map[string]struct{ waits, grant string }{
		"shared":       {"FunctionsStack01", "ApiRolesDefaultRolePolicyD1F5F5CC"},
		"per_function": {"WorkWorkSqsEventSource", "RolesWorkRolePolicy95081BB9"},
	} {
		t.Run(roles, func(t *testing.T) {
			stack := newStack(t)
			table := awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
				PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
			})
			config := environment(jsii.String("QUEUE"), jsii.String("jobs"), jsii.String("TABLE"), table.TableName())
			config.NestedStacks, config.IamRoles = jsii.Number(1), &roles
			c := cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(config))
			table.GrantReadData(c.GetFunction(jsii.String("Work")))
			inner := awscdk.Stack_Of(c.GetResource(jsii.String("Work")))

			outer := synthesized(stack)
			_, nested := outer.only(t, "AWS::CloudFormation::Stack")
			got := synthesized(inner)
			variable, _ := got.property("Work", "Environment", "Variables", "TABLE").(map[string]any)
			parameter, _ := variable["Ref"].(string)
			want(t, "the table", nested.at("Parameters", parameter), `{"Ref":"TableCD117FA1"}`)
			want(t, "the code", nested.at("Parameters", "CodeKey"), text(outer.property("APIHandler", "Code", "S3Key")))
			both := object{"Resources": outer["Resources"]}
			maps.Copy(both["Resources"].(map[string]any), got["Resources"].(map[string]any))
			want(t, "what waits for the grant", both.at("Resources", tc.waits, "DependsOn"), `["`+tc.grant+`"]`)
		})
	}
}
