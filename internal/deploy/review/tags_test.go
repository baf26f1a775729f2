package review_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/review"
)

// TestTagsAskNothing: whatever gets tags, loses them or has others is changed, and nobody
// is asked about that.
func TestTagsAskNothing(t *testing.T) {
	files, err := filepath.Glob("../../../testdata/templates/tagged*/template.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases (%v)", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tagged := stack(t, string(data))
		for name, other := range map[string]*review.Stack{
			"none":   stack(t, untagged(t, data)),
			"others": stack(t, strings.ReplaceAll(string(data), "version=1.0.0", "version=2.0.0")),
		} {
			for _, r := range []*review.Review{reviewed(tagged, other), reviewed(other, tagged)} {
				if len(r.Rows) == 0 {
					t.Errorf("%s, %s: nothing changes", file, name)
				}
				if q := r.Questions(); len(q) > 0 {
					t.Errorf("%s, %s: asked %+v", file, name, q)
				}
			}
		}
	}
}

// untagged returns a template without the tags of resources and of documents.
func untagged(t *testing.T, data []byte) string {
	t.Helper()
	var template map[string]any
	if err := json.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	for _, r := range template["Resources"].(map[string]any) {
		properties, _ := r.(map[string]any)["Properties"].(map[string]any)
		delete(properties, "Tags")
		if body, ok := properties["Body"].(map[string]any); ok {
			delete(body, "tags")
		}
	}
	bare, err := json.Marshal(template)
	if err != nil {
		t.Fatal(err)
	}
	return string(bare)
}
