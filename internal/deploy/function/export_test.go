package function

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// AsJSON is for a test's own client.
var AsJSON = asJSON

// Fake takes the place of Lambda and CloudWatch.
type Fake struct {
	Get     func(name string) (*lambda.GetFunctionOutput, error)
	Update  func(*lambda.UpdateFunctionCodeInput) (*lambda.UpdateFunctionCodeOutput, error)
	Call    func(context.Context, *lambda.InvokeInput) (*lambda.InvokeOutput, error)
	Metrics func(*cloudwatch.GetMetricDataInput) (*cloudwatch.GetMetricDataOutput, error)
}

// Client returns a client that calls the fake.
func (f *Fake) Client() *Client { return &Client{lambda: f, metrics: f} }

func (f *Fake) GetFunction(_ context.Context, in *lambda.GetFunctionInput, _ ...func(*lambda.Options)) (*lambda.GetFunctionOutput, error) {
	return f.Get(*in.FunctionName)
}

func (f *Fake) UpdateFunctionCode(_ context.Context, in *lambda.UpdateFunctionCodeInput, _ ...func(*lambda.Options)) (*lambda.UpdateFunctionCodeOutput, error) {
	return f.Update(in)
}

func (f *Fake) Invoke(ctx context.Context, in *lambda.InvokeInput, _ ...func(*lambda.Options)) (*lambda.InvokeOutput, error) {
	return f.Call(ctx, in)
}

func (f *Fake) GetMetricData(_ context.Context, in *cloudwatch.GetMetricDataInput, _ ...func(*cloudwatch.Options)) (*cloudwatch.GetMetricDataOutput, error) {
	return f.Metrics(in)
}
