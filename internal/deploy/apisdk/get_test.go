package apisdk_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/chalice-go/chalice/internal/deploy/apisdk"
)

// TestGet gets libraries from a service that has one API with one stage.
func TestGet(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/restapis/a1/stages/api/sdks/java" {
			w.Header().Set("X-Amzn-Errortype", "NotFoundException")
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, `{"message":"Invalid stage identifier specified"}`)
			return
		}
		io.WriteString(w, "zip of "+r.FormValue("serviceName"))
	}))
	defer server.Close()
	cfg := aws.Config{Region: "eu-west-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "")}
	request := apisdk.Request{API: "a1", Stage: "api", Type: "java", Options: map[string]string{"serviceName": "my shop"}}
	if zip, err := apisdk.Get(t.Context(), cfg, request); string(zip) != "zip of my shop" || err != nil {
		t.Errorf("got %q, %v", zip, err)
	}
	request.Stage = "other"
	if zip, err := apisdk.Get(t.Context(), cfg, request); !errors.Is(err, apisdk.ErrNoAPI) || zip != nil {
		t.Errorf("of another stage: got %q, %v", zip, err)
	}
}
