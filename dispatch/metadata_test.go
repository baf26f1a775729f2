package dispatch

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
)

// FuzzMetadata compares our decoding of an invocation's metadata with
// encoding/json's. Names that only Unicode's rules of letters make equal are not
// Lambda's.
func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{
		`{"client":{"app_title":"t","INSTALLATION_ID":"i","app_version_code":null,"app_package_name":"\ud83d\ude00\/"},"env":{"e":"f","n":null},"custom":{"a":"b","n":1,"o":{"x": [1, 2]},"z":null}}`,
		`{"Client":null,"env":null,"custom":null}`, `{"env":{},"custom":{}}`, `{"env":{"a":1}}`, `{"client":"x"}`, `{"client":{"app_title":1}}`, `{"env":[]}`,
		`{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}`, `{"cognitoIdentityId":1}`, `null`, ` null `, `[]`, `""`, `{`, `{} x`, ``, "{\"env\":{\"\xff\":\"\xff\"}}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if low := strings.ToLower(raw); strings.ContainsAny(raw, "ſ\u212a") || strings.Contains(low, `\u017f`) || strings.Contains(low, `\u212a`) {
			return // letters that encoding/json takes for s and k
		}
		var client, wantClient lambdacontext.ClientContext
		err, want := decodeClientContext(raw, &client), json.Unmarshal([]byte(raw), &wantClient)
		if (err == nil) != (want == nil) {
			t.Errorf("client context %q: %v, encoding/json: %v", raw, err, want)
		}
		if diff := cmp.Diff(wantClient, client); err == nil && want == nil && diff != "" {
			t.Errorf("client context %q (-encoding/json +ours):\n%s", raw, diff)
		}
		var identity, wantIdentity lambdacontext.CognitoIdentity
		err, want = decodeIdentity(raw, &identity), json.Unmarshal([]byte(raw), &wantIdentity)
		if (err == nil) != (want == nil) || err == nil && identity != wantIdentity {
			t.Errorf("identity %q: %v %v, encoding/json: %v %v", raw, identity, err, wantIdentity, want)
		}
	})
}
