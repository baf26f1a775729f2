package eventpattern_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/eventpattern"
)

// TestDocumentation compares the table of operators in the documentation with what the
// languages take.
func TestDocumentation(t *testing.T) {
	data, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(data), "| what stands in the list |")
	if !ok {
		t.Fatal("docs/events.md has no table of operators")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	rows := strings.Split(table, "\n")[2:]
	if len(rows) < 10 {
		t.Errorf("the table has %d rows", len(rows))
	}
	languages := []*eventpattern.Language{eventpattern.EventBridge, eventpattern.Lambda("sqs"), eventpattern.SNSAttributes}
	for _, row := range rows {
		cells := strings.Split(strings.Trim(row, "|"), "|")
		for _, matcher := range regexp.MustCompile("`[^`]+`").FindAllString(cells[0], -1) {
			matcher = strings.Trim(matcher, "`")
			p := pattern(t, `{"a": [`+matcher+`]}`)
			for i, l := range languages {
				documented := strings.TrimSpace(cells[i+1]) == "yes"
				if got := problems(l, p); documented != (got == "") {
					t.Errorf("%s, column %d: documented: %v, but %q", matcher, i+1, documented, got)
				}
			}
		}
	}
}
