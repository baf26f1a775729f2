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

// maxDirect is the size of the largest zip that is sent to Lambda in the call
// itself. Lambda takes 50 MB, as base64; but above 8 MiB an upload to a bucket,
// several parts of raw bytes at the same time, is faster.
const maxDirect = 8 << 20

// settleLimit is how long a function may take to become active: in a VPC the
// first time takes minutes.
const settleLimit = 5 * time.Minute

// Code is a zip for functions.
type Code struct {
	File         string // path of the zip
	Digest       string // SHA-256 of the zip, in hexadecimal
	Architecture string // what the program is built for: arm64 or x86_64; empty: each function keeps its own
	// Store puts the zip into a bucket in the functions' region. It is called at
	// most once, and not at all if there is a faster way.
	Store func(context.Context) (bucket, key string, err error)
}

// UpdateCode updates the code of all functions, several at the same time, and
// returns when they run it. If another update of a function is in progress, it
// waits for that. If updated isn't nil, it is called for each function that is
// ready, not by two goroutines at the same time. The error contains the
// failures of all functions.
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

// request returns the call that updates a function, without its name. functions
// is the number of functions to be updated.
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

// update sends the code when no other update of the function is in progress.
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
			return nil, err // such a function can't be updated
		}
		// The function's state can be newer than the reason for which an update is
		// refused.
		if err := sleep(ctx, firstPause); err != nil {
			return nil, err
		}
	}
}

// configuration returns the result of an update in the form of GetFunction's.
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

// A function without a VPC settles in a fraction of a second, so the first
// pauses are short.
const (
	firstPause = 100 * time.Millisecond
	maxPause   = 2 * time.Second
)

// settle waits until a function and its last update are in a final state.
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

// Digests returns the SHA-256 of each function's zip, in hexadecimal. It has
// none for a function that doesn't exist.
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
