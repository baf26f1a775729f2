package function_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/chalice-go/chalice/internal/deploy/function"
)

// TestPoint: an alias that somebody else has changed since it was read stays as it is; a
// lost answer is no such change.
func TestPoint(t *testing.T) {
	for name, tc := range map[string]struct {
		now  *lambda.GetAliasOutput // when the alias has changed; nil: it is gone
		want string
	}{
		"moved by somebody":     {&lambda.GetAliasOutput{FunctionVersion: aws.String("9")}, "somebody else has changed it since: it is at version 9 now"},
		"gone":                  {nil, "it is gone"},
		"the answer got lost":   {&lambda.GetAliasOutput{FunctionVersion: aws.String("6")}, ""},
		"shifted by CodeDeploy": {&lambda.GetAliasOutput{FunctionVersion: aws.String("6"), RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{"8": 0.125}}}, "it is at version 6, and 12.5% to 8 now"},
	} {
		t.Run(name, func(t *testing.T) {
			read := false
			fake := &function.Fake{
				Alias: func() (*lambda.GetAliasOutput, error) {
					switch {
					case !read:
						read = true
						return &lambda.GetAliasOutput{FunctionVersion: aws.String("7"), RevisionId: aws.String("r1")}, nil
					case tc.now == nil:
						return nil, &types.ResourceNotFoundException{Message: aws.String("Cannot find alias")}
					}
					return tc.now, nil
				},
				Move: func(in *lambda.UpdateAliasInput) (*lambda.UpdateAliasOutput, error) {
					if aws.ToString(in.RevisionId) != "r1" || *in.FunctionVersion != "6" || in.RoutingConfig != nil {
						t.Errorf("asked for %+v", in)
					}
					return nil, &types.PreconditionFailedException{Message: aws.String("The Revision Id provided does not match")}
				},
			}
			aliases, err := fake.Client().Aliases(t.Context(), []string{"f"}, "live")
			if err != nil {
				t.Fatal(err)
			}
			err = fake.Client().Point(t.Context(), aliases["f"], "6")
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "point the alias live of the function f to version 6: ")):
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}

// TestProvision: instances that are kept ready are waited for, and that none are isn't a
// failure.
func TestProvision(t *testing.T) {
	state := func(status types.ProvisionedConcurrencyStatusEnum, reason string, allocated int32) *lambda.GetProvisionedConcurrencyConfigOutput {
		return &lambda.GetProvisionedConcurrencyConfigOutput{Status: status, StatusReason: &reason, AllocatedProvisionedConcurrentExecutions: &allocated}
	}
	const busy, ready, failed = types.ProvisionedConcurrencyStatusEnumInProgress, types.ProvisionedConcurrencyStatusEnumReady, types.ProvisionedConcurrencyStatusEnumFailed
	for name, tc := range map[string]struct {
		answers []*lambda.GetProvisionedConcurrencyConfigOutput // the last is that of all later calls; nil: there is none
		ready   int
		fails   string
	}{
		"none":        {[]*lambda.GetProvisionedConcurrencyConfigOutput{nil}, 0, ""},
		"a while":     {[]*lambda.GetProvisionedConcurrencyConfigOutput{state(busy, "", 0), state(busy, "", 1), state(ready, "", 3)}, 3, ""},
		"not started": {[]*lambda.GetProvisionedConcurrencyConfigOutput{state(busy, "", 0), state(failed, "FUNCTION_ERROR_INIT_FAILURE", 0)}, 0, "they couldn't be started by Lambda: FUNCTION_ERROR_INIT_FAILURE"},
		"for ever":    {[]*lambda.GetProvisionedConcurrencyConfigOutput{state(busy, "", 0)}, 0, "they weren't ready after 10m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				fake := &function.Fake{Provisioned: func() (*lambda.GetProvisionedConcurrencyConfigOutput, error) {
					answer := tc.answers[min(calls, len(tc.answers)-1)]
					calls++
					if answer == nil {
						return nil, &types.ProvisionedConcurrencyConfigNotFoundException{}
					}
					return answer, nil
				}}
				began := time.Now()
				n, err := fake.Client().Provision(t.Context(), &function.Alias{Function: "f", Name: "live"})
				if n != tc.ready || tc.fails == "" && err != nil || tc.fails != "" && (err == nil || !strings.Contains(err.Error(), tc.fails)) {
					t.Errorf("got %d, %v after %s", n, err, time.Since(began))
				}
			})
		})
	}
}
