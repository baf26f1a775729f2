package apptest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
	"github.com/chalice-go/chalice/codedeploy"
)

// TestTrafficHook: a hook of deployments is tried without any, and what it would tell
// CodeDeploy is its result.
func TestTrafficHook(t *testing.T) {
	a := app.New("shop")
	a.LambdaFunction(app.TrafficHook(func(ctx context.Context) error {
		shift, err := codedeploy.ShiftOf(ctx)
		if err == nil && shift.TargetVersion != "7" {
			err = fmt.Errorf("%s is wrong", shift.Target())
		}
		return err
	}), app.Name("smoke"))
	client := apptest.NewClient(t, a)
	for name, tc := range map[string]struct {
		shift          *codedeploy.Shift
		status, reason string
	}{
		"fine":     {&codedeploy.Shift{Function: "work", TargetVersion: "7"}, "Succeeded", ""},
		"wrong":    {&codedeploy.Shift{Function: "work", TargetVersion: "8"}, "Failed", "work:8 is wrong"},
		"no shift": {nil, "Failed", "codedeploy.WithShift"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if tc.shift != nil {
				ctx = codedeploy.WithShift(ctx, *tc.shift)
			}
			result, err := client.Lambda.InvokeContext(ctx, "smoke", client.Events.TrafficHook())
			if err != nil {
				t.Fatal(err)
			}
			if status, reason := result.Told(); status != tc.status || !strings.Contains(reason, tc.reason) {
				t.Errorf("it would tell %s, %q; want %s, %q", status, reason, tc.status, tc.reason)
			}
		})
	}
}
