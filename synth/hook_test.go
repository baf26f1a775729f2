package synth_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// TestHooksAsk: a hook may ask CodeDeploy about deployments if it does, or if nobody has
// looked; any may answer.
func TestHooksAsk(t *testing.T) {
	for name, tc := range map[string]struct {
		asks map[string]bool
		want []string
	}{
		"nobody has looked": {nil, []string{"GetApplicationRevision", "GetDeployment", "PutLifecycleEventHookExecutionStatus"}},
		"it doesn't":        {map[string]bool{"work": true}, []string{"PutLifecycleEventHookExecutionStatus"}},
		"it does":           {map[string]bool{"smoke": true}, []string{"GetApplicationRevision", "GetDeployment", "PutLifecycleEventHookExecutionStatus"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := input()
			in.Model.Functions = []app.FunctionModel{{Name: "work", Kind: app.LambdaKind}, {Name: "smoke", Kind: app.LambdaKind, TrafficHook: true}}
			in.AsksOfShifts, in.CodeSHA256 = tc.asks, strings.Repeat("0", 64)
			f := in.Stage.Function("work")
			f.Deployment = &config.Deployment{Type: config.AllAtOnce, PreTraffic: "smoke"}
			in.Stage.Functions = map[string]config.Function{"work": f}
			data, err := marshalSAM(build(t, in))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, part := range strings.Split(string(data), `"codedeploy:`)[1:] {
				action, _, _ := strings.Cut(part, `"`)
				got = append(got, action)
			}
			slices.Sort(got)
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
