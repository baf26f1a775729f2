package signed

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Client calls a service. Several goroutines can use it.
type Client struct {
	cfg      aws.Config
	service  Service
	endpoint *url.URL
	wrong    error // with the endpoint
	retryer  aws.Retryer
	signer   *v4.Signer
	skew     atomic.Int64 // how far AWS's clock is ahead of ours, in nanoseconds, as far as the last call tells
}

// New returns a client for the account and region of a configuration. If that has no
// usable endpoint for the service, calls say so.
func New(cfg aws.Config, s Service) *Client {
	c := &Client{cfg: cfg, service: s, retryer: newRetryer(cfg), signer: v4.NewSigner()}
	c.endpoint, c.wrong = endpoint(cfg, s)
	if c.cfg.HTTPClient == nil {
		c.cfg.HTTPClient = awshttp.NewBuildableClient()
	}
	return c
}

func newRetryer(cfg aws.Config) aws.Retryer {
	var r aws.Retryer
	switch {
	case cfg.Retryer != nil:
		r = cfg.Retryer()
	case cfg.RetryMode == aws.RetryModeAdaptive:
		r = retry.NewAdaptiveMode()
	default:
		r = retry.NewStandard()
	}
	if cfg.RetryMaxAttempts > 0 {
		r = retry.AddWithMaxAttempts(r, cfg.RetryMaxAttempts)
	}
	return r
}

// request is what an operation sends, and what it does with the answer.
type request struct {
	method string
	path   string // escaped
	query  url.Values
	header map[string]string
	body   []byte
	read   func(body []byte) error
}

// call calls an operation. The input is for the options of the configuration, which
// wrap the call.
func (c *Client) call(ctx context.Context, operation string, input any, r request) error {
	ctx = middleware.ClearStackValues(ctx)
	ctx = middleware.WithServiceID(ctx, c.service.ID)
	ctx = middleware.WithOperationName(ctx, operation)
	stack, err := c.steps(operation, r)
	if err == nil {
		_, _, err = middleware.DecorateHandler(smithyhttp.NewClientHandlerWithOptions(c.cfg.HTTPClient), stack).Handle(ctx, input)
	}
	if err != nil {
		return &smithy.OperationError{ServiceID: c.service.ID, OperationName: operation, Err: err}
	}
	return nil
}

// steps returns the steps of a call, with the names that the SDK's have, by which
// options find their places among them.
func (c *Client) steps(operation string, r request) (*middleware.Stack, error) {
	stack := middleware.NewStack(operation, smithyhttp.NewStackRequest)
	attempts := retry.NewAttemptMiddleware(c.retryer, smithyhttp.RequestCloner, func(a *retry.Attempt) {
		a.ClientSkew, a.DisableClockSkewCorrection = &c.skew, c.cfg.DisableClockSkewCorrection
	})
	errs := []error{
		stack.Serialize.Add(middleware.SerializeMiddlewareFunc("OperationSerializer", c.serialize(r)), middleware.After),
		awsmiddleware.AddClientRequestIDMiddleware(stack),
		awsmiddleware.AddSDKAgentKey(awsmiddleware.APIMetadata, c.service.Name)(stack),
		stack.Finalize.Add(attempts, middleware.After),
		stack.Finalize.Add(&v4.ComputePayloadSHA256{}, middleware.After),
		stack.Finalize.Add(middleware.FinalizeMiddlewareFunc("Signing", c.sign()), middleware.After),
		stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("OperationDeserializer", deserialize(r)), middleware.After),
		awsmiddleware.AddRequestIDRetrieverMiddleware(stack),
		awshttp.AddResponseErrorMiddleware(stack),
		stack.Deserialize.Add(&awsmiddleware.RecordResponseTiming{DisableClockSkewCorrection: c.cfg.DisableClockSkewCorrection}, middleware.After),
	}
	for _, option := range c.cfg.APIOptions {
		errs = append(errs, option(stack))
	}
	return stack, errors.Join(errs...)
}

// serialize fills in the request.
func (c *Client) serialize(r request) func(context.Context, middleware.SerializeInput, middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
	return func(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (out middleware.SerializeOutput, m middleware.Metadata, err error) {
		to, ok := in.Request.(*smithyhttp.Request)
		if !ok {
			return out, m, fmt.Errorf("a request of type %T", in.Request)
		}
		if c.wrong != nil {
			return out, m, c.wrong
		}
		at := *c.endpoint
		at.RawPath = cmp.Or(smithyhttp.JoinPath(at.EscapedPath(), r.path), "/")
		if at.Path, err = url.PathUnescape(at.RawPath); err != nil {
			return out, m, err
		}
		at.RawQuery = r.query.Encode()
		to.Method, to.URL = r.method, &at
		for name, value := range r.header {
			to.Header.Set(name, value)
		}
		if r.body != nil {
			if in.Request, err = to.SetStream(bytes.NewReader(r.body)); err != nil {
				return out, m, err
			}
		}
		return next.HandleSerialize(ctx, in)
	}
}

// sign signs each attempt of a call, at the time that AWS's answers say it is.
func (c *Client) sign() func(context.Context, middleware.FinalizeInput, middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	var skew time.Duration
	if !c.cfg.DisableClockSkewCorrection {
		skew = time.Duration(c.skew.Load())
	}
	return func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (out middleware.FinalizeOutput, m middleware.Metadata, err error) {
		to, ok := in.Request.(*smithyhttp.Request)
		if !ok {
			return out, m, fmt.Errorf("a request of type %T", in.Request)
		}
		if c.cfg.Credentials == nil {
			return out, m, errors.New("there are no AWS credentials")
		}
		credentials, err := c.cfg.Credentials.Retrieve(ctx)
		if err != nil {
			return out, m, fmt.Errorf("get credentials: %w", err)
		}
		err = c.signer.SignHTTP(ctx, credentials, to.Request, v4.GetPayloadHash(ctx), c.service.Name, c.cfg.Region, time.Now().Add(skew))
		if err != nil {
			return out, m, fmt.Errorf("sign the request: %w", err)
		}
		out, m, err = next.HandleFinalize(ctx, in)
		skew, _ = awsmiddleware.GetAttemptSkew(m)
		return out, m, err
	}
}

// deserialize reads the answer.
func deserialize(r request) func(context.Context, middleware.DeserializeInput, middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	return func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, m, err := next.HandleDeserialize(ctx, in)
		if err != nil {
			return out, m, err
		}
		answer, ok := out.RawResponse.(*smithyhttp.Response)
		if !ok {
			return out, m, fmt.Errorf("an answer of type %T", out.RawResponse)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err == nil && answer.StatusCode/100 != 2 {
			return out, m, failure(answer.StatusCode, answer.Header.Get("X-Amzn-Errortype"), body)
		}
		if err == nil {
			err = r.read(body)
		}
		if err != nil {
			err = &smithy.DeserializationError{Err: err, Snapshot: body[:min(len(body), 1024)]}
		}
		return out, m, err
	}
}
