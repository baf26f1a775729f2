// An app whose deployments call hooks.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/codedeploy"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("shop")
	a.LambdaFunction(func(context.Context, json.RawMessage) (any, error) { return nil, nil }, app.Name("work"))
	a.LambdaFunction(app.TrafficHook(func(ctx context.Context) error {
		shift, err := codedeploy.ShiftOf(ctx)
		if err == nil {
			fmt.Println("asked for", shift.Target())
		}
		return err
	}), app.Name("smoke"))
	a.LambdaFunction(app.TrafficHook(func(context.Context) error { return errors.New("down") }), app.Name("broken"))
	dispatch.Start(a)
}
