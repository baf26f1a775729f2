package function_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cloudformationtypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
	"github.com/chalice-go/chalice/internal/deploy/function"
)

// newEndpoint returns the configuration for an AWS on loopback.
func newEndpoint(t *testing.T) aws.Config {
	t.Helper()
	return endpointtest.Open(t, account.Options{}).Config
}

// template has two functions that return the version of their code.
const template = `{
  "Resources": {
    "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}},
    "A": {"Type": "AWS::Lambda::Function", "Properties": FUNCTION},
    "B": {"Type": "AWS::Lambda::Function", "Properties": FUNCTION}
  },
  "Outputs": {"A": {"Value": {"Ref": "A"}}, "B": {"Value": {"Ref": "B"}}}
}`

const properties = `{"Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Runtime": "python3.13", "Handler": "index.handler", "Timeout": 7,
  "Code": {"ZipFile": "def handler(event, context):\n  return 1\n"}}`

// deployed deploys the template, and returns the functions' names.
func deployed(t *testing.T, cfg aws.Config) (a, b string) {
	t.Helper()
	stacks := cloudformation.NewFromConfig(cfg)
	name := endpointtest.Name(t)
	body := strings.ReplaceAll(template, "FUNCTION", properties)
	_, err := stacks.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: &name, TemplateBody: &body, Capabilities: []cloudformationtypes.Capability{cloudformationtypes.CapabilityCapabilityIam},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = stacks.DeleteStack(context.Background(), &cloudformation.DeleteStackInput{StackName: &name})
	})
	in := &cloudformation.DescribeStacksInput{StackName: &name}
	out, err := cloudformation.NewStackCreateCompleteWaiter(stacks).WaitForOutput(t.Context(), in, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	outputs := map[string]string{}
	for _, o := range out.Stacks[0].Outputs {
		outputs[*o.OutputKey] = *o.OutputValue
	}
	return outputs["A"], outputs["B"]
}

// version returns a zip with code that returns a number.
func version(t *testing.T, n int) function.Code {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("index.py")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(f, "def handler(event, context):\n  return {'version': %d, 'event': event}\n", n)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "code.zip")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b.Bytes())
	return function.Code{File: file, Digest: hex.EncodeToString(sum[:]), Store: func(context.Context) (string, string, error) {
		return "", "", fmt.Errorf("the zip of one function needs no bucket")
	}}
}

// TestCode updates one function and then both, and asks Lambda for their code.
func TestCode(t *testing.T) {
	cfg := newEndpoint(t)
	a, b := deployed(t, cfg)
	c := function.New(cfg)
	first, second := version(t, 2), version(t, 3)
	if err := c.UpdateCode(t.Context(), []string{a}, first, nil); err != nil {
		t.Fatal(err)
	}
	digests, err := c.Digests(t.Context(), []string{a, b, "ghost"})
	if err != nil {
		t.Fatal(err)
	}
	if digests[a] != first.Digest || digests[b] == first.Digest || len(digests) != 2 {
		t.Errorf("got %v, want %s of the first alone", digests, first.Digest)
	}
	second.Store = upload(t, cfg, second.File)
	if err := c.UpdateCode(t.Context(), []string{a, b}, second, nil); err != nil {
		t.Fatal(err)
	}
	described, err := c.Describe(t.Context(), []string{a, b})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{a, b} {
		f := described[name]
		if f.Digest != second.Digest || f.State != "Active" || f.Update != "Successful" || f.Timeout != 7*time.Second || f.LogGroup != "/aws/lambda/"+name {
			t.Errorf("got %+v", f)
		}
		if since := time.Since(f.Modified); since < -time.Minute || since > time.Minute {
			t.Errorf("%s was modified %s ago", name, since)
		}
	}
	r, err := c.Invoke(t.Context(), function.Call{Name: b, Payload: []byte(`{"a": 1}`)})
	if err != nil || r.Failed || string(r.Payload) != `{"version": 3, "event": {"a": 1}}` {
		t.Errorf("got %+v, %v", r, err)
	}
	err = c.UpdateCode(t.Context(), []string{"ghost"}, first, nil)
	if err == nil || !strings.Contains(err.Error(), "update the code of the function ghost: ") {
		t.Errorf("got %v", err)
	}
}

// upload returns a function that puts a file into a bucket of its own.
func upload(t *testing.T, cfg aws.Config, file string) func(context.Context) (string, string, error) {
	return func(ctx context.Context) (bucket, key string, err error) {
		client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
		bucket, key = fmt.Sprintf("function-test-%d", time.Now().UnixNano()), "code.zip"
		in := &s3.CreateBucketInput{Bucket: &bucket}
		if region := s3types.BucketLocationConstraint(cfg.Region); region != "us-east-1" {
			in.CreateBucketConfiguration = &s3types.CreateBucketConfiguration{LocationConstraint: region}
		}
		if _, err := client.CreateBucket(ctx, in); err != nil {
			return "", "", err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return "", "", err
		}
		_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(data)})
		return bucket, key, err
	}
}

// asJSON makes a client of CloudWatch use JSON: the endpoint doesn't know CBOR.
func asJSON(o *cloudwatch.Options) { o.Protocol = awsjson.New10(schemas.GraniteServiceVersion20100801) }

// TestCounters gets from CloudWatch the metrics that were put there for two
// functions.
func TestCounters(t *testing.T) {
	cfg := newEndpoint(t)
	name := fmt.Sprintf("counted-%d", time.Now().UnixNano())
	data := func(metric string, value float64, ago time.Duration) cloudwatchtypes.MetricDatum {
		return cloudwatchtypes.MetricDatum{
			MetricName: &metric, Value: &value, Timestamp: aws.Time(time.Now().Add(-ago)), Unit: cloudwatchtypes.StandardUnitCount,
			Dimensions: []cloudwatchtypes.Dimension{{Name: aws.String("FunctionName"), Value: &name}},
		}
	}
	_, err := cloudwatch.NewFromConfig(cfg, asJSON).PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{
		Namespace: aws.String("AWS/Lambda"),
		MetricData: []cloudwatchtypes.MetricDatum{
			data("Invocations", 5, 2*time.Minute), data("Invocations", 7, 50*time.Minute), data("Invocations", 100, 70*time.Minute),
			data("Errors", 3, 10*time.Minute), data("Duration", 1000, 10*time.Minute),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := function.New(cfg).Activity(t.Context(), []string{name, "idle"}, time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if want := (function.Activity{Invocations: 12, Errors: 3}); got[name] != want || got["idle"] != (function.Activity{}) {
		t.Errorf("got %v, want %v and nothing of another function", got, want)
	}
}
