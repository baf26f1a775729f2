package synth

import (
	"fmt"
	"testing"

	"github.com/awslabs/goformation/v7/cloudformation"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// functionsApp has n functions, one in ten of which a queue invokes.
func functionsApp(n int) *app.Model {
	m := &app.Model{Version: app.ModelVersion, Name: "bench"}
	for i := range n {
		f := app.FunctionModel{Name: fmt.Sprintf("function_%d", i), Kind: app.LambdaKind}
		if i%10 == 0 {
			f.Kind, f.SQS = app.SQSKind, &app.SQSModel{Queue: fmt.Sprintf("queue-%d", i)}
		}
		m.Functions = append(m.Functions, f)
	}
	return m
}

func routesApp(n int) *app.Model {
	m := &app.Model{Version: app.ModelVersion, Name: "bench"}
	for i := range n {
		m.Routes = append(m.Routes, app.RouteModel{Path: fmt.Sprintf("/things/{id}/part_%d", i), Name: fmt.Sprintf("view_%d", i)})
	}
	return m
}

func benchmarkInput(m *app.Model) Input {
	stage := config.New("dev")
	stage.Defaults.Environment = map[string]config.Value{"LEVEL": {Text: "info"}, "TABLE": {Text: "things"}}
	return Input{Model: m, Stage: stage, Version: "1.0.0"}
}

// BenchmarkSAM measures the whole way from a model to a template's bytes:
// validation, graph, rendering and checks.
func BenchmarkSAM(b *testing.B) {
	for _, size := range []struct {
		name  string
		model *app.Model
	}{
		{"functions=10", functionsApp(10)},
		{"functions=100", functionsApp(100)},
		{"functions=400", functionsApp(400)},
		{"routes=10", routesApp(10)},
		{"routes=1000", routesApp(1000)},
	} {
		in := benchmarkInput(size.model)
		b.Run(size.name+"/json", func(b *testing.B) { benchmarkSAM(b, in, (*Template).JSON) })
		b.Run(size.name+"/yaml", func(b *testing.B) { benchmarkSAM(b, in, (*Template).YAML) })
	}
}

func benchmarkSAM(b *testing.B, in Input, marshal func(*Template) ([]byte, error)) {
	b.ReportAllocs()
	for b.Loop() {
		graph, err := Build(in)
		if err != nil {
			b.Fatal(err)
		}
		template, err := SAM(graph)
		if err != nil {
			b.Fatal(err)
		}
		data, err := marshal(template)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(data)))
	}
}

// BenchmarkCheck measures what is found out about references that are merged into
// the template of a large app.
func BenchmarkCheck(b *testing.B) {
	graph, err := Build(benchmarkInput(routesApp(1000)))
	if err != nil {
		b.Fatal(err)
	}
	template, err := CloudFormation(graph, Code{})
	if err != nil {
		b.Fatal(err)
	}
	outputs := &ordered.Object{}
	for i := range 200 {
		outputs.Add(fmt.Sprintf("O%d", i), ordered.New("Value", cfn.Join("", cfn.Ref("APIHandler"), cfn.Sub("${APIHandler}"))))
	}
	part := &Part{ordered.New("Outputs", outputs)}
	template.Merge(part)
	for b.Loop() {
		if err := template.Check(part); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGrowth goes beyond what one template can hold, to show how the cost
// grows with the number of resources.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{10, 50, 250, 500, 1000, 2000} {
		in := benchmarkInput(functionsApp(n))
		b.Run(fmt.Sprintf("resources=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				root, err := unlimited(in)
				if err != nil {
					b.Fatal(err)
				}
				ordered.YAML(root)
			}
		})
	}
}

// unlimited does what Build and SAM do, but for the limits of CloudFormation.
func unlimited(in Input) (*ordered.Object, error) {
	graph, err := Build(in)
	if err != nil {
		return nil, err
	}
	t := newSAMTemplate()
	for _, r := range graph.resources {
		if err := r.sam(t); err != nil {
			return nil, err
		}
	}
	template, err := t.template("Transform", "AWS::Serverless-2016-10-31")
	if err != nil {
		return nil, err
	}
	return template.content()
}

// BenchmarkLargeApp measures what "chalice package" does with the model of an
// app that one template can't hold, up to the bytes of all its files: functions
// in nested stacks and, for each of them, five routes in a document of its own.
func BenchmarkLargeApp(b *testing.B) {
	for _, n := range []int{100, 300, 600} {
		m := functionsApp(n)
		m.Routes = routesApp(5 * n).Routes
		in := benchmarkInput(m)
		for format, render := range map[string]func(*Graph) (*Template, error){
			"sam.yaml":      SAM,
			"template.json": func(g *Graph) (*Template, error) { return CloudFormation(g, Code{}) },
		} {
			layout := Layout{File: format, NestedStacks: new(DefaultNestedStacks), Target: Target{"eu-central-1", "123456789012"}}
			b.Run(fmt.Sprintf("functions=%d/%s", n, format), func(b *testing.B) { benchmarkFiles(b, in, render, layout) })
		}
	}
}

func benchmarkFiles(b *testing.B, in Input, render func(*Graph) (*Template, error), layout Layout) {
	b.ReportAllocs()
	for b.Loop() {
		graph, err := Build(in)
		if err != nil {
			b.Fatal(err)
		}
		template, err := render(graph)
		if err != nil {
			b.Fatal(err)
		}
		files, err := template.Files(layout)
		if err != nil {
			b.Fatal(err)
		}
		size := 0
		for _, f := range files {
			size += len(f.Data)
		}
		b.SetBytes(int64(size))
		b.ReportMetric(float64(len(files)), "files")
	}
}

// BenchmarkGoformation measures goformation's own marshalling of the same
// resources, made beforehand, as a yardstick.
func BenchmarkGoformation(b *testing.B) {
	for _, n := range []int{10, 100, 400} {
		template := goformationTemplate(b, benchmarkInput(functionsApp(n)))
		b.Run(fmt.Sprintf("functions=%d/json", n), func(b *testing.B) { benchmarkMarshal(b, template.JSON) })
		b.Run(fmt.Sprintf("functions=%d/yaml", n), func(b *testing.B) { benchmarkMarshal(b, template.YAML) })
	}
	template := goformationTemplate(b, benchmarkInput(routesApp(1000)))
	b.Run("routes=1000/json", func(b *testing.B) { benchmarkMarshal(b, template.JSON) })
	b.Run("routes=1000/yaml", func(b *testing.B) { benchmarkMarshal(b, template.YAML) })
}

func benchmarkMarshal(b *testing.B, marshal func() ([]byte, error)) {
	b.ReportAllocs()
	for b.Loop() {
		data, err := marshal()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(data)))
	}
}

func goformationTemplate(b *testing.B, in Input) *cloudformation.Template {
	b.Helper()
	graph, err := Build(in)
	if err != nil {
		b.Fatal(err)
	}
	t := newSAMTemplate()
	for _, r := range graph.resources {
		if err := r.sam(t); err != nil {
			b.Fatal(err)
		}
	}
	template := cloudformation.NewTemplate()
	for _, r := range t.resources {
		template.Resources[r.id] = r.resource.(cloudformation.Resource)
	}
	return template
}
