package terminal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/termtext"
)

// grants returns lines for the permissions that widen, by role and action.
func (t *changesText) grants(grants []review.Grant) []string {
	if len(grants) == 0 {
		return nil
	}
	lines := []string{"", t.Paint("Permissions that widen:", color.Bold)}
	last := ""
	for len(grants) > 0 {
		alike := 1
		for alike < len(grants) && sameButAction(&grants[0], &grants[alike]) {
			alike++
		}
		if head := grantee(&grants[0]); head != last {
			last = head
			lines = append(lines, indented(head, "  ", t.width)...)
		}
		lines = append(lines, t.grant(grants[:alike])...)
		grants = grants[alike:]
	}
	return lines
}

// sameButAction reports whether two grants differ only in their actions.
func sameButAction(a, b *review.Grant) bool {
	return slices.Equal(a.To, b.To) && slices.Equal(a.Why, b.Why) &&
		a.Role == b.Role && a.Resource == b.Resource && a.Condition == b.Condition && a.Deny == b.Deny
}

// grantee returns who gets a permission.
func grantee(g *review.Grant) string {
	role, to := termtext.CleanLine(g.Role), termtext.CleanLine(strings.Join(g.To, ", "))
	switch {
	case to == "" || slices.Equal(g.To, []string{g.Role}):
		return role
	case role == "":
		return to
	}
	return to + " (by " + role + ")"
}

// grant returns lines for grants that differ only in their actions, with the
// reasons.
func (t *changesText) grant(alike []review.Grant) []string {
	g := &alike[0]
	var actions []string
	for i := range alike {
		actions = append(actions, termtext.CleanLine(alike[i].Action))
	}
	text := strings.Join(actions, ", ")
	if g.Resource != "" {
		text += " on " + termtext.CleanLine(g.Resource)
	}
	if g.Deny {
		text += " is no longer denied"
	}
	if g.Condition != "" {
		text += ", if " + termtext.CleanLine(g.Condition)
	}
	lines := indented(text, "      ", t.width)
	lines[0] = "    " + t.Paint("+", color.FgYellow) + lines[0][len("    +"):]
	return append(lines, t.faint("        ", g.Why...)...)
}

// exposed returns lines for what becomes public.
func (t *changesText) exposed(exposed []review.Exposure) []string {
	if len(exposed) == 0 {
		return nil
	}
	lines := []string{"", t.Paint("What becomes public:", color.Bold)}
	for i := range exposed {
		e := &exposed[i]
		text := termtext.CleanLine(e.What)
		if e.LogicalID != "" {
			text = termtext.CleanLine(key(e.Stack, e.LogicalID)) + ": " + text
		}
		own := indented(text, "    ", t.width)
		own[0] = "  " + t.Paint("!", color.FgRed, color.Bold) + own[0][len("  !"):]
		lines = append(lines, own...)
		lines = append(lines, t.faint("        ", e.Details...)...)
		if e.Source != nil {
			lines = append(lines, t.faint("        ", place(e.Source))...)
		}
	}
	return lines
}

// faint returns lines with reasons or places.
func (t *changesText) faint(indent string, texts ...string) []string {
	var lines []string
	for _, text := range texts {
		for _, line := range indented(termtext.CleanLine(text), indent, t.width) {
			lines = append(lines, t.Paint(line, color.Faint))
		}
	}
	return lines
}

// place returns where something is registered; "" if that isn't known.
func place(s *app.Source) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}
