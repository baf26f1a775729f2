package review_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/review"
)

// stack parses a template in YAML; "" is a stack that doesn't exist.
func stack(t *testing.T, template string) *review.Stack {
	t.Helper()
	if template == "" {
		return nil
	}
	s, err := review.ReadStack([]review.File{{Name: "template.yaml", Data: []byte(template)}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// resources parses a template that only has resources.
func resources(t *testing.T, text string) *review.Stack {
	t.Helper()
	if text == "" {
		text = "{}"
	}
	return stack(t, "Resources:\n  "+strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")+"\n")
}

// reviewed reviews templates, without a change set.
func reviewed(before, after *review.Stack) *review.Review {
	return review.Of(review.Input{Changes: review.Compare(before, after), Before: before, After: after})
}

// grantLines returns grants as lines.
func grantLines(grants []review.Grant) []string {
	var lines []string
	for _, g := range grants {
		line := fmt.Sprintf("%s: %s", strings.Join(g.To, ", "), g.Action)
		if g.Resource != "" {
			line += " on " + g.Resource
		}
		if g.Condition != "" {
			line += " if " + g.Condition
		}
		if g.Deny {
			line = "no longer denied to " + line
		}
		if len(g.Why) > 0 {
			line += " (" + strings.Join(g.Why, "; ") + ")"
		}
		lines = append(lines, line)
	}
	return lines
}
