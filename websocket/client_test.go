package websocket_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi/types"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/websocket"
)

// setEnv sets the variables that matter, and unsets those that have no value.
func setEnv(t *testing.T, env map[string]string) {
	t.Helper()
	for _, name := range []string{
		"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	} {
		t.Setenv(name, env[name]) // so that the test restores it
		if env[name] == "" {
			os.Unsetenv(name)
		}
	}
}

func newEvent(t *testing.T, apiID, stage, domain string) *app.WebsocketEvent {
	t.Helper()
	e, err := app.NewWebsocketEvent([]byte(`{"requestContext": {"apiId": "` + apiID + `", "stage": "` + stage +
		`", "domainName": "` + domain + `", "connectionId": "c"}}`))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestCalls(t *testing.T) {
	setEnv(t, map[string]string{"AWS_REGION": "us-west-2"})
	s := newService(t)
	c := websocket.New(s.config(""))
	c.ConfigureAPI("abc", "prod")
	ctx := t.Context()
	const id, endpoint = "L0SM9cOFvHcCIhw=", "https://abc.execute-api.us-west-2.amazonaws.com/prod"

	if err := c.Send(ctx, id, []byte("h\xc3\xa9\x00\xff")); err != nil {
		t.Error(err)
	}
	if err := c.Send(ctx, "a/b c@é", nil); err != nil {
		t.Error(err)
	}
	if err := c.Close(ctx, id); err != nil {
		t.Error(err)
	}
	info, err := c.Info(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	want := []call{
		{"POST", endpoint, "L0SM9cOFvHcCIhw%3D", id, "h\xc3\xa9\x00\xff", "us-west-2"},
		{"POST", endpoint, "a%2Fb%20c%40%C3%A9", "a/b c@é", "", "us-west-2"},
		{"DELETE", endpoint, "L0SM9cOFvHcCIhw%3D", id, "", "us-west-2"},
		{"GET", endpoint, "L0SM9cOFvHcCIhw%3D", id, "", "us-west-2"},
	}
	if diff := cmp.Diff(want, s.taken()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	got := []any{*info.ConnectedAt, *info.LastActiveAt, *info.Identity.SourceIp, *info.Identity.UserAgent}
	at := time.Date(2020, 1, 2, 3, 4, 0, 0, time.UTC)
	if diff := cmp.Diff([]any{at.Add(123 * time.Millisecond), at.Add(5 * time.Second), "192.0.2.1", "test"}, got); diff != "" {
		t.Errorf("info (-want +got):\n%s", diff)
	}
}

func TestEndpoints(t *testing.T) {
	api := func(c *websocket.Client) { c.ConfigureAPI("abc", "prod") }
	domain := func(c *websocket.Client) { c.ConfigureDomain("ws.example.com", "v1") }
	for name, tc := range map[string]struct {
		env       map[string]string
		region    string // of the AWS configuration
		configure func(c *websocket.Client)
		want      string
		signed    string
	}{
		"AWS_REGION first": {
			env: map[string]string{"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"}, region: "us-east-2",
			configure: api, want: "https://abc.execute-api.eu-west-1.amazonaws.com/prod", signed: "eu-west-1",
		},
		"then AWS_DEFAULT_REGION": {
			env: map[string]string{"AWS_DEFAULT_REGION": "us-east-1"}, region: "us-east-2",
			configure: api, want: "https://abc.execute-api.us-east-1.amazonaws.com/prod", signed: "us-east-1",
		},
		"then the configuration": {
			region: "us-east-2", configure: api,
			want: "https://abc.execute-api.us-east-2.amazonaws.com/prod", signed: "us-east-2",
		},
		"China": {
			env: map[string]string{"AWS_REGION": "cn-northwest-1"}, configure: api,
			want: "https://abc.execute-api.cn-northwest-1.amazonaws.com.cn/prod", signed: "cn-northwest-1",
		},
		"GovCloud": {
			env: map[string]string{"AWS_REGION": "us-gov-west-1"}, configure: api,
			want: "https://abc.execute-api.us-gov-west-1.amazonaws.com/prod", signed: "us-gov-west-1",
		},
		"a domain": {
			env: map[string]string{"AWS_REGION": "eu-west-1"}, configure: domain,
			want: "https://ws.example.com/v1", signed: "eu-west-1",
		},
		"a domain in another region": {
			env: map[string]string{"AWS_REGION": "eu-west-1"}, region: "us-east-2", configure: domain,
			want: "https://ws.example.com/v1", signed: "us-east-2",
		},
		"a domain without a key": {
			region: "us-east-2", configure: func(c *websocket.Client) { c.ConfigureDomain("ws.example.com", "") },
			want: "https://ws.example.com", signed: "us-east-2",
		},
		"an event": {
			region: "us-east-2", configure: func(c *websocket.Client) { c.Configure(newEvent(t, "xyz", "api", "ws.example.com")) },
			want: "https://xyz.execute-api.us-east-2.amazonaws.com/api", signed: "us-east-2",
		},
		"the first counts": {
			region: "us-east-2", configure: func(c *websocket.Client) {
				c.ConfigureAPI("", "ignored, as it leads nowhere")
				c.ConfigureDomain("", "also")
				domain(c)
				api(c)
				c.Configure(newEvent(t, "xyz", "api", "d"))
			},
			want: "https://ws.example.com/v1", signed: "us-east-2",
		},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, tc.env)
			s := newService(t)
			c := websocket.New(s.config(tc.region))
			tc.configure(c)
			if err := c.Send(t.Context(), "id", []byte("x")); err != nil {
				t.Fatal(err)
			}
			want := []call{{"POST", tc.want, "id", "id", "x", tc.signed}}
			if diff := cmp.Diff(want, s.taken()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// TestZeroClient: a zero Client uses what the SDK finds in its environment.
func TestZeroClient(t *testing.T) {
	s := newService(t)
	plain := newPlain(t, s)
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte("[default]\nregion = sa-east-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	setEnv(t, map[string]string{
		"AWS_CONFIG_FILE": file, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
		// These variables are for other services.
		"AWS_ENDPOINT_URL": "http://192.0.2.1:1", "AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true",
		"AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": plain + "/local",
	})
	var c websocket.Client
	c.Configure(newEvent(t, "abc", "prod", "d"))
	if err := c.Send(t.Context(), "id", []byte("x")); err != nil {
		t.Fatal(err)
	}
	got := s.taken()
	if len(got) != 1 || got[0].Region != "sa-east-1" || got[0].Endpoint != "https"+plain[len("http"):]+"/local" {
		t.Errorf("want a call of %s/local, signed for sa-east-1, got %+v", plain, got)
	}
}

func TestGone(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"with the type":    nil,
		"without the type": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) },
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, nil)
			s := newService(t)
			s.gone, s.answer = []string{"left"}, answer
			c := websocket.New(s.config("us-east-2"))
			c.ConfigureAPI("abc", "prod")
			_, infoErr := c.Info(t.Context(), "left")
			for call, err := range map[string]error{
				"Send": c.Send(t.Context(), "left", []byte("x")), "Close": c.Close(t.Context(), "left"), "Info": infoErr,
			} {
				var gone *websocket.GoneError
				if !errors.As(err, &gone) {
					t.Errorf("%s: want a GoneError, got %v", call, err)
					continue
				}
				if gone.ConnectionID != "left" || gone.Error() != "the websocket connection left is gone" {
					t.Errorf("%s: got %+v: %v", call, gone, gone)
				}
				var cause *types.GoneException
				if got := errors.As(err, &cause); got != (answer == nil) {
					t.Errorf("%s: the SDK's error is there: %v\n%v", call, got, gone.Err)
				}
			}
		})
	}
}

func TestOtherErrors(t *testing.T) {
	setEnv(t, nil)
	s := newService(t)
	c := websocket.New(s.config("us-east-2"))
	c.ConfigureAPI("abc", "prod")
	s.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", "PayloadTooLargeException")
		http.Error(w, `{"message": "too large"}`, http.StatusRequestEntityTooLarge)
	}
	var large *types.PayloadTooLargeException
	if err := c.Send(t.Context(), "id", []byte("x")); !errors.As(err, &large) || large.ErrorMessage() != "too large" {
		t.Errorf("want the service's error, got %v", err)
	}
	s.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", "ForbiddenException")
		w.WriteHeader(http.StatusForbidden)
	}
	var forbidden *types.ForbiddenException
	var gone *websocket.GoneError
	if err := c.Close(t.Context(), "id"); !errors.As(err, &forbidden) || errors.As(err, &gone) {
		t.Errorf("want the service's error, got %v", err)
	}
	if _, err := c.Info(t.Context(), "id"); !errors.As(err, &forbidden) {
		t.Errorf("want the service's error, got %v", err)
	}
}

func TestUnusable(t *testing.T) {
	setEnv(t, nil)
	s := newService(t)
	all := func(c *websocket.Client) []error {
		_, err := c.Info(t.Context(), "id")
		return []error{err, c.Send(t.Context(), "id", nil), c.Close(t.Context(), "id")}
	}
	for _, err := range all(websocket.New(s.config("us-east-2"))) {
		if !errors.Is(err, websocket.ErrNotConfigured) {
			t.Errorf("want ErrNotConfigured, got %v", err)
		}
	}
	c := websocket.New(s.config(""))
	c.ConfigureAPI("abc", "prod")
	for _, err := range all(c) {
		if !errors.Is(err, websocket.ErrNoRegion) {
			t.Errorf("want ErrNoRegion, got %v", err)
		}
	}
	t.Setenv("AWS_REGION", "us-east-2") // now there is a region
	if err := c.Send(t.Context(), "id", nil); err != nil {
		t.Errorf("a client that failed doesn't recover: %v", err)
	}
	t.Setenv("AWS_PROFILE", "nobody")
	for _, err := range all(new(websocket.Client)) {
		var broken *websocket.ConfigError
		if !errors.As(err, &broken) || errors.Unwrap(err) == nil {
			t.Errorf("want a ConfigError, got %v", err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	setEnv(t, map[string]string{"AWS_REGION": "us-east-2"})
	s := newService(t)
	c := websocket.New(s.config(""))
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			c.ConfigureAPI("abc", "prod")
			if err := c.Send(t.Context(), "id", []byte("x")); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := len(s.taken()); got != 16 {
		t.Errorf("want 16 calls, got %d", got)
	}
}

// TestConfigurationIsCopied: a change that the caller makes later has no
// effect.
func TestConfigurationIsCopied(t *testing.T) {
	setEnv(t, nil)
	s := newService(t)
	cfg := s.config("us-east-2")
	c := websocket.New(cfg)
	cfg.Credentials = aws.AnonymousCredentials{}
	c.ConfigureAPI("abc", "prod")
	if err := c.Send(t.Context(), "id", nil); err != nil {
		t.Error(err)
	}
}
