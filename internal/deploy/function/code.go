package function

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// maxDirect is how large a zip can be that goes to Lambda with the call itself.
// Lambda takes 50 MB, as base64; above 8 MiB the parts of an upload to a bucket,
// side by side and of raw bytes, are faster than that.
const maxDirect = 8 << 20

// settleLimit is how long a function may take to be active: one that is in a VPC
// takes minutes at its first time.
const settleLimit = 5 * time.Minute

// Code is a zip for functions.
type Code struct {
	File         string // where the zip is here
	Digest       string // SHA-256 of the zip, in hexadecimal
	Architecture string // what the program is built for: arm64 or x86_64; if empty, what each function has
	// Store puts the zip into a bucket of the functions' region. It is called once,
	// or not at all if there is a faster way.
	Store func(context.Context) (bucket, key string, err error)
}

// UpdateCode returns all functions the code, side by side, and returns when they run
// it. An update that is on its way is waited for first. updated, if not nil, is
// called for each function that is ready, from one goroutine at a time. The error
// has the failures of all functions.
func (c *Client) UpdateCode(ctx context.Context, names []string, code Code, updated func(name string)) error {
	update, err := code.request(ctx, len(names))
	if err != nil || len(names) == 0 {
		return err
	}
	ready := make(chan string)
	result := make(chan error, 1)
	go func() {
		defer close(ready)
		result <- forEach(names, func(name string) error {
			if err := c.updateOne(ctx, name, update, code.Digest); err != nil {
				return err
			}
			ready <- name
			return nil
		})
	}()
	for name := range ready {
		if updated != nil {
			updated(name)
		}
	}
	return <-result
}

// request returns the call that updates one of several functions, but for its name.
func (c Code) request(ctx context.Context, functions int) (in lambda.UpdateFunctionCodeInput, err error) {
	if functions == 0 {
		return in, nil
	}
	if c.Architecture != "" {
		in.Architectures = []types.Architecture{types.Architecture(c.Architecture)}
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return in, fmt.Errorf("read the functions' zip: %w", err)
	}
	if functions == 1 && info.Size() <= maxDirect {
		if in.ZipFile, err = os.ReadFile(c.File); err != nil {
			return in, fmt.Errorf("read the functions' zip: %w", err)
		}
		return in, nil
	}
	bucket, key, err := c.Store(ctx)
	in.S3Bucket, in.S3Key = &bucket, &key
	return in, err
}

// updateOne updates a function and waits until it runs the new code.
func (c *Client) updateOne(ctx context.Context, name string, in lambda.UpdateFunctionCodeInput, digest string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, settleLimit, fmt.Errorf("it wasn't active after %s", settleLimit))
	defer cancel()
	in.FunctionName = &name
	f, err := c.update(ctx, &in)
	if err == nil && !f.settled() {
		f, err = c.settle(ctx, name)
	}
	if err != nil {
		return fmt.Errorf("update the code of the function %s: %w", name, err)
	}
	if err := f.Failure(); err != nil {
		return err
	}
	if digest != "" && f.Digest != digest {
		return fmt.Errorf("the function %s has other code than it was sent: somebody else updated it at the same time", name)
	}
	return nil
}

// update sends the code, once no other update of the function is on its way.
func (c *Client) update(ctx context.Context, in *lambda.UpdateFunctionCodeInput) (*Function, error) {
	for {
		out, err := c.lambda.UpdateFunctionCode(ctx, in)
		if err == nil {
			return describe(*in.FunctionName, configuration(out)), nil
		}
		if _, ok := errors.AsType[*types.ResourceConflictException](err); !ok {
			return nil, err
		}
		f, settling := c.settle(ctx, *in.FunctionName)
		switch {
		case settling != nil:
			return nil, settling
		case f.State == string(types.StateFailed):
			return nil, err // Lambda takes no code for such a function
		}
		// Its state can be ahead of what an update is refused for.
		if err := sleep(ctx, firstPause); err != nil {
			return nil, err
		}
	}
}

// configuration returns what an update tells of its function as GetFunction has it.
func configuration(out *lambda.UpdateFunctionCodeOutput) *types.FunctionConfiguration {
	return &types.FunctionConfiguration{
		Architectures:          out.Architectures,
		CodeSha256:             out.CodeSha256,
		LastModified:           out.LastModified,
		LastUpdateStatus:       out.LastUpdateStatus,
		LastUpdateStatusReason: out.LastUpdateStatusReason,
		LoggingConfig:          out.LoggingConfig,
		State:                  out.State,
		StateReason:            out.StateReason,
		Timeout:                out.Timeout,
	}
}

// A function without a VPC settles in a fraction of a second, so the first looks
// are soon.
const (
	firstPause = 100 * time.Millisecond
	maxPause   = 2 * time.Second
)

// settle waits until a function and its last update are in a state that stays.
func (c *Client) settle(ctx context.Context, name string) (*Function, error) {
	for pause := firstPause; ; pause = min(pause*3/2, maxPause) {
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
		f, err := c.get(ctx, name)
		if err != nil {
			return nil, err
		}
		if f.settled() {
			return f, nil
		}
	}
}

// Digests returns the SHA-256 of each function's zip, in hexadecimal. A function
// that doesn't exist has none.
func (c *Client) Digests(ctx context.Context, names []string) (map[string]string, error) {
	functions, err := c.Describe(ctx, names)
	if err != nil {
		return nil, err
	}
	digests := make(map[string]string, len(functions))
	for name, f := range functions {
		digests[name] = f.Digest
	}
	return digests, nil
}
