package function

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// MaxPayload is the size in bytes of the largest event with which a function
// can be called.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MaxPayload = 6 << 20

// StartLimit is how long a function can take to initialize before its timeout
// begins.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const StartLimit = 10 * time.Second

// Call is a call of a function.
type Call struct {
	Name    string
	Alias   string        // by which it is called; empty: none
	Payload []byte        // JSON, at most MaxPayload bytes; empty stands for {}
	Timeout time.Duration // of the function, after which no answer is expected; 0: the longest timeout in Lambda
	Tail    bool          // return the end of the log
}

// Result is how a call ended.
type Result struct {
	Payload   []byte // what the function returned; the document of its error if it failed
	Failed    bool   // the function ended with an error of any kind
	Tail      string // the last 4 KB of the call's log, if requested
	RequestID string
}

// longestTimeout is the longest timeout that a function can have.
const longestTimeout = 15 * time.Minute

// Invoke calls a function once, and waits for the answer. If the function
// fails, that isn't an error. With the configuration of an account's session, a
// call that may have reached the function isn't repeated.
func (c *Client) Invoke(ctx context.Context, call Call) (*Result, error) {
	if len(call.Payload) > MaxPayload {
		return nil, fmt.Errorf("the payload has %d bytes, and Lambda takes at most %d (6 MB)", len(call.Payload), MaxPayload)
	}
	if call.Timeout == 0 {
		call.Timeout = longestTimeout
	}
	limit := call.Timeout + StartLimit
	silent := fmt.Errorf("no answer within %s, its timeout and %s for its start; it may have run, and wasn't called again", limit, StartLimit)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, silent)
	defer cancel()
	in := &lambda.InvokeInput{FunctionName: &call.Name, Payload: call.Payload}
	if call.Alias != "" {
		in.Qualifier = &call.Alias
	}
	if call.Tail {
		in.LogType = types.LogTypeTail
	}
	out, err := c.lambda.Invoke(ctx, in)
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, silent) {
		err = cause
	}
	if err != nil {
		return nil, fmt.Errorf("call the function %s: %w", call.Name, err)
	}
	return resultOf(out)
}

func resultOf(out *lambda.InvokeOutput) (*Result, error) {
	tail, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	if err != nil {
		return nil, fmt.Errorf("read the end of the log: %w", err)
	}
	id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	return &Result{
		Payload:   out.Payload,
		Failed:    aws.ToString(out.FunctionError) != "",
		Tail:      string(tail),
		RequestID: id,
	}, nil
}
