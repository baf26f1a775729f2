package function_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/function"
)

func TestDescribe(t *testing.T) {
	known := map[string]*types.FunctionConfiguration{
		"plain": {
			CodeSha256:       aws.String(base64Digest("zip")),
			LastModified:     aws.String("2026-01-31T12:00:00.250+0000"),
			State:            types.StateActive,
			LastUpdateStatus: types.LastUpdateStatusSuccessful,
			Timeout:          aws.Int32(60),
			Architectures:    []types.Architecture{types.ArchitectureArm64},
		},
		"own group": {
			LoggingConfig: &types.LoggingConfig{LogGroup: aws.String("shared")},
			State:         types.StateFailed, StateReason: aws.String("no subnet"),
		},
		"bad update": {
			State:                  types.StateActive,
			LastUpdateStatus:       types.LastUpdateStatusFailed,
			LastUpdateStatusReason: aws.String("no key"),
		},
	}
	fake := &function.Fake{Get: func(name string) (*lambda.GetFunctionOutput, error) {
		switch c, ok := known[name]; {
		case ok:
			return &lambda.GetFunctionOutput{Configuration: c}, nil
		case name == "forbidden":
			return nil, errors.New("not allowed")
		}
		return nil, &types.ResourceNotFoundException{}
	}}
	got, err := fake.Client().Describe(t.Context(), []string{"plain", "own group", "bad update", "gone"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]*function.Function{
		"plain": {
			Name: "plain", Digest: hexDigest("zip"), Modified: time.Date(2026, 1, 31, 12, 0, 0, 250_000_000, time.UTC), Architecture: "arm64",
			Timeout: time.Minute, LogGroup: "/aws/lambda/plain", State: "Active", Update: "Successful",
		},
		"own group":  {Name: "own group", LogGroup: "shared", State: "Failed", Reason: "no subnet"},
		"bad update": {Name: "bad update", LogGroup: "/aws/lambda/bad update", State: "Active", Update: "Failed", Reason: "no key"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
	if _, err := fake.Client().Describe(t.Context(), []string{"plain", "forbidden"}); err == nil || err.Error() != "describe the function forbidden: not allowed" {
		t.Errorf("got %v", err)
	}
}

// TestActivity counts for more functions than fit into a call, with answers in
// pages.
func TestActivity(t *testing.T) {
	var sizes []int
	cloudWatch := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			NextToken         *string
			MetricDataQueries []cloudwatchtypes.MetricDataQuery
		}
		var out struct {
			MetricDataResults []map[string]any
			NextToken         string `json:",omitempty"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		if in.NextToken == nil {
			sizes = append(sizes, len(in.MetricDataQueries))
			out.NextToken = "more"
		}
		for _, q := range in.MetricDataQueries {
			m := q.MetricStat.Metric
			if *m.Dimensions[0].Value == "f200" && *m.MetricName != "Throttles" {
				out.MetricDataResults = append(out.MetricDataResults, map[string]any{"Id": q.Id, "Values": []float64{1, 2}})
			}
		}
		json.NewEncoder(w).Encode(out)
	}))
	defer cloudWatch.Close()
	client := function.New(aws.Config{
		Region: "eu-west-1", BaseEndpoint: &cloudWatch.URL, Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", ""),
	})
	var names []string
	for i := range 201 {
		names = append(names, fmt.Sprintf("f%d", i))
	}
	got, err := client.Activity(t.Context(), names, time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if want := (function.Activity{Invocations: 6, Errors: 6}); got["f200"] != want || len(got) != 201 || got["f0"] != (function.Activity{}) {
		t.Errorf("got %v of %d functions, want %v of 201", got["f200"], len(got), want)
	}
	if diff := cmp.Diff([]int{498, 105}, sizes); diff != "" {
		t.Errorf("metrics in a call (-want +got):\n%s", diff)
	}
}
