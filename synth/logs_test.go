package synth_test

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestLogLoops: a function that gets what it logs, by whatever way the app names its log
// group, is a mistake in each format, and one that gets what others log isn't.
func TestLogLoops(t *testing.T) {
	const own = "main.go:1: function a gets what it logs itself: each line would invoke it again; have it log to another group, or subscribe another app to this one"
	ref := func(id string) map[string]any { return map[string]any{"Ref": id} }
	for name, tc := range map[string]struct {
		groups string // of a, b and c
		days   int    // of retention
		value  any    // that "group" stands for
		want   string
	}{
		"others":                      {"/aws/lambda/other-dev-a web web", 0, nil, ""},
		"another function":            {"/aws/lambda/shop-dev-b web web", 0, nil, ""},
		"one after the other":         {"/aws/lambda/shop-dev-b /aws/lambda/shop-dev-c web", 0, nil, ""},
		"its own":                     {"/aws/lambda/shop-dev-a web web", 0, nil, own},
		"its own by way of one":       {"/aws/lambda/shop-dev-b /aws/lambda/shop-dev-a web", 0, nil, strings.Replace(own, "itself", "itself, by way of b", 1)},
		"its own by way of two":       {"/aws/lambda/shop-dev-b /aws/lambda/shop-dev-c /aws/lambda/shop-dev-a", 0, nil, strings.Replace(own, "itself", "itself, by way of b, c", 1)},
		"one that gets its own":       {"/aws/lambda/shop-dev-b /aws/lambda/shop-dev-b web", 0, nil, strings.NewReplacer("main.go:1", "main.go:2", "function a", "function b").Replace(own)},
		"its own in Terraform":        {"/aws/lambda/${aws_lambda_function.a.function_name} web web", 0, nil, own},
		"its own group in Terraform":  {"${aws_cloudwatch_log_group.a-log-group.name} web web", 7, nil, own},
		"a reference to its group":    {"${Token[T.1]} web web", 7, ref("ALogGroup"), own},
		"a reference to another's":    {"${Token[T.1]} web web", 7, ref("BLogGroup"), ""},
		"a reference to itself":       {"/aws/lambda/${Token[T.1]} web web", 0, ref("A"), own},
		"text around its name":        {"${Token[T.1]} web web", 0, map[string]any{"Fn::Sub": "/aws/lambda/${A}"}, own},
		"the group of another's name": {"${aws_cloudwatch_log_group.b-log-group.name} web web", 7, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := &app.Model{Version: 1, Name: "shop"}
			for i, group := range strings.Fields(tc.groups) {
				m.Functions = append(m.Functions, app.FunctionModel{
					Name: "abc"[i : i+1], Kind: app.LogsKind, Logs: &app.LogsModel{Group: group}, Source: &app.Source{File: "main.go", Line: i + 1},
				})
			}
			stage := config.New("dev")
			stage.Functions = map[string]config.Function{}
			for _, f := range m.Functions {
				c := stage.Function(f.Name)
				c.LogRetentionDays = tc.days
				stage.Functions[f.Name] = c
			}
			_, err := synth.Build(synth.Input{Model: m, Stage: stage, Version: "1.0.0", StandIns: map[string]any{"${Token[T.1]}": tc.value}})
			if got := errText(err); !strings.HasPrefix(got, tc.want) || tc.want == "" && got != "" {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
