package signed_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/signed"
)

// recorder keeps the request that it gets, and answers with {}.
type recorder struct {
	sent *http.Request
	body string
}

func (r *recorder) Do(sent *http.Request) (*http.Response, error) {
	r.sent = sent
	if sent.Body != nil {
		body, err := io.ReadAll(sent.Body)
		if err != nil {
			return nil, err
		}
		r.body = string(body)
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: sent}, nil
}

// seen is what matters of a request.
type seen struct {
	Method, URL, Host, Type, Target string
	Scope                           string // of the signature: date, region, service
	Body                            any
	Failed                          bool
}

// see returns the request that a call sends.
func see(t *testing.T, cfg aws.Config, call func(context.Context, aws.Config) error) seen {
	t.Helper()
	r := &recorder{}
	cfg.HTTPClient = r
	if err := call(t.Context(), cfg); err != nil || r.sent == nil {
		return seen{Failed: true}
	}
	s := seen{Method: r.sent.Method, URL: r.sent.URL.String(), Host: r.sent.Host, Type: r.sent.Header.Get("Content-Type"), Target: r.sent.Header.Get("X-Amz-Target")}
	_, s.Scope, _ = strings.Cut(r.sent.Header.Get("Authorization"), "Credential=AKID/")
	s.Scope, _, _ = strings.Cut(s.Scope, ",")
	if r.body != "" {
		if err := json.Unmarshal([]byte(r.body), &s.Body); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// calls are the same calls by the SDK's clients and by ours. API Gateway's hosts have
// the form of Lambda's.
var calls = map[string]struct {
	sdk, ours func(context.Context, aws.Config) error
}{
	"CloudWatch": {
		func(ctx context.Context, cfg aws.Config) error {
			_, err := cloudwatch.NewFromConfig(cfg, func(o *cloudwatch.Options) {
				o.Protocol = awsjson.New10(schemas.GraniteServiceVersion20100801)
			}).GetMetricData(ctx, &cloudwatch.GetMetricDataInput{
				StartTime: aws.Time(time.Unix(1, 5e8)), EndTime: aws.Time(time.Unix(2, 0)), NextToken: aws.String("t"),
				MetricDataQueries: []types.MetricDataQuery{},
			})
			return err
		},
		func(ctx context.Context, cfg aws.Config) error {
			in := struct {
				StartTime, EndTime float64
				NextToken          string
				MetricDataQueries  []string
			}{1.5, 2, "t", []string{}}
			return signed.New(cfg, signed.CloudWatch).JSON(ctx, "GetMetricData", &in, &struct{}{})
		},
	},
	"CloudWatch Logs": {
		func(ctx context.Context, cfg aws.Config) error {
			_, err := cloudwatchlogs.NewFromConfig(cfg).FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/g")})
			return err
		},
		func(ctx context.Context, cfg aws.Config) error {
			in := struct {
				Name string `json:"logGroupName"`
			}{"/g"}
			return signed.New(cfg, signed.CloudWatchLogs).JSON(ctx, "FilterLogEvents", &in, &struct{}{})
		},
	},
	"Lambda": {
		func(ctx context.Context, cfg aws.Config) error {
			_, err := lambda.NewFromConfig(cfg).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String("a b/ü:1"), Qualifier: aws.String("x y+&")})
			return err
		},
		func(ctx context.Context, cfg aws.Config) error {
			service := signed.Service{ID: "Lambda", Name: "lambda"}
			_, err := signed.New(cfg, service).Get(ctx, "GetFunction", []string{"2015-03-31", "functions", "a b/ü:1"}, map[string][]string{"Qualifier": {"x y+&"}})
			return err
		},
	},
}

// configure sets up an environment for a test: nobody's configuration, no machine's
// role, and the given variables.
func configure(t *testing.T, shared string, variables map[string]string) {
	t.Helper()
	for _, line := range os.Environ() {
		if name, value, _ := strings.Cut(line, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, value) // the test restores it
			os.Unsetenv(name)
		}
	}
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(shared), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": file, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
	} {
		t.Setenv(name, value)
	}
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

// compare makes each call with the configuration of the environment, by the SDK's
// client and by ours, and returns the URLs of the requests.
func compare(t *testing.T) map[string]string {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	urls := map[string]string{}
	for service, call := range calls {
		want, got := see(t, cfg, call.sdk), see(t, cfg, call.ours)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the request (-SDK +ours):\n%s", service, diff)
		}
		urls[service] = got.URL
	}
	return urls
}

// TestRegions compares the endpoints of AWS's own in a region of each partition.
func TestRegions(t *testing.T) {
	for _, region := range []string{
		"us-east-1", "eu-central-1", "mx-central-1", "cn-north-1", "cn-northwest-1", "us-gov-west-1", "us-gov-east-1",
		"us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1", "xy-new-1",
	} {
		for _, fips := range []string{"", "true", "false"} {
			for _, dual := range []string{"", "true"} {
				t.Run(strings.Join([]string{region, fips, dual}, "/"), func(t *testing.T) {
					configure(t, "", map[string]string{"AWS_REGION": region, "AWS_USE_FIPS_ENDPOINT": fips, "AWS_USE_DUALSTACK_ENDPOINT": dual})
					for service, url := range compare(t) {
						if !strings.Contains(url, "."+region+".") {
							t.Errorf("%s: %s", service, url)
						}
					}
				})
			}
		}
	}
}

// TestConfigured compares the endpoints that somebody chose.
func TestConfigured(t *testing.T) {
	const profile = "[default]\nregion = eu-west-1\n"
	const own = profile + "services = s\n[services s]\ncloudwatch =\n  endpoint_url = http://127.0.0.1:1\ncloudwatch_logs =\n  endpoint_url = http://127.0.0.1:2\n"
	const all = profile + "endpoint_url = http://127.0.0.1:3/base/\n"
	for name, tc := range map[string]struct {
		profile   string
		variables map[string]string
		want      string // the start of CloudWatch's URL; empty: there is none
	}{
		"nothing":                          {profile, nil, "https://monitoring.eu-west-1.amazonaws.com/"},
		"for all":                          {profile, map[string]string{"AWS_ENDPOINT_URL": "http://localhost:4"}, "http://localhost:4/"},
		"for all, with a path":             {profile, map[string]string{"AWS_ENDPOINT_URL": "http://localhost:4/aws"}, "http://localhost:4/aws"},
		"for all, with a query":            {profile, map[string]string{"AWS_ENDPOINT_URL": "http://localhost:4/aws?a=b"}, "http://localhost:4/aws"},
		"for one":                          {profile, map[string]string{"AWS_ENDPOINT_URL_CLOUDWATCH": "https://a.example"}, "https://a.example"},
		"for one whose name has a space":   {profile, map[string]string{"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "https://a.example"}, "https://monitoring."},
		"for one and for all":              {profile, map[string]string{"AWS_ENDPOINT_URL_CLOUDWATCH": "https://a.example", "AWS_ENDPOINT_URL": "http://localhost:4"}, "https://a.example"},
		"the profile's":                    {all, nil, "http://127.0.0.1:3/base/"},
		"the profile's for a service":      {own, nil, "http://127.0.0.1:1"},
		"the environment's first":          {own, map[string]string{"AWS_ENDPOINT_URL": "http://localhost:4"}, "http://localhost:4"},
		"the environment's for one first":  {own, map[string]string{"AWS_ENDPOINT_URL_CLOUDWATCH": "https://a.example"}, "https://a.example"},
		"ignored by the environment":       {own, map[string]string{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_ENDPOINT_URL": "http://localhost:4"}, "https://monitoring."},
		"ignored by the environment, one":  {own, map[string]string{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_ENDPOINT_URL_CLOUDWATCH": "http://localhost:4"}, "https://monitoring."},
		"ignored by the profile":           {all + "ignore_configured_endpoint_urls = true\n", nil, "https://monitoring."},
		"FIPS of the profile":              {profile + "use_fips_endpoint = true\n", nil, "https://monitoring-fips."},
		"dual stack of the profile":        {profile + "use_dualstack_endpoint = true\n", nil, "https://monitoring.eu-west-1.api.aws"},
		"FIPS and an endpoint":             {profile, map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL": "http://localhost:4"}, ""},
		"dual stack and an endpoint":       {profile, map[string]string{"AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_ENDPOINT_URL": "http://localhost:4"}, ""},
		"FIPS, and the endpoint's ignored": {all + "use_fips_endpoint = true\nignore_configured_endpoint_urls = true\n", nil, "https://monitoring-fips."},
		"no region":                        {"", nil, ""},
		"no region that can be":            {"", map[string]string{"AWS_REGION": "a/b"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			configure(t, tc.profile, tc.variables)
			if got := compare(t)["CloudWatch"]; !strings.HasPrefix(got, tc.want) || (tc.want == "") != (got == "") {
				t.Errorf("got %q, want %s...", got, tc.want)
			}
		})
	}
}
