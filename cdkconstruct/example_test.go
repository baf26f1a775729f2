package cdkconstruct_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/cdkconstruct"
)

// A program like this one is what cdk.json names. It needs Node to run.
func ExampleNewChalice() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("users"), nil)
	table := awsdynamodb.NewTable(stack, jsii.String("AppTable"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("PK"), Type: awsdynamodb.AttributeType_STRING},
	})
	api := cdkconstruct.NewChalice(stack, jsii.String("Api"), &cdkconstruct.ChaliceProps{
		SourceDir: jsii.String("runtime"),
		StageConfig: &cdkconstruct.StageConfig{
			EnvironmentVariables: &map[string]*string{"APP_TABLE_NAME": table.TableName()},
		},
	})
	table.GrantReadWriteData(api.GetRole(jsii.String("DefaultRole")))
	app.Synth(nil)
}
