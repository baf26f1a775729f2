package terminal_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// docs/deploying.md describes every kind of object, and every member of it.
func TestJSONIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/deploying.md")
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]string{}
	for line := range strings.Lines(string(doc)) {
		if name, rest, ok := strings.Cut(strings.TrimPrefix(line, "| `"), "` | "); ok && strings.HasPrefix(line, "| `") {
			described[name] = rest
		}
	}
	files, err := filepath.Glob("testdata/sessions/*/json.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no sessions", err)
	}
	for _, file := range files {
		session, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(session)) {
			var object map[string]json.RawMessage
			if json.Unmarshal([]byte(line), &object) != nil {
				continue // a heading
			}
			var kind string
			json.Unmarshal(object["kind"], &kind)
			for member := range object {
				if member != "kind" && member != "time" && !strings.Contains(described[kind], "`"+member+"`") {
					t.Errorf("%s of %s isn't described", member, kind)
				}
			}
		}
	}
}
