package function_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/function"
)

// R-493, C-080: a call that may have reached the function is made once. The Lambda
// here does what the endpoint can't be made to do.
func TestInvokeOnce(t *testing.T) {
	throttled := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", "TooManyRequestsException")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", "message": "Rate Exceeded."}`))
	}
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`"done"`)) }
	for name, tc := range map[string]struct {
		answers []http.HandlerFunc // the last is that of all later calls
		calls   int32
		fails   string
	}{
		"an answer":          {[]http.HandlerFunc{answer}, 1, ""},
		"throttled at first": {[]http.HandlerFunc{throttled, answer}, 2, ""},
		"a lost answer":      {[]http.HandlerFunc{func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }}, 1, "call the function f: "},
		"half an answer": {[]http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"id": `))
		}}, 1, "call the function f: "},
		"Lambda itself fails": {[]http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amzn-Errortype", "ServiceException")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(`{"Message": "internal"}`))
		}}, 1, "call the function f: "},
	} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				n := int(calls.Add(1))
				tc.answers[min(n, len(tc.answers))-1](w, r)
			}))
			t.Cleanup(server.Close)
			for name, value := range map[string]string{
				"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
				"AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none", "AWS_PROFILE": "",
			} {
				t.Setenv(name, value)
			}
			s, err := account.Open(t.Context(), account.Options{})
			if err != nil {
				t.Fatal(err)
			}
			r, err := function.New(s.Config).Invoke(t.Context(), function.Call{Name: "f", Payload: []byte("{}")})
			switch {
			case tc.fails == "" && (err != nil || string(r.Payload) != `"done"`):
				t.Errorf("got %+v, %v", r, err)
			case tc.fails != "" && (err == nil || !strings.HasPrefix(err.Error(), tc.fails)):
				t.Errorf("got %v, want an error with %q", err, tc.fails)
			}
			if n := calls.Load(); n != tc.calls {
				t.Errorf("it was called %d times, want %d", n, tc.calls)
			}
		})
	}
}
