package app_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// TestBridgePatterns: the pattern of a function has the events that it asked for, and
// no others.
func TestBridgePatterns(t *testing.T) {
	const all = `{"detail":{"bucket":{"name":["b"]}},"detail-type":["Object Created"],"source":["aws.s3"]}`
	for name, tc := range map[string]struct {
		model app.S3Model
		want  string
	}{
		"the default":         {app.S3Model{}, all},
		"a group":             {app.S3Model{Events: []string{"s3:ObjectCreated:*"}}, all},
		"a group and a part":  {app.S3Model{Events: []string{"s3:ObjectCreated:Put", "s3:ObjectCreated:*"}}, all},
		"one event":           {app.S3Model{Events: []string{"s3:ObjectCreated:Post"}}, `{"detail":{"bucket":{"name":["b"]},"reason":["POST Object"]},"detail-type":["Object Created"],"source":["aws.s3"]}`},
		"two events":          {app.S3Model{Events: []string{"s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"}}, `{"detail":{"bucket":{"name":["b"]},"reason":["PutObject","CopyObject"]},"detail-type":["Object Created"],"source":["aws.s3"]}`},
		"removals":            {app.S3Model{Events: []string{"s3:ObjectRemoved:*"}}, `{"detail":{"bucket":{"name":["b"]},"reason":["DeleteObject"]},"detail-type":["Object Deleted"],"source":["aws.s3"]}`},
		"markers":             {app.S3Model{Events: []string{"s3:ObjectRemoved:DeleteMarkerCreated"}}, `{"detail":{"bucket":{"name":["b"]},"deletion-type":["Delete Marker Created"],"reason":["DeleteObject"]},"detail-type":["Object Deleted"],"source":["aws.s3"]}`},
		"all that goes":       {app.S3Model{Events: []string{"s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"}}, `{"detail":{"bucket":{"name":["b"]},"reason":["DeleteObject","Lifecycle Expiration"]},"detail-type":["Object Deleted"],"source":["aws.s3"]}`},
		"a group of types":    {app.S3Model{Events: []string{"s3:ObjectTagging:*", "s3:ObjectAcl:Put"}}, `{"detail":{"bucket":{"name":["b"]}},"detail-type":["Object Tags Added","Object Tags Deleted","Object ACL Updated"],"source":["aws.s3"]}`},
		"unlike events":       {app.S3Model{Events: []string{"s3:ObjectCreated:*", "s3:ObjectRemoved:*"}}, `{"$or":[{"detail-type":["Object Created"]},{"detail":{"reason":["DeleteObject"]},"detail-type":["Object Deleted"]}],"detail":{"bucket":{"name":["b"]}},"source":["aws.s3"]}`},
		"a prefix":            {app.S3Model{Prefix: "in/"}, `{"detail":{"bucket":{"name":["b"]},"object":{"key":[{"prefix":"in/"}]}},"detail-type":["Object Created"],"source":["aws.s3"]}`},
		"a prefix and suffix": {app.S3Model{Prefix: `*\`, Suffix: ".jpg"}, `{"detail":{"bucket":{"name":["b"]},"object":{"key":[{"wildcard":"\\*\\\\*.jpg"}]}},"detail-type":["Object Created"],"source":["aws.s3"]}`},
		"letters in common":   {app.S3Model{Prefix: "a.jp", Suffix: ".jpg"}, `{"detail":{"bucket":{"name":["b"]},"object":{"key":[{"wildcard":"a.jp*.jpg"},"a.jpg"]}},"detail-type":["Object Created"],"source":["aws.s3"]}`},
		"filled in later":     {app.S3Model{Prefix: "a$", Suffix: "${Token[TOKEN.1]}"}, `{"detail":{"bucket":{"name":["b"]},"object":{"key":[{"wildcard":"a$*${Token[TOKEN.1]}"}]}},"detail-type":["Object Created"],"source":["aws.s3"]}`},
		"several": {
			app.S3Model{KeyFilters: []app.KeyFilterModel{{Prefix: "a/"}, {Suffix: ".gif"}, {Prefix: "b/", Suffix: ".jpg"}}},
			`{"detail":{"bucket":{"name":["b"]},"object":{"key":[{"prefix":"a/"},{"suffix":".gif"},{"wildcard":"b/*.jpg"}]}},"detail-type":["Object Created"],"source":["aws.s3"]}`,
		},
		"several, one of which is all": {app.S3Model{KeyFilters: []app.KeyFilterModel{{Prefix: "a/"}, {}}}, all},
	} {
		t.Run(name, func(t *testing.T) {
			tc.model.Bucket = "b"
			got, err := json.Marshal(tc.model.BridgePattern())
			if diff := cmp.Diff(tc.want, string(got)); diff != "" || err != nil {
				t.Errorf("%v (-want +got)\n%s", err, diff)
			}
		})
	}
}

func TestNotBridged(t *testing.T) {
	m := app.S3Model{Events: []string{"s3:Replication:*", "s3:ObjectCreated:Put", "s3:ReducedRedundancyLostObject", "s3:ObjectRestore:*"}}
	if diff := cmp.Diff([]string{"s3:Replication:*", "s3:ReducedRedundancyLostObject"}, m.NotBridged()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestBridgedNames: each event of EventBridge has the name of S3's own event, and one
// whose reason is new has that of its group.
func TestBridgedNames(t *testing.T) {
	events := map[[3]string]string{
		{"Object Created", "AppendObject", ""}:              "ObjectCreated:*",
		{"Object Created", "", ""}:                          "ObjectCreated:*",
		{"Object Deleted", "DeleteObject", "Hidden"}:        "ObjectRemoved:*",
		{"Object Deleted", "Lifecycle Expiration", ""}:      "LifecycleExpiration:*",
		{"Async Copy Completion", "", ""}:                   "",
		{"Object Restore Completed", "of no meaning", ""}:   "ObjectRestore:Completed",
		{"Object Tags Added", "PutObject", "of no meaning"}: "ObjectTagging:Put",
	}
	for _, b := range app.S3BridgeEvents() {
		if name := strings.TrimPrefix(b.Name, "s3:"); !strings.HasSuffix(name, "*") {
			events[[3]string{b.DetailType, b.Reason, b.DeletionType}] = name
		}
	}
	for b, want := range events {
		data, err := json.Marshal(map[string]any{
			"source": "aws.s3", "detail-type": b[0],
			"detail": map[string]any{"bucket": map[string]any{"name": "b"}, "object": map[string]any{"key": "k"}, "reason": b[1], "deletion-type": b[2]},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := must(t, app.NewS3Event, string(data)).EventName(); got != want {
			t.Errorf("%q: got %q, want %q", b, got, want)
		}
	}
}
