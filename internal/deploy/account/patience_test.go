package account_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
)

const callerIdentity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/joe</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>R1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`

// weather is an AWS whose answers depend on the time since the first call.
type weather struct {
	answer func(w http.ResponseWriter, since time.Duration)
	once   sync.Once
	start  time.Time
	calls  atomic.Int64
}

func (s *weather) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.once.Do(func() { s.start = time.Now() })
	s.calls.Add(1)
	s.answer(w, time.Since(s.start))
}

// until answers with an error until some time has passed.
func until(end time.Duration, status int, body string) func(http.ResponseWriter, time.Duration) {
	return func(w http.ResponseWriter, since time.Duration) {
		if since < end {
			w.WriteHeader(status)
			w.Write([]byte(body))
			return
		}
		w.Write([]byte(callerIdentity))
	}
}

// TestPatience takes a minute, most of which it waits.
func TestPatience(t *testing.T) {
	endpointtest.Need(t) // which has the time
	const forever = time.Hour
	throttled, failed := queryError("Throttling", "Rate exceeded"), queryError("InternalFailure", "Oh")
	configure(t, "", map[string]string{"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"})
	for name, tc := range map[string]struct {
		answer func(http.ResponseWriter, time.Duration)
		calls  int           // at the same time
		limit  time.Duration // for all of them
		most   int64         // requests
		want   string        // empty: success
	}{
		"throttled for 20 s":          {until(20*time.Second, 400, throttled), 1, 50 * time.Second, 14, ""},
		"many are throttled for 20 s": {until(20*time.Second, 400, throttled), 16, 90 * time.Second, 100, ""},
		"throttled to the end": {until(forever, 400, throttled), 1, 90 * time.Second, 14,
			"AWS throttles these calls, each time that it was tried: Rate exceeded (Throttling); try again in a few minutes"},
		"failing for 5 s":    {until(5*time.Second, 500, failed), 4, 20 * time.Second, 32, ""},
		"failing to the end": {until(forever, 500, failed), 1, 40 * time.Second, 8, "AWS failed with status 500: Oh (request 11111111-2222); try again"},
	} {
		sky := &weather{answer: tc.answer}
		s, err := account.Open(t.Context(), account.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s.Config.BaseEndpoint = aws.String(serve(t, sky.ServeHTTP))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := sts.NewFromConfig(s.Config)
			start := time.Now()
			var all sync.WaitGroup
			for range tc.calls {
				all.Go(func() {
					_, err := client.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
					check(t, err, tc.want)
				})
			}
			all.Wait()
			if took := time.Since(start); took > tc.limit {
				t.Errorf("took %s, want at most %s", took, tc.limit)
			}
			if n := sky.calls.Load(); n > tc.most {
				t.Errorf("%d requests, want at most %d", n, tc.most)
			}
			t.Logf("%d requests in %s", sky.calls.Load(), time.Since(start))
		})
	}
}

// stall doesn't answer until the client has left.
func stall(_ http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body) // a server notices the end of a connection only after the body
	<-r.Context().Done()
}

// TestRefused: it is soon known if nobody listens.
func TestRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	s := open(t, "http://"+listener.Addr().String(), account.Options{Region: "eu-west-1"})
	start := time.Now()
	check(t, queryCall(t.Context(), s), "can't connect to "+listener.Addr().String()+": connection refused; see whether the network is there, and what AWS_ENDPOINT_URL and HTTPS_PROXY say")
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

func check(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case err == nil && want != "":
		t.Error("got no error")
	case err != nil && want == "":
		t.Error(account.Text(err))
	case err != nil && !strings.HasSuffix(account.Text(err), ": "+want):
		t.Errorf("got  %s\nwant ...: %s", account.Text(err), want)
	}
}

// TestLostAnswer: a call is repeated if its answer doesn't arrive.
func TestLostAnswer(t *testing.T) {
	for name, first := range map[string]http.HandlerFunc{
		"reset": func(w http.ResponseWriter, _ *http.Request) {
			connection, _, _ := w.(http.Hijacker).Hijack()
			connection.(*net.TCPConn).SetLinger(0)
			connection.Close()
		},
		"closed": func(w http.ResponseWriter, _ *http.Request) {
			connection, _, _ := w.(http.Hijacker).Hijack()
			connection.Close()
		},
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(callerIdentity)))
			w.Write([]byte(callerIdentity[:200]))
		},
		"cut off in an error": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(http.StatusBadRequest)
			w.Write([]byte(queryError("Throttling", "Rate exceeded")[:100]))
		},
		"no XML": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(callerIdentity[:200])) },
		"late":   stall,
		"gateway": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "<html>Bad Gateway</html>", http.StatusBadGateway)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int64
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if calls.Add(1) == 1 {
					first(w, r)
					return
				}
				w.Write([]byte(callerIdentity))
			})
			s := open(t, server, account.Options{Region: "eu-west-1", ReadTimeout: 500 * time.Millisecond})
			if err := queryCall(t.Context(), s); err != nil {
				t.Fatal(account.Text(err))
			}
			if n := calls.Load(); n != 2 {
				t.Errorf("%d calls, want 2", n)
			}
		})
	}
}

// TestOnce: a function isn't invoked again if it may have run, and is if it has
// not.
func TestOnce(t *testing.T) {
	for name, tc := range map[string]struct {
		first http.HandlerFunc
		calls int64
	}{
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.Write([]byte("{}"))
		}, 1},
		"failed":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, 1},
		"late":      {stall, 1},
		"throttled": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int64
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if calls.Add(1) == 1 {
					tc.first(w, r)
				}
			})
			s := open(t, server, account.Options{Region: "eu-west-1", ReadTimeout: 500 * time.Millisecond})
			_, err := lambda.NewFromConfig(s.Config).Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("resize")})
			if n := calls.Load(); n != tc.calls || (err == nil) != (n == 2) {
				t.Errorf("%d calls and the error %v, want %d calls", n, err, tc.calls)
			}
		})
	}
}

// TestLate: the error if no answer comes.
func TestLate(t *testing.T) {
	server := serve(t, stall)
	s := open(t, server, account.Options{Region: "eu-west-1", ReadTimeout: 100 * time.Millisecond})
	s.Config.RetryMaxAttempts = 2
	check(t, queryCall(t.Context(), s), "AWS gave no answer within 100ms; try again")
}

// TestEnded: if the caller's context ends, the error is about that.
func TestEnded(t *testing.T) {
	arrived := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { close(arrived); stall(w, r) })
	s := open(t, server, account.Options{Region: "eu-west-1"})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if err := queryCall(ctx, s); !errors.As(err, new(*smithy.CanceledError)) || errors.As(err, new(*account.Error)) {
		t.Errorf("got %v", err)
	}
}

// open makes a session for a server that stands in for AWS.
func open(t *testing.T, server string, o account.Options) *account.Session {
	t.Helper()
	configure(t, "", map[string]string{"AWS_ENDPOINT_URL": server, "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"})
	s, err := account.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
