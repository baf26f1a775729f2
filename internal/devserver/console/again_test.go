package console

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/devserver"
)

// TestSentAgain: headers, cookies and body are those of the event, whatever
// front it came from.
func TestSentAgain(t *testing.T) {
	for name, event := range map[string]string{
		"REST API":     `{"multiValueHeaders":{"X-A":["1"],"cookie":["a=1; b=2"],"X-Forwarded-For":["x"]},"headers":{"X-A":"1"},"body":"t"}`,
		"HTTP API":     `{"version":"2.0","headers":{"X-A":"1","content-length":"1","x-forwarded-for":"x"},"cookies":["a=1","b=2"],"body":"t"}`,
		"function URL": `{"version":"2.0","headers":{"X-A":"1","cookie":"a=1; b=2","content-length":"1"},"cookies":["a=1","b=2"],"body":"t"}`,
	} {
		got, err := sentAgain(devserver.Entry{Method: "PUT", Path: "/p?q=1", Invocations: []devserver.Invocation{{Event: []byte(event)}}})
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(got.Headers, func(a, b [2]string) int { return len(b[0]) - len(a[0]) })
		want := sent{Method: "PUT", Path: "/p?q=1", Headers: [][2]string{{"cookie", "a=1; b=2"}, {"X-A", "1"}}, Body: "t"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
