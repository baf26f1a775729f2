package terminal

import (
	"slices"
	"strings"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/internal/termtext"
)

// grants are the permissions that widen, role by role and action by action.
func (t *changesText) grants(grants []Grant) []string {
	if len(grants) == 0 {
		return nil
	}
	lines := []string{"", t.Paint("Permissions that widen:", color.Bold)}
	last := ""
	for i := range grants {
		g := &grants[i]
		if head := grantee(g); head != last {
			last = head
			lines = append(lines, indented(head, "  ", t.width)...)
		}
		lines = append(lines, t.grant(g)...)
	}
	return lines
}

// grantee says who gets a permission.
func grantee(g *Grant) string {
	role, functions := termtext.CleanLine(g.Role), termtext.CleanLine(strings.Join(g.Functions, ", "))
	switch {
	case functions == "":
		return role
	case role == "" || slices.Equal(g.Functions, []string{g.Role}):
		return functions
	}
	return role + ", the role of " + functions
}

func (t *changesText) grant(g *Grant) []string {
	text := termtext.CleanLine(g.Action) + " on " + termtext.CleanLine(g.Resource)
	if strings.EqualFold(g.Effect, "Deny") {
		text += " is no longer denied"
	}
	lines := indented(text, "      ", t.width)
	lines[0] = "    " + t.Paint("+", color.FgYellow) + lines[0][len("    +"):]
	for _, source := range g.Sources {
		for _, line := range indented(termtext.CleanLine(source), "        ", t.width) {
			lines = append(lines, t.Paint(line, color.Faint))
		}
	}
	return lines
}

// exposed is what becomes public.
func (t *changesText) exposed(exposed []Exposure) []string {
	if len(exposed) == 0 {
		return nil
	}
	lines := []string{"", t.Paint("What becomes public:", color.Bold)}
	for i := range exposed {
		e := &exposed[i]
		name := termtext.CleanLine(strings.Join(append(slices.Clone(e.Path), e.LogicalID), "/"))
		text := termtext.CleanLine(e.What)
		if name != "" {
			text = name + ": " + text
		}
		own := indented(text, "    ", t.width)
		own[0] = "  " + t.Paint("!", color.FgRed, color.Bold) + own[0][len("  !"):]
		lines = append(lines, own...)
		if e.Source != "" {
			lines = append(lines, t.Paint(fit("        "+termtext.CleanLine(e.Source), t.width), color.Faint))
		}
	}
	return lines
}
