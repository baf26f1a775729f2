package function_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/function"
)

func TestInvoke(t *testing.T) {
	log := "START\n\x1b[31mred\x1b[0m\nEND\n"
	for name, tc := range map[string]struct {
		call function.Call
		out  lambda.InvokeOutput
		want function.Result
	}{
		"a result": {
			call: function.Call{Name: "f", Payload: []byte(`{"a": 1}`)},
			out:  lambda.InvokeOutput{Payload: []byte(` {"a":1.0} `)},
			want: function.Result{Payload: []byte(` {"a":1.0} `)},
		},
		"an error nobody handled": {
			out:  lambda.InvokeOutput{Payload: []byte(`{}`), FunctionError: aws.String("Unhandled")},
			want: function.Result{Payload: []byte(`{}`), Failed: true},
		},
		"an error that was handled is one as well (R-495)": {
			out:  lambda.InvokeOutput{FunctionError: aws.String("Handled")},
			want: function.Result{Failed: true},
		},
		"with its log": {
			call: function.Call{Tail: true},
			out:  lambda.InvokeOutput{LogResult: aws.String(base64.StdEncoding.EncodeToString([]byte(log)))},
			want: function.Result{Tail: log},
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake := &function.Fake{Call: func(_ context.Context, in *lambda.InvokeInput) (*lambda.InvokeOutput, error) {
				if *in.FunctionName != tc.call.Name || string(in.Payload) != string(tc.call.Payload) || (in.LogType == types.LogTypeTail) != tc.call.Tail {
					t.Errorf("called %s with %s and %q", *in.FunctionName, in.Payload, in.LogType)
				}
				return &tc.out, nil
			}}
			got, err := fake.Client().Invoke(t.Context(), tc.call)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// R-493, C-080: how long an answer is waited for.
func TestInvokeTimeout(t *testing.T) {
	hanging := &function.Fake{Call: func(ctx context.Context, _ *lambda.InvokeInput) (*lambda.InvokeOutput, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	for timeout, limit := range map[time.Duration]time.Duration{
		time.Second: 11 * time.Second,
		0:           15*time.Minute + 10*time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := hanging.Client().Invoke(t.Context(), function.Call{Name: "f", Timeout: timeout})
			if err == nil || !strings.Contains(err.Error(), "call the function f: no answer within "+limit.String()) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took != limit {
				t.Errorf("it took %s, want %s", took, limit)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := hanging.Client().Invoke(ctx, function.Call{Name: "f"}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: got %v", err)
	}
}

func TestInvokeTooLarge(t *testing.T) {
	_, err := new(function.Fake).Client().Invoke(t.Context(), function.Call{Name: "f", Payload: make([]byte, function.MaxPayload+1)})
	if want := "the payload has 6291457 bytes, and Lambda takes at most 6291456 (6 MB)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
