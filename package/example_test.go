package packager_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	packager "github.com/chalice-go/chalice/package"
)

// project is a project with a saved description of its app, so that nothing is compiled.
func project() packager.Input {
	return packager.Input{
		ProjectDir: "testdata/described",
		AppModel:   "testdata/described/model.json",
	}
}

func ExampleBuild() {
	dir, err := os.MkdirTemp("", "shop")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	in := packager.Input{
		ProjectDir: "testdata/described",
		Out:        dir,
		// With a saved description and without the zip, nothing is compiled.
		AppModel:     "testdata/described/model.json",
		TemplateOnly: true,
	}
	out, err := packager.Build(context.Background(), in)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(filepath.Base(out.Template))
	for _, r := range out.Resources {
		fmt.Println(r.ID, r.Type)
	}
	// Output:
	// sam.yaml
	// DefaultRole AWS::IAM::Role
	// Report AWS::Serverless::Function
	// APIHandler AWS::Serverless::Function
	// RestAPI AWS::Serverless::Api
	// APIHandlerInvokePermission AWS::Lambda::Permission
}

// Validate finds what Build would, and writes nothing.
func ExampleValidate() {
	warnings, err := packager.Validate(context.Background(), project())
	fmt.Println(len(warnings), err)

	in := project()
	in.Stage = "prod"
	_, err = packager.Validate(context.Background(), in)
	fmt.Println(err)
	// Output:
	// 1 <nil>
	// .chalice/config.json:1: stages has no stage "prod", only dev
}

func ExampleDescribe() {
	model, _, err := packager.Describe(context.Background(), project())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.Name, model.FunctionNames())
	// Output: shop [api_handler report]
}

func ExampleGraph() {
	graph, _, err := packager.Graph(context.Background(), project())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range graph.Resources() {
		fmt.Println(r.ID())
	}
	// Output:
	// role default-role
	// function report
	// function api_handler
	// REST API rest_api
}

// Document is for those who call the API, OpenAPI for API Gateway.
func ExampleDocument() {
	document, _, err := packager.Document(context.Background(), project(), "3.1", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(document[:len(`{"openapi":"3.1.1"`)]))
	gateway, _, err := packager.OpenAPI(context.Background(), project())
	fmt.Println(len(gateway) > 0, err)
	// Output:
	// {"openapi":"3.1.0"
	// true <nil>
}

// An error says which field of the input can't be meant.
func ExampleInputError() {
	in := project()
	in.Out, in.PackageFormat = "out", "pulumi"
	_, err := packager.Build(context.Background(), in)
	if mistake, ok := errors.AsType[*packager.InputError](err); ok {
		fmt.Println(mistake.Field)
		fmt.Println(err)
	}
	// Output:
	// PackageFormat
	// PackageFormat is "pulumi": use sam, cloudformation or terraform
}

func ExampleInput_LoadStage() {
	stage, err := project().LoadStage()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(stage.AppName, stage.Name)
	// Output: shop dev
}
