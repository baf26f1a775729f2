package signed

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
)

// FuzzFailure: whatever an answer says is an error of AWS's, with a code that is a bare
// word or nothing.
func FuzzFailure(f *testing.F) {
	for _, seed := range []struct{ kind, body string }{
		{"", `{"__type":"com.amazonaws.logs#ResourceNotFoundException","message":"no"}`},
		{"FooError:http://a/b", `{"Message":"no"}`}, {"#", `{"code":5}`}, {":", "<html>"}, {" ", `[]`}, {"a#b#c:d", `null`},
	} {
		f.Add(400, seed.kind, []byte(seed.body))
	}
	f.Fuzz(func(t *testing.T, status int, kind string, body []byte) {
		err := failure(status, kind, body)
		said, ok := errors.AsType[smithy.APIError](err)
		if !ok || strings.ContainsAny(said.ErrorCode(), "#:") || strings.TrimSpace(said.ErrorCode()) != said.ErrorCode() {
			t.Fatalf("%#v", err)
		}
	})
}
