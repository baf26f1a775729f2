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

// All mistakes come at once, each with the place of its registration, if that is known.
func ExampleBuild() {
	_, err := synth.Build(synth.Input{
		Model: &app.Model{
			Version: app.ModelVersion,
			Name:    "shop",
			Functions: []app.FunctionModel{
				{Name: "report", Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(0 days)"},
					Source: &app.Source{File: "main.go", Line: 12}},
				{Name: "ship", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "orders!", BatchSize: 1}},
			},
		},
		Stage: config.New("dev"),
	})
	fmt.Println(err)
	// Output:
	// main.go:12: schedule "rate(0 days)": 0 is no positive number
	// "orders!" is no name of a queue: that has 1 to 80 letters, digits, - and _, or ends in .fifo
}

// shop is the graph of an app with one function.
func shop() *synth.Graph {
	graph, err := synth.Build(synth.Input{
		Model: &app.Model{
			Version:   app.ModelVersion,
			Name:      "shop",
			Functions: []app.FunctionModel{{Name: "report", Kind: app.LambdaKind}},
		},
		Stage: config.New("dev"),
		// What the function's source shows that it needs.
		Policies: map[string][]synth.Statement{"report": {{
			Actions:   []string{"s3:GetObject"},
			Resources: []any{synth.ARN{Service: "s3", Resource: []any{"reports/*"}}},
		}}},
		Version: "1.0.0",
	})
	if err != nil {
		panic(err)
	}
	return graph
}

// A template becomes files, several if CloudFormation has too little room for one.
func ExampleTemplate_Files() {
	template, err := synth.SAM(shop())
	if err != nil {
		fmt.Println(err)
		return
	}
	files, err := template.Files(synth.Layout{File: "sam.yaml"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range files {
		fmt.Println(f.Name, f.Resources, len(f.Data) > 0)
	}
	// Output: sam.yaml 2 true
}

// Without SAM the template says where the program's zip is, or asks for it.
func ExampleCloudFormation() {
	template, err := synth.CloudFormation(shop(), synth.Code{Bucket: "artifacts"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range template.Resources() {
		fmt.Printf("%s %s %q\n", r.ID, r.Type, r.Origin.Function)
	}
	// Output:
	// DefaultRole AWS::IAM::Role ""
	// Report AWS::Lambda::Function "report"
}

// Terraform's zip is beside the module, or with TerraformIn in S3.
func ExampleTerraform() {
	module, err := synth.Terraform(shop())
	if err != nil {
		fmt.Println(err)
		return
	}
	inS3, err := synth.TerraformIn(shop(), synth.Code{Bucket: "artifacts", Key: "shop.zip"})
	if err != nil {
		fmt.Println(err)
		return
	}
	beside, _ := module.JSON()
	there, _ := inS3.JSON()
	fmt.Println(beside[0] == '{', len(there) != len(beside))
	// Output: true true
}

// A part is merged into a template, and checked in it.
func ExampleTemplate_Merge() {
	template, err := synth.SAM(shop())
	if err != nil {
		fmt.Println(err)
		return
	}
	part, err := synth.ParsePart("more.yaml", []byte(`
Resources:
  Reports:
    Type: AWS::S3::Bucket
  Report:
    Properties:
      Description: !Ref Report5
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(part.TypeOf("Reports"))
	template.Merge(part)
	fmt.Println(template.Check(part))
	// Output:
	// AWS::S3::Bucket
	// Resources.Report.Properties.Description refers to Report5, which the template does not have; did you mean Report?
}

func ExampleLogicalID() {
	for _, name := range []string{"daily-report", "ship_orders", "__"} {
		fmt.Println(synth.LogicalID(name))
	}
	ids, err := synth.LogicalIDs(shop())
	fmt.Println(ids["function report"], err)
	// Output:
	// DailyReport <nil>
	// ShipOrders <nil>
	//  name "__" gives an empty logical id: it needs an ASCII letter or a digit
	// [Report] <nil>
}

func ExampleStatement() {
	statements := []synth.Statement{{
		Actions:   []string{"dynamodb:GetItem", "dynamodb:PutItem"},
		Resources: []any{synth.ARN{Service: "dynamodb", Region: synth.Own, Account: synth.Own, Resource: []any{"table/orders"}}},
	}}
	size, shortened, err := synth.PolicySize(statements)
	fmt.Println(size, shortened, size < synth.MaxRolePolicies, err)
	// Output: 189 172 true <nil>
}
