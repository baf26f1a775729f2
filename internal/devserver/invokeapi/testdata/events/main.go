// An app whose functions are invoked by events of a bus and messages of a topic.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("shop")
	a.Route("/", func(_ context.Context, r *app.Request) (any, error) {
		body, err := r.Body()
		return "the app got " + string(body), err
	}, app.Methods("POST"), app.ContentTypes("application/x-www-form-urlencoded"))
	orders := app.Pattern{"source": []string{"com.shop"}, "detail": map[string]any{"state": []string{"new"}}}
	a.OnCloudWatchEvent(orders, see, app.Name("ordered"))
	a.OnCloudWatchEvent(orders, see, app.Name("on_bus"), app.Bus("orders"), app.InputPath("$.detail"))
	a.OnCloudWatchEvent(app.Pattern{"source": []string{"com.flaky"}}, flaky, app.Name("flaky"))
	a.OnSNSMessage("news", message, app.Name("all"))
	a.OnSNSMessage("news", message, app.Name("sports"), app.FilterPolicy(app.Pattern{"kind": []string{"sports"}}))
	a.OnSQSMessage("jobs", func(context.Context, *app.SQSEvent) error { return nil }, app.Name("work"), app.Filter(app.Pattern{"body": map[string]any{"n": []int{1}}}))
	a.LambdaFunction(puts, app.Name("puts"))
	dispatch.Start(a)
}

// see prints what a function got.
func see(_ context.Context, e *app.CloudWatchEvent) error {
	fmt.Println("got", e.ToMap())
	return nil
}

func message(_ context.Context, e *app.SNSEvent) error {
	fmt.Println("got", e.Subject(), e.Message())
	return nil
}

var tries atomic.Int32

// flaky succeeds the second time.
func flaky(context.Context, *app.CloudWatchEvent) error {
	if tries.Add(1) < 2 {
		return errors.New("not yet")
	}
	return nil
}

// puts puts an event on a bus, as an AWS SDK does.
func puts(context.Context, json.RawMessage) (any, error) {
	r, err := http.NewRequest("POST", os.Getenv("AWS_ENDPOINT_URL")+"/", strings.NewReader(`{"Entries":[{"Source":"com.shop","DetailType":"Own","Detail":"{\"state\":\"new\"}"}]}`))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Amz-Target", "AWSEvents.PutEvents")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	return string(data), err
}
