package websocket_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// service is a server on loopback with the protocol of API Gateway's
// connections, for any host and stage.
type service struct {
	*httptest.Server
	gone   []string // connections that don't exist anymore
	answer http.HandlerFunc

	mu    sync.Mutex
	calls []call
}

// call is a request as the service received it.
type call struct {
	Method, Endpoint, Escaped, Connection, Body string
	Region                                      string // of the signature
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // for connections that are opened and not used
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// config returns an AWS configuration whose calls all go to the service.
func (s *service) config(region string) aws.Config {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", s.Listener.Addr().String())
	}
	return aws.Config{
		Region: region,
		HTTPClient: &http.Client{Transport: &http.Transport{
			DialContext:     dial,
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // its certificate isn't for a host of AWS's
		}},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
		RetryMaxAttempts: 1,
	}
}

var signature = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/([^/]*)/execute-api/aws4_request, `)

// ServeHTTP answers as API Gateway does.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const below = "/@connections/"
	before, escaped, ok := strings.Cut(strings.Replace(r.URL.EscapedPath(), "/%40", "/@", 1), below)
	connection, err := url.PathUnescape(escaped)
	body, bodyErr := io.ReadAll(r.Body)
	signed := signature.FindStringSubmatch(r.Header.Get("Authorization"))
	if !ok || err != nil || bodyErr != nil || signed == nil {
		http.Error(w, fmt.Sprint("bad request: ", r.URL, err, bodyErr, r.Header), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call{
		Method: r.Method, Endpoint: "https://" + r.Host + before, Escaped: escaped,
		Connection: connection, Body: string(body), Region: signed[1],
	})
	switch {
	case s.answer != nil:
		s.answer(w, r)
	case slices.Contains(s.gone, connection):
		w.Header().Set("X-Amzn-Errortype", "GoneException")
		w.WriteHeader(http.StatusGone)
	case r.Method == http.MethodGet:
		io.WriteString(w, `{"connectedAt": "2020-01-02T03:04:00.123Z", "identity": {"sourceIp": "192.0.2.1", "userAgent": "test"},
			"lastActiveAt": "2020-01-02T03:04:05Z"}`)
	case r.Method == http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	}
}

// taken returns the calls since taken was last called.
func (s *service) taken() []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

// newPlain serves the same without TLS and returns the URL.
func newPlain(t *testing.T, s *service) string {
	t.Helper()
	plain := httptest.NewServer(s)
	t.Cleanup(plain.Close)
	return plain.URL
}
