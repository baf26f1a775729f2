package signed_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
	"github.com/chalice-go/chalice/internal/deploy/signed"
)

// serve starts a service, and returns a configuration that calls it. Attempts follow
// each other at once.
func serve(t *testing.T, answer http.HandlerFunc) aws.Config {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "token"),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
}

// ask calls an operation and returns the name in its answer.
func ask(ctx context.Context, c *signed.Client) (string, error) {
	var out struct{ Name string }
	err := c.JSON(ctx, "Ask", &struct{ Group string }{"g"}, &out)
	return out.Name, err
}

// refusal is what is to be known of an error.
type refusal struct {
	Code, Message, ID string
	Status            int
	Fault             smithy.ErrorFault
}

// TestErrors has the forms in which services, and what stands before them, refuse.
func TestErrors(t *testing.T) {
	const doubled = `aws.protocoltests.json10#FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/`
	for name, tc := range map[string]struct {
		header string
		status int
		body   string
		want   refusal
	}{
		"in the body":           {"", 400, `{"__type":"AccessDeniedException","Message":"No"}`, refusal{"AccessDeniedException", "No", "R1", 400, smithy.FaultClient}},
		"with a namespace":      {"", 400, `{"__type":"com.amazonaws.logs#ResourceNotFoundException","message":"No"}`, refusal{"ResourceNotFoundException", "No", "R1", 400, smithy.FaultClient}},
		"with much around it":   {"", 400, `{"__type":"` + doubled + `"}`, refusal{"FooError", "", "R1", 400, smithy.FaultClient}},
		"as a code":             {"", 400, `{"code":"FooError","message":"No"}`, refusal{"FooError", "No", "R1", 400, smithy.FaultClient}},
		"in the header":         {"NotFoundException", 404, `{"message":"Invalid stage"}`, refusal{"NotFoundException", "Invalid stage", "R1", 404, smithy.FaultClient}},
		"in a header with more": {doubled, 404, `{"message":"No"}`, refusal{"FooError", "No", "R1", 404, smithy.FaultClient}},
		"AWS fails":             {"", 501, `{"__type":"InternalFailure"}`, refusal{"InternalFailure", "", "R1", 501, smithy.FaultServer}},
		"a page":                {"", 403, "<html>no</html>", refusal{"", "", "R1", 403, smithy.FaultClient}},
		"nothing":               {"", 413, "", refusal{"", "", "R1", 413, smithy.FaultClient}},
		"a redirection":         {"", 304, "", refusal{"", "", "R1", 304, smithy.FaultClient}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Amzn-Requestid", "R1")
				if tc.header != "" {
					w.Header().Set("X-Amzn-Errortype", tc.header)
				}
				w.WriteHeader(tc.status)
				io.WriteString(w, tc.body)
			})
			_, err := ask(t.Context(), signed.New(cfg, signed.CloudWatchLogs))
			api, isAPI := errors.AsType[smithy.APIError](err)
			answer, isAnswer := errors.AsType[*awshttp.ResponseError](err)
			operation, isOperation := errors.AsType[*smithy.OperationError](err)
			if !isAPI || !isAnswer || !isOperation || operation.Service() != "CloudWatch Logs" || operation.Operation() != "Ask" {
				t.Fatalf("got %#v", err)
			}
			got := refusal{api.ErrorCode(), api.ErrorMessage(), answer.ServiceRequestID(), answer.HTTPStatusCode(), api.ErrorFault()}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestAttempts: a call is tried again after what may pass, with the same body, as often
// as the configuration says.
func TestAttempts(t *testing.T) {
	for name, tc := range map[string]struct {
		fail func(http.ResponseWriter)
		most int // attempts that the configuration allows; 0: its retryer's, 3
		want int
	}{
		"AWS fails":  {func(w http.ResponseWriter) { w.WriteHeader(500) }, 0, 3},
		"throttled":  {func(w http.ResponseWriter) { w.WriteHeader(400); io.WriteString(w, `{"__type":"ThrottlingException"}`) }, 0, 3},
		"five times": {func(w http.ResponseWriter) { w.WriteHeader(503) }, 5, 5},
		"refused":    {func(w http.ResponseWriter) { w.WriteHeader(400) }, 0, 1},
		"cut off": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, `{"Name":`)
		}, 0, 3},
		"gone": {func(w http.ResponseWriter) {
			connection, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				connection.Close()
			}
		}, 0, 3},
	} {
		for succeed, want := range map[int]int{1: 1, tc.want: tc.want, tc.want + 1: tc.want} {
			t.Run(fmt.Sprintf("%s, right at %d", name, succeed), func(t *testing.T) {
				var calls atomic.Int64
				cfg := serve(t, func(w http.ResponseWriter, r *http.Request) {
					body, err := io.ReadAll(r.Body)
					if string(body) != `{"Group":"g"}` || err != nil {
						t.Errorf("the body is %s, %v", body, err)
					}
					if int(calls.Add(1)) < succeed {
						tc.fail(w)
						return
					}
					io.WriteString(w, `{"Name":"n"}`)
				})
				cfg.RetryMaxAttempts = tc.most
				if name == "cut off" { // which the SDK's own retryer doesn't repeat, and account's does
					cfg.APIOptions = append(cfg.APIOptions, repeatUnread)
				}
				got, err := ask(t.Context(), signed.New(cfg, signed.CloudWatch))
				if (got == "n") != (succeed <= want) || (err == nil) != (succeed <= want) || int(calls.Load()) != want {
					t.Errorf("got %q, %v after %d attempts, want %d", got, err, calls.Load(), want)
				}
			})
		}
	}
}

// repeatUnread has the SDK repeat calls whose answer couldn't be read. It finds its
// place among the steps by the name of the SDK's.
func repeatUnread(stack *middleware.Stack) error {
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("unread", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		out, m, err := next.HandleFinalize(ctx, in)
		if _, unread := errors.AsType[*smithy.DeserializationError](err); unread {
			err = again{err}
		}
		return out, m, err
	}), "Retry", middleware.After)
}

type again struct{ error }

func (again) RetryableError() bool { return true }

// TestSkew: if the clocks differ, AWS's answer tells, and the next attempt is signed for
// AWS's time, as all later calls are.
func TestSkew(t *testing.T) {
	const ahead = time.Hour
	var calls atomic.Int64
	cfg := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		signedAt, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
		if err != nil || time.Until(signedAt) < ahead-5*time.Minute {
			w.WriteHeader(400)
			io.WriteString(w, `{"__type":"InvalidSignatureException","message":"Signature expired"}`)
			return
		}
		io.WriteString(w, `{"Name":"n"}`)
	})
	c := signed.New(cfg, signed.CloudWatch)
	for i := range int64(3) {
		if got, err := ask(t.Context(), c); got != "n" || err != nil || calls.Load() != i+2 {
			t.Errorf("call %d: %q, %v after %d attempts, want %d", i, got, err, calls.Load(), i+2)
		}
	}
	cfg.DisableClockSkewCorrection = true
	if _, err := ask(t.Context(), signed.New(cfg, signed.CloudWatch)); account.Code(err) != "InvalidSignatureException" {
		t.Errorf("without correction: %v", err)
	}
}

// TestSignature: what a service gets is what was signed, whatever is in the path and
// the query.
func TestSignature(t *testing.T) {
	var got http.Request
	var sent string
	cfg := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got, sent = *r, r.Header.Get("Authorization")
		io.WriteString(w, "zip")
	})
	path, query := []string{"a", "b c", "ü/+:%2F", "..", "*'()"}, map[string][]string{"k": {"v w+&=/"}, "ü": {""}}
	body, err := signed.New(cfg, signed.APIGateway).Get(t.Context(), "Ask", path, query)
	if string(body) != "zip" || err != nil {
		t.Fatalf("got %q, %v", body, err)
	}
	if diff := cmp.Diff(query, map[string][]string(got.URL.Query())); diff != "" {
		t.Errorf("the query (-want +got):\n%s", diff)
	}
	if want := "/" + strings.Join(path, "/"); got.URL.Path != want {
		t.Errorf("the path is %s, want %s", got.URL.Path, want)
	}
	at, err := time.Parse("20060102T150405Z", got.Header.Get("X-Amz-Date"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := http.NewRequest(http.MethodGet, "http://"+got.Host+got.RequestURI, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, names, _ := strings.Cut(sent, "SignedHeaders=")
	names, _, _ = strings.Cut(names, ",")
	for name := range strings.SplitSeq(names, ";") {
		if values := got.Header.Values(name); len(values) > 0 {
			again.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	known, err := cfg.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if err := v4.NewSigner().SignHTTP(t.Context(), known, again, ofNothing, "apigateway", "eu-west-1", at); err != nil {
		t.Fatal(err)
	}
	if want := again.Header.Get("Authorization"); sent != want {
		t.Errorf("got  %s\nwant %s", sent, want)
	}
}

// TestEnd: a call ends when its context does, or when the HTTP client's time is up.
func TestEnd(t *testing.T) {
	stop := make(chan struct{})
	cfg := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(stop) })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := ask(ctx, signed.New(cfg, signed.CloudWatch)); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
	cfg.RetryMaxAttempts = 1
	cfg.HTTPClient = awshttp.NewBuildableClient().WithTimeout(50 * time.Millisecond)
	_, err := ask(t.Context(), signed.New(cfg, signed.CloudWatch))
	if late, ok := errors.AsType[*url.Error](err); !ok || !late.Timeout() {
		t.Errorf("the client's time is up: %v", err)
	}
	cfg.Credentials = nil
	if _, err := ask(t.Context(), signed.New(cfg, signed.CloudWatch)); err == nil || !strings.Contains(err.Error(), "there are no AWS credentials") {
		t.Errorf("without credentials: %v", err)
	}
}

// TestWords: what package account says of failures it says of these calls.
func TestWords(t *testing.T) {
	for name, tc := range map[string]struct {
		body, want string
	}{
		"denied": {
			`{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::1:user/joe is not authorized to perform: logs:FilterLogEvents because no identity-based policy allows the logs:FilterLogEvents action"}`,
			"CloudWatch Logs FilterLogEvents: logs:FilterLogEvents isn't allowed for user/joe: no identity-based policy allows the logs:FilterLogEvents action; allow it there",
		},
		"denied without words": {
			`{"__type":"AccessDeniedException"}`,
			"CloudWatch Logs FilterLogEvents: logs:FilterLogEvents on /aws/lambda/f isn't allowed; allow it in a policy of who calls, by the credentials of the environment",
		},
		"expired": {
			`{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}`,
			"CloudWatch Logs FilterLogEvents: the AWS credentials of the environment have expired; set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN to new ones, or unset them to use a profile",
		},
		"anything": {`{"__type":"InvalidParameterException","message":"Bad pattern"}`, "CloudWatch Logs FilterLogEvents: Bad pattern (InvalidParameterException)"},
		"a page":   {"<html>no</html>", "CloudWatch Logs FilterLogEvents: status 400 Bad Request"},
	} {
		t.Run(name, func(t *testing.T) {
			var agent string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				agent = r.UserAgent()
				w.WriteHeader(400)
				io.WriteString(w, tc.body)
			}))
			defer server.Close()
			configure(t, "", map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": server.URL})
			s, err := account.Open(t.Context(), account.Options{Version: "1.2.3"})
			if err != nil {
				t.Fatal(err)
			}
			in := struct{ LogGroupName string }{"/aws/lambda/f"}
			err = signed.New(s.Config, signed.CloudWatchLogs).JSON(t.Context(), "FilterLogEvents", &in, &struct{}{})
			if said, ok := errors.AsType[*account.Error](err); !ok || said.Error() != tc.want {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
			if !strings.Contains(agent, "chalice-go/1.2.3") || !strings.Contains(agent, "aws-sdk-go-v2/") {
				t.Errorf("the user agent is %s", agent)
			}
		})
	}
}

// TestEndpointSignature has the signatures checked by an AWS on loopback, which knows
// who may call it.
func TestEndpointSignature(t *testing.T) {
	answer, err := http.Post(endpointtest.Need(t)+"/_endpoint/credentials", "application/json", strings.NewReader(`{"account": "210987654321"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var key struct{ AccessKeyId, SecretAccessKey, SessionToken string }
	if err := json.NewDecoder(answer.Body).Decode(&key); err != nil || answer.StatusCode != http.StatusOK {
		t.Skipf("this endpoint gives no credentials: %s, %v", answer.Status, err)
	}
	s := endpointtest.Open(t, account.Options{})
	for secret, want := range map[string]struct{ logs, gateway string }{
		key.SecretAccessKey: {"", "NotFoundException"},
		"another":           {"InvalidSignatureException", "InvalidSignatureException"},
	} {
		s.Config.Credentials = credentials.NewStaticCredentialsProvider(key.AccessKeyId, secret, key.SessionToken)
		err := signed.New(s.Config, signed.CloudWatchLogs).JSON(t.Context(), "DescribeLogGroups", &struct{}{}, &struct{}{})
		if code := account.Code(err); code != want.logs || (err == nil) != (code == "") {
			t.Errorf("CloudWatch Logs: got %v, want %q", err, want.logs)
		}
		path, query := []string{"restapis", "none", "stages", "a b", "sdks", "java"}, map[string][]string{"a b": {"c+d"}}
		_, err = signed.New(s.Config, signed.APIGateway).Get(t.Context(), "GetSdk", path, query)
		if code := account.Code(err); code != want.gateway {
			t.Errorf("API Gateway: got %v, want %q", err, want.gateway)
		}
	}
}
