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
	none := config.Value{}
	ref := func(id string) map[string]any { return map[string]any{"Ref": id} }
	for name, tc := range map[string]struct {
		groups string // of a, b and c
		days   int    // of retention
		value  any    // that "group" stands for
		want   string
		log    config.Value // log_group of all
	}{
		"others":                      {"/aws/lambda/other-dev-a web web", 0, nil, "", none},
		"another function":            {"/aws/lambda/shop-dev-b web web", 0, nil, "", none},
		"one after the other":         {"/aws/lambda/shop-dev-b /aws/lambda/shop-dev-c web", 0, nil, "", none},
		"its own":                     {"/aws/lambda/shop-dev-a web web", 0, nil, own, none},
		"its own by way of one":       {"/aws/lambda/shop-dev-b /aws/lambda/shop-dev-a web", 0, nil, strings.Replace(own, "itself", "itself, by way of b", 1), none},
		"its own by way of two":       {"/aws/lambda/shop-dev-b /aws/lambda/shop-dev-c /aws/lambda/shop-dev-a", 0, nil, strings.Replace(own, "itself", "itself, by way of b, c", 1), none},
		"one that gets its own":       {"/aws/lambda/shop-dev-b /aws/lambda/shop-dev-b web", 0, nil, strings.NewReplacer("main.go:1", "main.go:2", "function a", "function b").Replace(own), none},
		"its own in Terraform":        {"/aws/lambda/${aws_lambda_function.a.function_name} web web", 0, nil, own, none},
		"its own group in Terraform":  {"${aws_cloudwatch_log_group.a-log-group.name} web web", 7, nil, own, none},
		"a reference to its group":    {"${Token[T.1]} web web", 7, ref("ALogGroup"), own, none},
		"a reference to another's":    {"${Token[T.1]} web web", 7, ref("BLogGroup"), "", none},
		"a reference to itself":       {"/aws/lambda/${Token[T.1]} web web", 0, ref("A"), own, none},
		"text around its name":        {"${Token[T.1]} web web", 0, map[string]any{"Fn::Sub": "/aws/lambda/${A}"}, own, none},
		"the group of another's name": {"${aws_cloudwatch_log_group.b-log-group.name} web web", 7, nil, "", none},
		"by its id":                   {"${aws_cloudwatch_log_group.a-log-group.id} web web", 7, nil, own, none},
		"a group that all log to":     {"shared web web", 0, nil, own, config.Value{Text: "shared"}},
		"their own, but they log elsewhere": {
			"/aws/lambda/shop-dev-a web web", 0, nil, "", config.Value{Text: "shared"},
		},
		"a reference to the group of all": {"${Token[T.1]} web web", 0, ref("Shared"), own, config.Value{Intrinsic: ref("Shared")}},
		"text of the group of all":        {"${Token[T.1]} web web", 0, ref("Shared"), own, config.Value{Intrinsic: map[string]any{"Fn::Sub": "${Shared}"}}},
		"the same value":                  {"${Token[T.1]} web web", 0, ref("Shared"), own, config.Value{Text: "${Token[T.1]}"}},
		"another reference":               {"${Token[T.1]} web web", 0, ref("Others"), "", config.Value{Intrinsic: ref("Shared")}},
		"the group of all in Terraform": {
			"${aws_cloudwatch_log_group.shared.id} web web", 0, nil, own, config.Value{Text: "${aws_cloudwatch_log_group.shared.name}"},
		},
		"another that gets what all log": {"/aws/lambda/shop-dev-b shared web", 0, nil, strings.NewReplacer("main.go:1", "main.go:2", "function a", "function b").Replace(own), config.Value{Text: "shared"}},
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
				c.LogRetentionDays, c.Logging.Group = tc.days, tc.log
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
