// Command cdk is the infrastructure of a REST API that keeps users in a
// DynamoDB table. The API itself is in the folder runtime.
//
//	cdk deploy
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/cdkconstruct"
)

func main() {
	defer jsii.Close()
	defer cdkconstruct.ExitOnError()
	app := awscdk.NewApp(nil)
	newStack(app, "users")
	app.Synth(nil)
}

// newStack adds the stack with the table and the API that uses it.
func newStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, nil)
	table := awsdynamodb.NewTable(stack, jsii.String("AppTable"), &awsdynamodb.TableProps{
		PartitionKey:  &awsdynamodb.Attribute{Name: jsii.String("PK"), Type: awsdynamodb.AttributeType_STRING},
		SortKey:       &awsdynamodb.Attribute{Name: jsii.String("SK"), Type: awsdynamodb.AttributeType_STRING},
		BillingMode:   awsdynamodb.BillingMode_PAY_PER_REQUEST,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	api := cdkconstruct.NewChalice(stack, jsii.String("Api"), &cdkconstruct.ChaliceProps{
		SourceDir: jsii.String("runtime"),
		StageConfig: &cdkconstruct.StageConfig{
			EnvironmentVariables: &map[string]*string{"APP_TABLE_NAME": table.TableName()},
		},
	})
	table.GrantReadWriteData(api.GetRole(jsii.String("DefaultRole")))
	awscdk.NewCfnOutput(stack, jsii.String("AppTableName"), &awscdk.CfnOutputProps{Value: table.TableName()})
	return stack
}
