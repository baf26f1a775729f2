package account

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// roleClient assumes the role of a profile. It exists because the SDK makes its
// own client for that before it has read AWS_ENDPOINT_URL.
type roleClient struct {
	*sts.Client
	endpoint **string // the URL that was read then; nil: AWS's own
}

// AssumeRole gets a role's credentials from the same endpoint as everything
// else.
func (r roleClient) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, options ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	return r.Client.AssumeRole(ctx, in, append(options, func(o *sts.Options) {
		if o.BaseEndpoint == nil {
			o.BaseEndpoint = *r.endpoint
		}
	})...)
}

// tokenProvider returns the function that the SDK calls for the code of an MFA
// device.
func tokenProvider(o Options, serial string) func() (string, error) {
	return func() (string, error) {
		if o.AskMFA == nil {
			return "", errors.New("a code of the device " + serial + " is needed, and there is nobody to ask")
		}
		return o.AskMFA(serial)
	}
}
