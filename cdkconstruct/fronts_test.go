package cdkconstruct_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/cdkconstruct"
)

// TestFronts: an HTTP API and a function's URL are resources of the stack, with their
// URLs.
func TestFronts(t *testing.T) {
	stack := awscdk.NewStack(newCDKApp(t), jsii.String("Front"), nil)
	c := cdkconstruct.NewChalice(stack, jsii.String("Http"), shop(&cdkconstruct.StageConfig{ApiType: jsii.String("http")}))
	want(t, "URL", stack.Resolve(c.EndpointUrl()), `{"Fn::Join":["",["https://",{"Ref":"HTTPAPI"},".execute-api.",{"Ref":"AWS::Region"},".",{"Ref":"AWS::URLSuffix"},"/"]]}`)
	c.GetResource(jsii.String("HTTPAPIStage")).AddPropertyOverride(jsii.String("Description"), "the shop's")
	got := synthesized(stack)
	want(t, "the API's version", got.property("HTTPAPI", "Body", "openapi"), `"3.0.1"`)
	want(t, "the stage", got.property("HTTPAPIStage", "StageName"), `"$default"`)
	want(t, "the stage's description", got.property("HTTPAPIStage", "Description"), `"the shop's"`)

	other := awscdk.NewStack(newCDKApp(t), jsii.String("Url"), nil)
	c = cdkconstruct.NewChalice(other, jsii.String("Url"), shop(&cdkconstruct.StageConfig{ApiType: jsii.String("function_url")}))
	awscdk.NewCfnOutput(other, jsii.String("Where"), &awscdk.CfnOutputProps{Value: c.EndpointUrl()})
	got = synthesized(other)
	want(t, "URL", got.at("Outputs", "Where", "Value"), `{"Fn::GetAtt":["APIHandlerUrl","FunctionUrl"]}`)
	want(t, "who may call it", got.property("APIHandlerUrl", "AuthType"), `"NONE"`)
	want(t, "permission", got.property("APIHandlerURLInvokeAllowPublicAccess", "InvokedViaFunctionUrl"), `true`)
}
