package synth

import (
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// TestAsyncOfTheAlias: what is invoked by its alias has the settings there.
func TestAsyncOfTheAlias(t *testing.T) {
	for alias, want := range map[bool]string{
		false: `{"Type":"AWS::Lambda::EventInvokeConfig","Properties":{"FunctionName":{"Ref":"Work"},"MaximumRetryAttempts":0,"Qualifier":"$LATEST"}}`,
		true: `{"Type":"AWS::Lambda::EventInvokeConfig","DependsOn":["WorkAliaslive"],` +
			`"Properties":{"FunctionName":{"Ref":"Work"},"MaximumRetryAttempts":0,"Qualifier":"live"}}`,
	} {
		stage := config.New("dev")
		stage.Defaults.Async.MaxRetries = new(0)
		g, err := Build(Input{Version: "1.0.0", Stage: stage, Model: &app.Model{
			Version: app.ModelVersion, Name: "shop", Functions: []app.FunctionModel{{Name: "work", Kind: app.LambdaKind}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range g.resources {
			if f, ok := r.(*function); ok && alias {
				f.Provisioned = new(1)
			}
		}
		for format, render := range map[string]func(*Graph) (*Template, error){
			"SAM": SAM, "CloudFormation": func(g *Graph) (*Template, error) { return CloudFormation(g, Code{}) },
		} {
			template, err := render(g)
			if err != nil {
				t.Fatal(err)
			}
			if got := ordered.CompactJSON(template.root.Section("Resources").Section("WorkEventInvokeConfig")); got != want {
				t.Errorf("%s: got %s, want %s", format, got, want)
			}
		}
		template, err := Terraform(g)
		if err != nil {
			t.Fatal(err)
		}
		qualifier := template.root.Section("resource").Section("aws_lambda_function_event_invoke_config").Section("work").Text("qualifier")
		if wanted := map[bool]string{true: "${aws_lambda_alias.work.name}"}[alias]; qualifier != wanted {
			t.Errorf("Terraform: got %q, want %q", qualifier, wanted)
		}
	}
}
