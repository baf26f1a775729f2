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
	defer cdkconstruct.ExitOnError() // a mistake without Go's stack
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

// What other constructs of a stack get of the app.
func ExampleChalice() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("shop"), nil)
	shop := cdkconstruct.NewChalice(stack, jsii.String("Shop"), &cdkconstruct.ChaliceProps{SourceDir: jsii.String("runtime")})

	// The URL of the API, for a page to call.
	awscdk.NewCfnOutput(stack, jsii.String("Url"), &awscdk.CfnOutputProps{Value: shop.EndpointUrl()})

	// A function by its logical id: metrics, permissions, a target of rules.
	shop.GetFunction(jsii.String("Report")).MetricErrors(nil)
	for name, function := range *shop.Functions() {
		awscdk.NewCfnOutput(stack, jsii.String(name+"Arn"), &awscdk.CfnOutputProps{Value: function.FunctionArn()})
	}

	// Callers of a function with versions get the alias that traffic shifts behind.
	awscdk.NewCfnOutput(stack, jsii.String("ReportLive"), &awscdk.CfnOutputProps{
		Value: shop.GetAlias(jsii.String("Report")).FunctionArn(),
	})

	// A variable that only this function has.
	shop.AddEnvironmentVariable(jsii.String("RECIPIENT"), jsii.String("ada@example.com"), jsii.String("Report"))

	// A property that no key of the configuration sets, and an output of the template.
	shop.GetResource(jsii.String("RestAPI")).AddPropertyOverride(jsii.String("Description"), "The shop")
	shop.Template().GetOutput(jsii.String("EndpointURL")).SetDescription(jsii.String("Where the shop is"))
}

// The configuration has the keys of .chalice/config.json, with values of other
// constructs where they have to be known only when the stack is deployed.
func ExampleStageConfig() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("shop"), nil)
	cdkconstruct.NewChalice(stack, jsii.String("Shop"), &cdkconstruct.ChaliceProps{
		SourceDir: jsii.String("runtime"),
		StageName: jsii.String("prod"),
		StageConfig: &cdkconstruct.StageConfig{
			LambdaMemorySize: jsii.Number(512),
			AccessLog:        &cdkconstruct.AccessLog{RetentionInDays: jsii.Number(30)},
			Throttling:       &cdkconstruct.Throttling{Rate: jsii.Number(100), Burst: jsii.Number(200)},
			ApiGatewayCustomDomain: &cdkconstruct.Domain{
				DomainName:     jsii.String("shop.example.com"),
				CertificateArn: jsii.String("arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"),
			},
			LambdaFunctions: &map[string]*cdkconstruct.FunctionConfig{
				"report": {
					LambdaTimeout: jsii.Number(300),
					Alarms:        &cdkconstruct.Alarms{Errors: jsii.Bool(true)},
					Deployment:    &cdkconstruct.Deployment{Type: jsii.String("Canary10Percent5Minutes")},
				},
			},
		},
	})
}
