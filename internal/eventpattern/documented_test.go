package eventpattern_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
)

// documented are the examples of one of AWS's pages, and what the page says of similar
// ones.
type documented struct {
	Page, Language string
	Cases          []struct {
		Language        string // unless it is the page's
		Pattern         app.Pattern
		Matches, Misses []json.RawMessage
		Refused         string // a part of the message
	}
}

func TestDocumented(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var pages []documented
		if err := json.Unmarshal(data, &pages); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, page := range pages {
			for _, c := range page.Cases {
				language := c.Language
				if language == "" {
					language = page.Language
				}
				example{page.Page, language, c.Pattern}.judge(t, c.Matches, c.Misses, c.Refused)
			}
		}
	}
}

type example struct {
	page, language string
	pattern        app.Pattern
}

func (e example) judge(t *testing.T, matches, misses []json.RawMessage, refused string) {
	text, _ := json.Marshal(e.pattern)
	l, matcher, err := compiled(e.language, e.pattern)
	got := problems(l, e.pattern)
	if (got == "") != (err == nil) {
		t.Errorf("%s: Check says %q, Compile %v", text, got, err)
	}
	if refused != "" && !strings.Contains(got, refused) || refused == "" && got != "" {
		t.Errorf("%s\n%s, in %s: %q, want %q", e.page, text, e.language, got, refused)
	}
	if err != nil {
		return
	}
	for _, event := range matches {
		if !matcher(event) {
			t.Errorf("%s\n%s, in %s, doesn't match %s", e.page, text, e.language, event)
		}
	}
	for _, event := range misses {
		if matcher(event) {
			t.Errorf("%s\n%s, in %s, matches %s", e.page, text, e.language, event)
		}
	}
}

// compiled returns a language by its name in the examples, and a pattern's matcher.
func compiled(language string, p app.Pattern) (*eventpattern.Language, func([]byte) bool, error) {
	switch language {
	case "EventBridge":
		m, err := eventpattern.Compile(eventpattern.EventBridge, p)
		return eventpattern.EventBridge, func(event []byte) bool { return m.Match(event) }, err
	case "MessageAttributes", "MessageBody":
		policy, err := eventpattern.NewPolicy(language, p)
		return eventpattern.SNS(language), func(message []byte) bool {
			var m struct {
				Body       string
				Attributes map[string]eventpattern.Attribute
			}
			if err := json.Unmarshal(message, &m); err != nil {
				panic(err)
			}
			record, err := json.Marshal(map[string]any{"EventSource": "aws:sns", "Sns": map[string]any{"Message": m.Body, "MessageAttributes": m.Attributes}})
			if err != nil {
				panic(err)
			}
			return policy.Pass(record)
		}, err
	}
	kind := app.FunctionKind(language)
	filters, err := eventpattern.NewFilters(kind, []app.Pattern{p})
	return eventpattern.Lambda(kind), func(record []byte) bool { return filters.Pass(record) }, err
}
