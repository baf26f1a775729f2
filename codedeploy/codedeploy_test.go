package codedeploy_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/codedeploy"
	"github.com/chalice-go/chalice/dispatch"
)

const event = `{"DeploymentId":"d-ABC","LifecycleEventHookExecutionId":"eyJ0=="}`

// answer is what the server says to a call.
type answer struct {
	status int
	body   string
}

// service is CodeDeploy on loopback. It checks each signature with the SDK's signer.
type service struct {
	t       *testing.T
	mu      sync.Mutex
	answers map[string][]answer // by operation; the last one counts for all further calls
	calls   []string            // operations, and what was sent
	// unsigned: no request has a signature.
	unsigned bool
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	if s.unsigned != (r.Header.Get("Authorization") == "") {
		s.t.Errorf("the request has the signature %q", r.Header.Get("Authorization"))
	} else if !s.unsigned {
		s.checkSignature(r, body)
	}
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "CodeDeploy_20141006.")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, operation+" "+string(body))
	answers := s.answers[operation]
	if len(answers) == 0 {
		s.t.Errorf("unexpected call of %s", operation)
		return
	}
	if len(answers) > 1 {
		s.answers[operation] = answers[1:]
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(answers[0].status)
	fmt.Fprint(w, answers[0].body)
}

// checkSignature signs the request once more, as the SDK does.
func (s *service) checkSignature(r *http.Request, body []byte) {
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || time.Since(at).Abs() > time.Minute {
		s.t.Errorf("X-Amz-Date is %q: %v", r.Header.Get("X-Amz-Date"), err)
	}
	again, err := http.NewRequest(r.Method, "http://"+r.Host+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		s.t.Error(err)
		return
	}
	again.ContentLength = -1 // which the SDK would sign
	for _, name := range []string{"Content-Type", "X-Amz-Target"} {
		again.Header.Set(name, r.Header.Get(name))
	}
	sum := sha256.Sum256(body)
	key := aws.Credentials{AccessKeyID: "ASIAKEY", SecretAccessKey: "secret", SessionToken: "token"}
	if err := v4.NewSigner().SignHTTP(context.Background(), key, again, hex.EncodeToString(sum[:]), "codedeploy", "eu-west-1", at); err != nil {
		s.t.Error(err)
	}
	if got, want := r.Header.Get("Authorization"), again.Header.Get("Authorization"); got != want {
		s.t.Errorf("the signature is\n%s\nwant\n%s", got, want)
	}
}

// start makes this process one of Lambda, as far as hooks can tell, and starts CodeDeploy.
func start(t *testing.T, answers map[string][]answer) *service {
	t.Helper()
	s := &service{t: t, answers: answers}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": server.URL,
		"AWS_ACCESS_KEY_ID": "ASIAKEY", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"AWS_ENDPOINT_URL_CODEDEPLOY": "", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "", "NO_PROXY": "*",
	} {
		t.Setenv(name, value)
	}
	return s
}

// log returns what is logged from now on.
func log(t *testing.T) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&b, nil)))
	return &b
}

// invoke calls a hook as Lambda would.
func invoke(t *testing.T, ctx context.Context, payload string, check func(context.Context) error, middleware ...app.Middleware) (string, error) {
	t.Helper()
	a := app.New("app")
	a.Use(middleware...)
	a.LambdaFunction(app.TrafficHook(check), app.Name("smoke"))
	h, err := dispatch.NewHandler(a, "smoke")
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(ctx, []byte(payload))
	return string(out), err
}

func put(status string) string {
	return `PutLifecycleEventHookExecutionStatus {"deploymentId":"d-ABC","lifecycleEventHookExecutionId":"eyJ0==","status":"` + status + `"}`
}

func TestHook(t *testing.T) {
	refusing := func(app.Handler) app.Handler {
		return func(context.Context, any) (any, error) { return nil, errors.New("not today") }
	}
	panicking := func(app.Handler) app.Handler {
		return func(context.Context, any) (any, error) { panic("in the middle") }
	}
	for name, tc := range map[string]struct {
		check      func(context.Context) error
		middleware []app.Middleware
		status     string
		logged     []string
	}{
		"it succeeds": {func(context.Context) error { return nil }, nil, "Succeeded", []string{`level=INFO msg="CodeDeploy was told"`}},
		"it fails": {
			func(context.Context) error { return fmt.Errorf("smoke: %w", errors.New("GET / is 500")) }, nil, "Failed",
			[]string{`level=ERROR msg="the traffic hook failed`, "deployment=d-ABC", `error="smoke: GET / is 500"`},
		},
		"it panics":          {func(context.Context) error { panic("no map") }, nil, "Failed", []string{`error="no map"`, "type=panic", "codedeploy_test.go"}},
		"it ends":            {func(context.Context) error { runtime.Goexit(); return nil }, nil, "Failed", []string{"the handler ended its goroutine"}},
		"it heeds the end":   {func(ctx context.Context) error { <-ctx.Done(); return errors.New("the third check of five") }, nil, "Failed", []string{"the third check of five"}},
		"it heeds no end":    {func(context.Context) error { select {} }, nil, "Failed", []string{"the check isn't done: the function's time is nearly over"}},
		"middleware refuses": {func(context.Context) error { t.Error("the check ran"); return nil }, []app.Middleware{refusing}, "Failed", []string{`error="not today"`}},
		"middleware panics":  {func(context.Context) error { t.Error("the check ran"); return nil }, []app.Middleware{panicking}, "Failed", []string{`error="in the middle"`}},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, map[string][]answer{"PutLifecycleEventHookExecutionStatus": {{200, `{"lifecycleEventHookExecutionId":"eyJ0=="}`}}})
			b := log(t)
			ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
			defer cancel()
			out, err := invoke(t, ctx, event, tc.check, tc.middleware...)
			if err != nil {
				t.Fatalf("the invocation failed: %v", err)
			}
			if diff := cmp.Diff([]string{put(tc.status)}, s.calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if !strings.Contains(out, `"status":"`+tc.status+`"`) || strings.Contains(out, `"error"`) == (tc.status == "Succeeded") {
				t.Errorf("the result is %s", out)
			}
			for _, want := range tc.logged {
				if !strings.Contains(b.String(), want) {
					t.Errorf("the log doesn't have %q:\n%s", want, b)
				}
			}
		})
	}
}

// TestNotTold: where CodeDeploy can't be told, the invocation fails, so that Lambda tries
// again.
func TestNotTold(t *testing.T) {
	const operation = "PutLifecycleEventHookExecutionStatus"
	for name, tc := range map[string]struct {
		answers []answer
		calls   int
		want    string // of the error; "": none
	}{
		"refused":           {[]answer{{400, `{"__type":"com.amazon#AccessDeniedException","Message":"no"}`}}, 1, "codedeploy:PutLifecycleEventHookExecutionStatus: AccessDeniedException: no"},
		"not at once":       {[]answer{{500, `{}`}, {503, `<html>`}, {400, `{"__type":"ThrottlingException"}`}, {200, `{}`}}, 4, ""},
		"told before":       {[]answer{{500, ``}, {400, `{"__type":"LifecycleEventAlreadyCompletedException","message":"done"}`}}, 2, ""},
		"told by another":   {[]answer{{400, `{"__type":"LifecycleEventAlreadyCompletedException","message":"done"}`}}, 1, "LifecycleEventAlreadyCompletedException: done"},
		"an answer as text": {[]answer{{200, `fine`}}, 5, "read the answer"},
		"an empty answer":   {[]answer{{200, ``}}, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, map[string][]answer{operation: tc.answers})
			log(t)
			_, err := invoke(t, t.Context(), event, func(context.Context) error { return nil })
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			if len(s.calls) != tc.calls {
				t.Errorf("%d calls, want %d: %q", len(s.calls), tc.calls, s.calls)
			}
		})
	}
}

// TestEnvironment: what is missing or wrong in the environment fails the invocation, and
// says what it is.
func TestEnvironment(t *testing.T) {
	for name, tc := range map[string]struct{ variable, value, want string }{
		"no region":     {"AWS_REGION", "", "AWS_REGION isn't set"},
		"bad region":    {"AWS_REGION", "evil.test/", "which is no region"},
		"no key":        {"AWS_ACCESS_KEY_ID", "", "aren't set"},
		"no key either": {"AWS_SECRET_ACCESS_KEY", "", "aren't set"},
		"no endpoint":   {"AWS_ENDPOINT_URL_CODEDEPLOY", "localhost", `"localhost", is no URL`},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, nil)
			t.Setenv("AWS_DEFAULT_REGION", "")
			t.Setenv(tc.variable, tc.value)
			log(t)
			_, err := invoke(t, t.Context(), event, func(context.Context) error { return nil })
			if err == nil || !strings.Contains(err.Error(), tc.want) || len(s.calls) > 0 {
				t.Errorf("got %v and %d calls, want an error with %q", err, len(s.calls), tc.want)
			}
		})
	}
}

// TestOwnEndpoint: the endpoint for CodeDeploy alone comes before that for all services.
func TestOwnEndpoint(t *testing.T) {
	s := start(t, map[string][]answer{"PutLifecycleEventHookExecutionStatus": {{200, `{}`}}})
	own := httptest.NewServer(s)
	t.Cleanup(own.Close)
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	t.Setenv("AWS_ENDPOINT_URL_CODEDEPLOY", own.URL)
	log(t)
	if _, err := invoke(t, t.Context(), event, func(context.Context) error { return nil }); err != nil || len(s.calls) != 1 {
		t.Errorf("%d calls, %v", len(s.calls), err)
	}
	s.unsigned = true // as what stands in for CodeDeploy alone can be asked
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	if _, err := invoke(t, t.Context(), event, func(context.Context) error { return nil }); err != nil || len(s.calls) != 2 {
		t.Errorf("without a key: %d calls, %v", len(s.calls), err)
	}
}

// TestOtherEvents: what isn't CodeDeploy's event fails the invocation, and no check runs.
func TestOtherEvents(t *testing.T) {
	for payload, want := range map[string]string{
		`{}`:                     "this is no CodeDeploy event: DeploymentId is missing",
		`{"DeploymentId":"d-A"}`: "LifecycleEventHookExecutionId is missing",
		`{"detail-type":"x","source":"y","DeploymentId":1}`: "it looks to come from Amazon EventBridge",
		`null`: "DeploymentId is missing",
		`{`:    "JSON",
	} {
		s := start(t, nil)
		_, err := invoke(t, t.Context(), payload, func(context.Context) error { t.Error("the check ran"); return nil })
		if err == nil || !strings.Contains(err.Error(), want) || len(s.calls) > 0 {
			t.Errorf("%s: got %v, want an error with %q", payload, err, want)
		}
	}
}

// TestWithoutLambda: in a test of the app nobody is told.
func TestWithoutLambda(t *testing.T) {
	s := start(t, nil)
	t.Setenv("AWS_LAMBDA_RUNTIME_API", "")
	log(t)
	out, err := invoke(t, t.Context(), event, func(context.Context) error { return errors.New("down") })
	want := `{"deploymentId":"d-ABC","lifecycleEventHookExecutionId":"eyJ0==","status":"Failed","error":"down"}`
	if err != nil || out != want || len(s.calls) > 0 {
		t.Errorf("got %s, %v and %d calls; want %s", out, err, len(s.calls), want)
	}
}

// appSpec is what CloudFormation deploys.
const appSpec = `{"version":0.0,"Resources":[{"ApiHandler":{"Type":"AWS::Lambda::Function","Properties":` +
	`{"Name":"shop-dev-api","Alias":"live","CurrentVersion":"6","TargetVersion":"7"}}}],"Hooks":[{"BeforeAllowTraffic":"smoke"}]}`

func quoted(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func TestShiftOf(t *testing.T) {
	const short = `{"deploymentInfo":{"applicationName":"shop","revision":{"revisionType":"String","string":{"sha256":"5f"}}}}`
	ask := []string{
		`GetDeployment {"deploymentId":"d-ABC"}`,
		`GetApplicationRevision {"applicationName":"shop","revision":{"revisionType":"String","string":{"sha256":"5f"}}}`,
	}
	for name, tc := range map[string]struct {
		deployment, revision answer
		calls                []string
		want                 *codedeploy.Shift
		err                  string
	}{
		"in two calls": {
			answer{200, short},
			answer{200, `{"revision":{"revisionType":"String","string":{"sha256":"5f","content":` + quoted(appSpec) + `}}}`}, ask,
			&codedeploy.Shift{DeploymentID: "d-ABC", Function: "shop-dev-api", Alias: "live", CurrentVersion: "6", TargetVersion: "7"}, "",
		},
		"in one call": {
			answer{200, `{"deploymentInfo":{"revision":{"revisionType":"AppSpecContent","appSpecContent":{"content":` + quoted(strings.ReplaceAll(appSpec, `"6"`, `6`)) + `}}}}`}, answer{}, ask[:1],
			&codedeploy.Shift{DeploymentID: "d-ABC", Function: "shop-dev-api", Alias: "live", CurrentVersion: "6", TargetVersion: "7"}, "",
		},
		"not allowed": {
			answer{400, `{"__type":"AccessDeniedException","message":"no"}`}, answer{}, ask[:1], nil,
			"ask what is deployed: codedeploy:GetDeployment: AccessDeniedException: no",
		},
		"no JSON":     {answer{200, short}, answer{200, `{"revision":{"string":{"content":"version: 0.0"}}}`}, ask, nil, "read the AppSpec"},
		"no function": {answer{200, short}, answer{200, `{"revision":{"string":{"content":"{\"Resources\":[{}]}"}}}`}, ask, nil, "its AppSpec has no function"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, map[string][]answer{
				"GetDeployment": {tc.deployment}, "GetApplicationRevision": {tc.revision}, "PutLifecycleEventHookExecutionStatus": {{200, `{}`}},
			})
			log(t)
			_, err := invoke(t, t.Context(), event, func(ctx context.Context) error {
				got, err := codedeploy.ShiftOf(ctx)
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
					t.Errorf("got %v, want %q", err, tc.err)
				}
				if got != nil && got.Target() != "shop-dev-api:7" {
					t.Errorf("the target is %s", got.Target())
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(append(slices.Clone(tc.calls), put("Succeeded")), s.calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := codedeploy.ShiftOf(t.Context()); err == nil || !strings.Contains(err.Error(), "app.TrafficHook") {
		t.Errorf("of another context: %v", err)
	}
}
