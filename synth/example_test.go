package synth_test

import (
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

func Example() {
	model := &app.Model{
		Version: app.ModelVersion,
		Name:    "helloworld",
		Routes:  []app.RouteModel{{Path: "/", Name: "index"}},
	}
	graph, err := synth.Build(synth.Input{Model: model, Stage: config.New("dev"), Version: "1.0.0"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range graph.Resources() {
		fmt.Println(r.ID(), r.Refs())
	}
	template, err := synth.SAM(graph)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range template.Resources() {
		fmt.Println(r.ID, r.Type)
	}
	// Output:
	// role default-role []
	// function api_handler [role default-role]
	// REST API rest_api [function api_handler]
	// DefaultRole AWS::IAM::Role
	// APIHandler AWS::Serverless::Function
	// RestAPI AWS::Serverless::Api
	// APIHandlerInvokePermission AWS::Lambda::Permission
}
