package lambdarun

import (
	"net/http"
	"testing"
)

// FuzzTrailer: whatever a program has in its trailers, an answer has failed if
// they name a type of error, and not otherwise.
func FuzzTrailer(f *testing.F) {
	f.Add("T", "eyJlcnJvclR5cGUiOiJUIiwiZXJyb3JNZXNzYWdlIjoibSJ9")
	f.Add("", "eyJlcnJvclR5cGUiOiJUIn0=")
	f.Add("T", "no base64")
	f.Add("T", "bnVsbA==") // null
	f.Add("T", "eyJlcnJvclR5cGUiOjF9")
	f.Fuzz(func(t *testing.T, kind, body string) {
		e := trailedError(http.Header{"Lambda-Runtime-Function-Error-Type": {kind}, "Lambda-Runtime-Function-Error-Body": {body}})
		if (e != nil) != (kind != "") || e != nil && e.Type == "" {
			t.Errorf("%q %q: %+v", kind, body, e)
		}
	})
}
