package function

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// Fake takes the place of Lambda.
type Fake struct {
	Get    func(name string) (*lambda.GetFunctionOutput, error)
	Update func(*lambda.UpdateFunctionCodeInput) (*lambda.UpdateFunctionCodeOutput, error)
	Call   func(context.Context, *lambda.InvokeInput) (*lambda.InvokeOutput, error)

	Alias       func() (*lambda.GetAliasOutput, error)
	Move        func(*lambda.UpdateAliasInput) (*lambda.UpdateAliasOutput, error)
	Provisioned func() (*lambda.GetProvisionedConcurrencyConfigOutput, error)
}

// Client returns a client that calls the fake.
func (f *Fake) Client() *Client { return &Client{lambda: f} }

func (f *Fake) GetFunction(_ context.Context, in *lambda.GetFunctionInput, _ ...func(*lambda.Options)) (*lambda.GetFunctionOutput, error) {
	return f.Get(*in.FunctionName)
}

func (f *Fake) UpdateFunctionCode(_ context.Context, in *lambda.UpdateFunctionCodeInput, _ ...func(*lambda.Options)) (*lambda.UpdateFunctionCodeOutput, error) {
	return f.Update(in)
}

func (f *Fake) Invoke(ctx context.Context, in *lambda.InvokeInput, _ ...func(*lambda.Options)) (*lambda.InvokeOutput, error) {
	return f.Call(ctx, in)
}

func (f *Fake) GetAlias(context.Context, *lambda.GetAliasInput, ...func(*lambda.Options)) (*lambda.GetAliasOutput, error) {
	return f.Alias()
}

func (f *Fake) UpdateAlias(_ context.Context, in *lambda.UpdateAliasInput, _ ...func(*lambda.Options)) (*lambda.UpdateAliasOutput, error) {
	return f.Move(in)
}

func (f *Fake) GetProvisionedConcurrencyConfig(context.Context, *lambda.GetProvisionedConcurrencyConfigInput, ...func(*lambda.Options)) (*lambda.GetProvisionedConcurrencyConfigOutput, error) {
	return f.Provisioned()
}
