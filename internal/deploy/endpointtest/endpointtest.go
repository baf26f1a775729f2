// Package endpointtest is for tests that need an AWS: one on loopback, which
// tools/endpoint starts. Where there is none, they are skipped.
package endpointtest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/deploy/account"
)

// Need skips a test where there is no AWS on loopback, and returns its address.
func Need(t testing.TB) (url string) {
	t.Helper()
	url = os.Getenv("AWS_ENDPOINT_URL")
	if url == "" {
		t.Skip("no AWS_ENDPOINT_URL: make conformance-deploying runs this test against tools/endpoint")
	}
	return url
}

// Open needs the endpoint, and calls it with the credentials of the environment.
func Open(t testing.TB, o account.Options) *account.Session {
	t.Helper()
	Need(t)
	s, err := account.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Name returns a name for what a test makes, which nothing else there has. It has
// lower-case letters, digits and hyphens.
func Name(t testing.TB) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		case r == '/' || r == '_' || r == '-' || r == '.':
			return '-'
		}
		return -1
	}, strings.ToLower(t.Name()))
	return fmt.Sprintf("%s-%d", name, time.Now().UnixNano()%1e6)
}

// SetConditions makes things hard for a stack: {"seconds": 0.5}, for instance, gives
// each of its resources so long. CONTRIBUTING.md has the rest. Another endpoint than
// tools/endpoint has no conditions, so that the test is skipped.
func SetConditions(t testing.TB, stack, conditions string) {
	t.Helper()
	change(t, http.MethodPut, stack, conditions)
}

// EndConditions makes things as they were for a stack.
func EndConditions(t testing.TB, stack string) {
	t.Helper()
	change(t, http.MethodDelete, stack, "")
}

// change is also called at a test's end, when its own context has ended.
func change(t testing.TB, method, stack, conditions string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, Need(t)+"/_endpoint/stacks/"+stack, strings.NewReader(conditions))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Skipf("this endpoint takes no conditions for stacks: %s", answer.Status)
	}
}
