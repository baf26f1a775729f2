package awsrules_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
)

// patternOf registers something with a pattern of a language, as the examples of package
// eventpattern call it. What is said about the pattern begins with what it is called.
var patternOf = map[string]struct {
	called   string
	register func(*app.App, app.Pattern)
}{
	"EventBridge": {"the event pattern", func(a *app.App, p app.Pattern) { a.OnCloudWatchEvent(p, tick) }},
	"sqs":         {"the filter", func(a *app.App, p app.Pattern) { a.OnSQSMessage("jobs", work, app.Filter(p)) }},
	"kinesis":     {"the filter", func(a *app.App, p app.Pattern) { a.OnKinesisRecord("clicks", record, app.Filter(p)) }},
	"dynamodb": {"the filter", func(a *app.App, p app.Pattern) {
		a.OnDynamoDBRecord("arn:aws:dynamodb:us-east-1:123456789012:table/users/stream/2024-01-01T00:00:00.000", change, app.Filter(p))
	}},
	"MessageAttributes": {"the filter policy", func(a *app.App, p app.Pattern) { a.OnSNSMessage("orders", notify, app.FilterPolicy(p)) }},
	"MessageBody": {"the filter policy", func(a *app.App, p app.Pattern) {
		a.OnSNSMessage("orders", notify, app.FilterPolicy(p, app.MessageBody))
	}},
}

// TestDocumentedPatterns registers all examples of AWS's pages.
func TestDocumentedPatterns(t *testing.T) {
	files, err := filepath.Glob("../eventpattern/testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var pages []struct {
			Page, Language string
			Cases          []struct {
				Language string
				Pattern  app.Pattern
				Refused  string
			}
		}
		if err := json.Unmarshal(data, &pages); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, page := range pages {
			for _, c := range page.Cases {
				language := c.Language
				if language == "" {
					language = page.Language
				}
				how := patternOf[language]
				a := app.New("checked")
				how.register(a, c.Pattern)
				described := a.Describe()
				got := withoutPlaces(t, joined(described.Mistakes, awsrules.Check(described)))
				if c.Refused == "" && got != "" || c.Refused != "" && (!strings.Contains(got, c.Refused) || !strings.HasPrefix(got, how.called)) {
					t.Errorf("%s\n%v in %s: %q, want %q", page.Page, c.Pattern, language, got, c.Refused)
				}
			}
		}
	}
}
