package httpadapter_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/httpadapter"
)

// FuzzMount sends whatever can be an event to a mounted handler. What reaches it
// is a request as a server of net/http would make it, and the answer is JSON.
func FuzzMount(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("..", "dispatch", "testdata", "*", "*.json"))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, seed := range []string{
		`{"resource":"/v1/{path+}","path":"/v1/a%2Fb","httpMethod":"GET","headers":{"Host":"h"},"multiValueHeaders":{"Host":["h"],"X":["1","2"]},"queryStringParameters":{"a":"b c"},"multiValueQueryStringParameters":{"a":["b c","d&e"]},"pathParameters":{"path":"a%2Fb"},"requestContext":{"resourcePath":"/v1/{path+}","httpMethod":"GET","identity":{"sourceIp":"1.2.3.4"}},"body":null,"isBase64Encoded":false}`,
		`{"version":"2.0","routeKey":"$default","rawPath":"/v1/x y","rawQueryString":"a=%zz","cookies":["a=1"],"headers":{"host":"h","content-length":"9"},"requestContext":{"http":{"method":"POST","path":"/v1/x","sourceIp":"::1","protocol":"HTTP/1.1"},"domainName":"d"},"body":"aGk=","isBase64Encoded":true}`,
		`{"httpMethod":"PUT","path":"/v1","requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:x"}},"headers":{"host":"h"},"body":"x","isBase64Encoded":false}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		a := app.New("fuzz")
		httpadapter.Mount(a, "/v1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			data, err := io.ReadAll(r.Body)
			switch {
			case err != nil:
				t.Errorf("the body can't be read: %v", err)
			case int64(len(data)) != r.ContentLength:
				t.Errorf("the body has %d bytes, and ContentLength is %d", len(data), r.ContentLength)
			case r.Method == "" || r.URL == nil || r.Header == nil:
				t.Errorf("an incomplete request: %+v", r)
			case r.URL.Path != "/v1" && !strings.HasPrefix(r.URL.Path, "/v1/"):
				t.Errorf("the path %q isn't one of those mounted", r.URL.Path)
			case r.URL.Query() == nil || r.URL.EscapedPath() == "":
				t.Errorf("an URL that can't be read: %s", r.URL)
			}
			for name, values := range r.Header {
				if name != http.CanonicalHeaderKey(name) || len(values) == 0 {
					t.Errorf("the header %q with %d values", name, len(values))
				}
			}
			w.Write(data)
		}))
		handler, err := dispatch.Handler(a, app.RESTHandler)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := handler.Invoke(t.Context(), event)
		if err == nil && !json.Valid(answer) {
			t.Errorf("the answer isn't JSON: %q", answer)
		}
	})
}
