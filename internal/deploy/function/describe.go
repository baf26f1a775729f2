package function

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// Function is what Lambda says about a function.
type Function struct {
	Name         string    // in Lambda
	Digest       string    // SHA-256 of its zip, in hexadecimal
	Modified     time.Time // of its code or its configuration
	Architecture string    // arm64 or x86_64
	Timeout      time.Duration
	LogGroup     string // where its log goes
	// State is Active if the function can be called, and otherwise Pending,
	// Inactive (Lambda wakes it at the next call), Failed or another one of
	// Lambda's states.
	// https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
	State string
	// Update is the status of its last update: Successful, InProgress or Failed.
	Update string
	// Reason says why the state or the update isn't as it should be. It can be
	// empty.
	Reason string
}

// Describe returns the functions by name, without those that don't exist.
func (c *Client) Describe(ctx context.Context, names []string) (map[string]*Function, error) {
	all := make(map[string]*Function, len(names))
	var mu sync.Mutex
	err := forEach(names, func(name string) error {
		f, err := c.get(ctx, name)
		if isMissing(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("describe the function %s: %w", name, err)
		}
		mu.Lock()
		defer mu.Unlock()
		all[name] = f
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func (c *Client) get(ctx context.Context, name string) (*Function, error) {
	out, err := c.lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &name})
	if err != nil {
		return nil, err
	}
	return describe(name, out.Configuration), nil
}

func describe(name string, c *types.FunctionConfiguration) *Function {
	f := &Function{
		Name:     name,
		Digest:   hexadecimal(aws.ToString(c.CodeSha256)),
		Modified: modified(aws.ToString(c.LastModified)),
		Timeout:  time.Duration(aws.ToInt32(c.Timeout)) * time.Second,
		LogGroup: DefaultLogGroup(name),
		State:    string(c.State),
		Update:   string(c.LastUpdateStatus),
	}
	if c.LoggingConfig != nil && aws.ToString(c.LoggingConfig.LogGroup) != "" {
		f.LogGroup = *c.LoggingConfig.LogGroup
	}
	if len(c.Architectures) > 0 {
		f.Architecture = string(c.Architectures[0])
	}
	f.Reason = aws.ToString(c.StateReason)
	if f.Reason == "" {
		f.Reason = aws.ToString(c.LastUpdateStatusReason)
	}
	return f
}

// DefaultLogGroup returns the log group of a function that names no other.
func DefaultLogGroup(name string) string { return "/aws/lambda/" + name }

// hexadecimal returns a digest that Lambda has in base64 in hexadecimal.
func hexadecimal(digest string) string {
	sum, err := base64.StdEncoding.DecodeString(digest)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(sum)
}

// modified parses Lambda's times, which are ISO 8601 with a zone in a form that
// RFC 3339 doesn't allow. It returns the zero time for a text that isn't a
// time.
func modified(text string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04:05.999-0700", time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// settled reports whether neither the function nor its last update is in a
// transitional state.
func (f *Function) settled() bool {
	return f.State != string(types.StatePending) && f.Update != string(types.LastUpdateStatusInProgress)
}

// Failure returns why the function isn't as its last update intended, or can't
// be called; nil: neither is so.
func (f *Function) Failure() error {
	switch {
	case f.Update == string(types.LastUpdateStatusFailed):
		return fmt.Errorf("the function %s couldn't be updated%s", f.Name, because(f.Reason))
	case f.State == string(types.StateFailed):
		return fmt.Errorf("the function %s can't be called: its state is Failed%s", f.Name, because(f.Reason))
	}
	return nil
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}
