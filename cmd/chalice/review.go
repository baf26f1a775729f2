package main

import (
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/deploy/terminal"
)

// changesOf is a review as a screen shows it.
func changesOf(r *review.Review) terminal.Changes {
	var c terminal.Changes
	for _, row := range r.Rows {
		c.Rows = append(c.Rows, rowOf(row))
	}
	for _, g := range r.Widened {
		c.Grants = append(c.Grants, grantOf(g))
	}
	for _, e := range r.Exposed {
		what := e.What
		if len(e.Details) > 0 {
			what += ": " + strings.Join(e.Details, ", ")
		}
		c.Exposed = append(c.Exposed, terminal.Exposure{LogicalID: e.LogicalID, What: what, Source: sourceOf(e.Source)})
	}
	return c
}

func rowOf(r review.Row) terminal.Row {
	row := terminal.Row{
		Action: terminal.Action(r.Action), LogicalID: r.LogicalID, Type: r.Type, Path: r.Stack, Source: sourceOf(r.Source),
	}
	for _, p := range r.Properties {
		row.Properties = append(row.Properties, terminal.Property{
			Path: p.Path, Before: p.Before, After: p.After, Replaces: p.Replaces, Conditional: p.Replaces && r.Maybe,
		})
	}
	return row
}

func grantOf(g review.Grant) terminal.Grant {
	effect := "Allow"
	if g.Deny {
		effect = "Deny"
	}
	return terminal.Grant{Role: g.Role, Functions: g.To, Effect: effect, Action: g.Action, Resource: g.Resource, Sources: g.Why}
}

// sourceOf is where something is registered, as file:line; "" where that isn't known.
func sourceOf(s *app.Source) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}
