package codedeploy_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/codedeploy"
)

// A hook that calls the new version before it gets traffic. The configuration has
// "deployment": {"pre_traffic": "smoke"} for the functions that it is about.
func ExampleShiftOf() {
	smoke := func(ctx context.Context) error {
		shift, err := codedeploy.ShiftOf(ctx)
		if err != nil {
			return err
		}
		// Here the version is invoked, by the name that Target returns.
		fmt.Println("calling", shift.Target())
		if shift.TargetVersion == shift.CurrentVersion {
			return errors.New("nothing is new")
		}
		return nil
	}
	a := app.New("shop")
	a.LambdaFunction(app.TrafficHook(smoke), app.Name("smoke"))

	// In a test nobody is asked.
	ctx := codedeploy.WithShift(context.Background(), codedeploy.Shift{
		Function: "shop-dev-work", CurrentVersion: "6", TargetVersion: "7",
	})
	fmt.Println(smoke(ctx))
	// Output:
	// calling shop-dev-work:7
	// <nil>
}
