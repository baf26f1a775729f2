package apptest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/apptest"
)

// TestOverASocket sends the requests of the tests in process to the shop behind
// chalice local. CHALICE_LOCAL is its address; make conformance-local sets it.
func TestOverASocket(t *testing.T) {
	base := os.Getenv("CHALICE_LOCAL")
	if base == "" {
		t.Skip("CHALICE_LOCAL names no chalice local")
	}
	t.Run("routes", func(t *testing.T) { testHTTP(t, overSocket(base)) })
	t.Run("authorizers", func(t *testing.T) { testAuthorizers(t, overSocket(base)) })
}

func overSocket(base string) sender {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	return func(t *testing.T, method, path string, opts ...apptest.RequestOption) seen {
		t.Helper()
		r := apptest.Request{Method: method, Path: path}
		for _, set := range opts {
			set(&r)
		}
		response, err := client.Do(overHTTP(t, base, r))
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return seen{response.StatusCode, response.Header.Get("Content-Type"), string(body)}
	}
}

// overHTTP makes a request for net/http's client, whose path is encoded as the
// client in process encodes it.
func overHTTP(t *testing.T, base string, r apptest.Request) *http.Request {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	path, query, _ := strings.Cut(r.Path, "?")
	u.Path, u.RawQuery = path, query
	if plain, err := url.PathUnescape(path); err == nil {
		u.Path, u.RawPath = plain, path
	}
	body, contentType := r.Body, ""
	if r.JSON != nil {
		if body, err = json.Marshal(r.JSON); err != nil {
			t.Fatal(err)
		}
		contentType = jsonType
	}
	request, err := http.NewRequest(r.Method, u.String(), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for name, values := range r.Header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	return request
}
