// An app whose functions end in all the ways in which a function can end, and
// which call each other.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("shop")
	a.Route("/", func(context.Context, *app.Request) (any, error) { return "up", nil })
	a.Schedule("rate(1 day)", tick)
	a.LambdaFunction(echo)
	a.LambdaFunction(fail)
	a.LambdaFunction(panics)
	a.LambdaFunction(exits)
	a.LambdaFunction(slow)
	a.LambdaFunction(waits)
	a.LambdaFunction(about)
	a.LambdaFunction(prints)
	a.LambdaFunction(flaky)
	a.LambdaFunction(large)
	a.LambdaFunction(callsEcho)
	dispatch.Start(a)
}

func tick(ctx context.Context, e *app.CloudWatchEvent) error {
	slog.InfoContext(ctx, "tick", "source", e.Source())
	return nil
}

func echo(_ context.Context, event json.RawMessage) (any, error) { return event, nil }

func fail(context.Context, json.RawMessage) (any, error) { return nil, errors.New("out of stock") }

func panics(context.Context, json.RawMessage) (any, error) { panic("no shelf") }

func exits(context.Context, json.RawMessage) (any, error) {
	os.Exit(3)
	return nil, nil
}

func slow(context.Context, json.RawMessage) (any, error) {
	time.Sleep(time.Hour)
	return nil, nil
}

func waits(context.Context, json.RawMessage) (any, error) {
	time.Sleep(300 * time.Millisecond)
	return "done", nil
}

func about(ctx context.Context, _ json.RawMessage) (any, error) {
	lc, _ := lambdacontext.FromContext(ctx)
	return map[string]any{
		"id": lc.AwsRequestID, "arn": lc.InvokedFunctionArn, "client": lc.ClientContext.Custom,
		"lambda": os.Getenv("AWS_ENDPOINT_URL_LAMBDA"), "aws": os.Getenv("AWS_ENDPOINT_URL"), "key": os.Getenv("AWS_ACCESS_KEY_ID"),
	}, nil
}

func prints(context.Context, json.RawMessage) (any, error) {
	for i := range 100 {
		fmt.Printf("line %d %s\n", i, strings.Repeat("x", 100))
	}
	return nil, nil
}

var tries atomic.Int32

// flaky succeeds the third time.
func flaky(ctx context.Context, _ json.RawMessage) (any, error) {
	if n := tries.Add(1); n < 3 {
		return nil, fmt.Errorf("try %d failed", n)
	}
	return "at last", nil
}

func large(context.Context, json.RawMessage) (any, error) { return strings.Repeat("x", 7<<20), nil }

// callsEcho invokes echo, as an AWS SDK does.
func callsEcho(ctx context.Context, event json.RawMessage) (any, error) {
	url := os.Getenv("AWS_ENDPOINT_URL_LAMBDA") + "/2015-03-31/functions/shop-dev-echo/invocations"
	r, err := http.Post(url, "application/json", strings.NewReader(string(event)))
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	return map[string]string{"echo said": string(data)}, err
}
