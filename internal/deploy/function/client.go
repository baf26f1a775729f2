package function

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/chalice-go/chalice/internal/deploy/signed"
)

// atOnce is the number of calls at the same time. With it an app of 200
// functions is described in two seconds, and many updates stay near Lambda's
// limit.
const atOnce = 10

// Client calls Lambda, and CloudWatch for the metrics of functions. Several
// goroutines can use it.
type Client struct {
	lambda  lambdaAPI
	metrics *signed.Client
}

type lambdaAPI interface {
	GetFunction(context.Context, *lambda.GetFunctionInput, ...func(*lambda.Options)) (*lambda.GetFunctionOutput, error)
	UpdateFunctionCode(context.Context, *lambda.UpdateFunctionCodeInput, ...func(*lambda.Options)) (*lambda.UpdateFunctionCodeOutput, error)
	Invoke(context.Context, *lambda.InvokeInput, ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
	GetAlias(context.Context, *lambda.GetAliasInput, ...func(*lambda.Options)) (*lambda.GetAliasOutput, error)
	UpdateAlias(context.Context, *lambda.UpdateAliasInput, ...func(*lambda.Options)) (*lambda.UpdateAliasOutput, error)
	GetProvisionedConcurrencyConfig(context.Context, *lambda.GetProvisionedConcurrencyConfigInput, ...func(*lambda.Options)) (*lambda.GetProvisionedConcurrencyConfigOutput, error)
}

// New returns a client for the account and region of a configuration.
func New(cfg aws.Config) *Client {
	return &Client{lambda: lambda.NewFromConfig(cfg), metrics: signed.New(cfg, signed.CloudWatch)}
}

// forEach calls do for each name, several at the same time, and returns all
// errors in the order of the names.
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

// sleep waits. If the context is done before, it returns its error.
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
