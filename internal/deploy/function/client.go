package function

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
)

// atOnce is how many calls run side by side. An app of 200 functions is described
// in two seconds so, and a burst of updates stays near Lambda's limit.
const atOnce = 10

// Client calls Lambda, and CloudWatch for what it counts of functions. It can be
// used from several goroutines.
type Client struct {
	lambda  lambdaAPI
	metrics metricsAPI
}

type lambdaAPI interface {
	GetFunction(context.Context, *lambda.GetFunctionInput, ...func(*lambda.Options)) (*lambda.GetFunctionOutput, error)
	UpdateFunctionCode(context.Context, *lambda.UpdateFunctionCodeInput, ...func(*lambda.Options)) (*lambda.UpdateFunctionCodeOutput, error)
	Invoke(context.Context, *lambda.InvokeInput, ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

type metricsAPI interface {
	GetMetricData(context.Context, *cloudwatch.GetMetricDataInput, ...func(*cloudwatch.Options)) (*cloudwatch.GetMetricDataOutput, error)
}

// New returns a client for the account and region of a configuration.
func New(cfg aws.Config) *Client {
	return &Client{lambda: lambda.NewFromConfig(cfg), metrics: cloudwatch.NewFromConfig(cfg, asJSON)}
}

// asJSON makes a client of CloudWatch speak JSON. Of the service's protocols the SDK
// takes CBOR, which endpoints in the place of AWS don't know.
func asJSON(o *cloudwatch.Options) {
	o.Protocol = awsjson.New10(schemas.GraniteServiceVersion20100801)
}

// forEach calls do for each name, several at once, and returns all errors in the
// order of the names.
func forEach(names []string, do func(name string) error) error {
	var running sync.WaitGroup
	errs := make([]error, len(names))
	free := make(chan struct{}, atOnce)
	for i, name := range names {
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }()
			errs[i] = do(name)
		})
	}
	running.Wait()
	return errors.Join(errs...)
}

// sleep waits, or returns the context's error as soon as that is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
