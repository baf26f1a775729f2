package eventpattern_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/docstest"
	"github.com/chalice-go/chalice/internal/eventpattern"
)

// TestDocumentation compares the table of operators in the documentation with what the
// languages take.
func TestDocumentation(t *testing.T) {
	rows, err := docstest.Rows("../../docs/events.md", "| what stands in the list | EventBridge | Lambda's filters | SNS's policies |")
	if err != nil || len(rows) < 10 {
		t.Fatal(len(rows), err)
	}
	languages := []*eventpattern.Language{eventpattern.EventBridge, eventpattern.Lambda("sqs"), eventpattern.SNSAttributes}
	for _, row := range rows {
		for _, matcher := range regexp.MustCompile("`[^`]+`").FindAllString(row.Cells[0], -1) {
			matcher = strings.Trim(matcher, "`")
			p := pattern(t, `{"a": [`+matcher+`]}`)
			for i, l := range languages {
				documented := row.Cells[i+1] == "yes"
				if got := problems(l, p); documented != (got == "") {
					t.Errorf("%s, column %d: documented: %v, but %q", matcher, i+1, documented, got)
				}
			}
		}
	}
}
