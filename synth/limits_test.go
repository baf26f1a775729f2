package synth_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

func TestLimits(t *testing.T) {
	model := func(change func(*app.Model)) *app.Model {
		m := &app.Model{Version: app.ModelVersion, Name: "demo"}
		change(m)
		return m
	}
	functions := func(n int, kind app.FunctionKind) func(*app.Model) {
		return func(m *app.Model) {
			for i := range n {
				f := app.FunctionModel{Name: fmt.Sprintf("f%d", i), Kind: kind}
				if kind == app.ScheduleKind {
					f.Schedule = &app.ScheduleModel{Expression: "rate(1 day)"}
				}
				m.Functions = append(m.Functions, f)
			}
		}
	}
	for name, tc := range map[string]struct {
		model *app.Model
		env   map[string]config.Value
		want  string // empty: it fits
	}{
		"as many resources as there can be": {model: model(functions(499, app.LambdaKind))},
		"one too many": {
			model: model(functions(500, app.LambdaKind)),
			want:  "the app needs 501 resources, 1 more than the 500 that a stack of CloudFormation's can have",
		},
		"too many with what SAM makes": {
			model: model(functions(200, app.ScheduleKind)),
			want:  "the app needs 601 resources (201 in the template and 400 that SAM makes of them), 101 more than the 500",
		},
		"too large a template": {
			model: model(func(m *app.Model) {
				m.Routes = []app.RouteModel{{Path: "/", Name: "index", Doc: "x\n" + strings.Repeat("y", 1<<20)}}
			}),
			want: "more than the 1000000 that CloudFormation takes",
		},
		"an environment that just fits": {
			model: model(functions(1, app.LambdaKind)),
			env:   map[string]config.Value{"A": {Text: strings.Repeat("x", 4095)}},
		},
		"too large an environment": {
			model: model(functions(1, app.LambdaKind)),
			env:   map[string]config.Value{"A": {Text: strings.Repeat("x", 4096)}},
			want:  "the environment variables of function f0 have 4097 bytes, 1 more than the 4096 that Lambda takes",
		},
		"too many binary types": {
			model: model(func(m *app.Model) { m.API = &app.APIModel{BinaryTypes: make([]string, 26)} }),
			want:  "the app has 26 binary types, 1 more than the 25 that API Gateway takes",
		},
	} {
		t.Run(name, func(t *testing.T) {
			stage := config.New("dev")
			stage.Defaults.Environment = tc.env
			err := packageModel(tc.model, stage)
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func packageModel(m *app.Model, stage *config.Stage) error {
	graph, err := synth.Build(synth.Input{Model: m, Stage: stage, Version: "1.0.0"})
	if err != nil {
		return err
	}
	template, err := synth.SAM(graph)
	if err != nil {
		return err
	}
	_, err = template.JSON()
	return err
}

// TestMergedResourcesCount: a template that is full can't be merged into.
func TestMergedResourcesCount(t *testing.T) {
	m := &app.Model{Version: app.ModelVersion, Name: "demo"}
	for i := range 499 {
		m.Functions = append(m.Functions, app.FunctionModel{Name: fmt.Sprintf("f%d", i), Kind: app.LambdaKind})
	}
	graph, err := synth.Build(synth.Input{Model: m, Stage: config.New("dev"), Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	template, err := synth.SAM(graph)
	if err != nil {
		t.Fatal(err)
	}
	part, err := synth.ParsePart("x.yaml", []byte("Resources: {One: {Type: AWS::SNS::Topic}}"))
	if err != nil {
		t.Fatal(err)
	}
	template.Merge(part)
	if _, err := template.JSON(); err == nil || !strings.Contains(err.Error(), "the app needs 501 resources") {
		t.Errorf("got %v, want an error that counts the merged resource", err)
	}
}

// TestLargeJSONLosesItsWhiteSpace: the limit counts bytes, so a template must
// not fail for how it is laid out.
func TestLargeJSONLosesItsWhiteSpace(t *testing.T) {
	m := &app.Model{Version: app.ModelVersion, Name: "demo"}
	for i := range 1000 {
		m.Routes = append(m.Routes, app.RouteModel{Path: fmt.Sprintf("/things/{id}/part_%d", i), Name: fmt.Sprintf("view_%d", i)})
	}
	if err := packageModel(m, config.New("dev")); err != nil {
		t.Error(err)
	}
}
