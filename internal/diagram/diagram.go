// Package diagram draws the graph of an app's resources.
package diagram

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"oss.terrastruct.com/d2/d2graph"
	"oss.terrastruct.com/d2/d2layouts/d2dagrelayout"
	"oss.terrastruct.com/d2/d2lib"
	"oss.terrastruct.com/d2/d2renderers/d2svg"
	"oss.terrastruct.com/d2/lib/log"
	"oss.terrastruct.com/d2/lib/textmeasure"
)

// Node is a resource and what it refers to.
type Node struct {
	ID   string   `json:"id"` // kind and name, such as "function jobs"
	Refs []string `json:"refs"`
}

// Formats lists the names of the formats, the default first.
func Formats() []string { return []string{"text", "json", "mermaid", "dot", "svg"} }

// Draw gives the drawing of a graph in a format. Equal graphs give equal
// drawings.
func Draw(ctx context.Context, nodes []Node, format string) ([]byte, error) {
	switch format {
	case "text":
		return text(nodes), nil
	case "json":
		return marshal(nodes)
	case "mermaid":
		return mermaid(nodes), nil
	case "dot":
		return dot(nodes), nil
	case "svg":
		return svg(ctx, nodes)
	}
	return nil, fmt.Errorf("unknown format %q of a drawing: use one of %s", format, strings.Join(Formats(), ", "))
}

// text lists each resource with those that it refers to below it.
func text(nodes []Node) []byte {
	var b bytes.Buffer
	for _, n := range nodes {
		fmt.Fprintln(&b, n.ID)
		for i, ref := range n.Refs {
			branch := "├── "
			if i == len(n.Refs)-1 {
				branch = "└── "
			}
			fmt.Fprintln(&b, branch+ref)
		}
	}
	return b.Bytes()
}

func marshal(nodes []Node) ([]byte, error) {
	nodes = slices.Clone(nodes)
	for i := range nodes {
		if nodes[i].Refs == nil {
			nodes[i].Refs = []string{} // a list also where it is empty
		}
	}
	if nodes == nil {
		nodes = []Node{}
	}
	data, err := json.MarshalIndent(nodes, "", "  ")
	return append(data, '\n'), err
}

// mermaid draws for pages that know Mermaid, such as a README.
func mermaid(nodes []Node) []byte {
	var b bytes.Buffer
	b.WriteString("flowchart LR\n")
	names := map[string]string{}
	for i, n := range nodes {
		names[n.ID] = fmt.Sprintf("n%d", i)
		fmt.Fprintf(&b, "  n%d[%q]\n", i, strings.ReplaceAll(n.ID, `"`, "#quot;"))
	}
	for _, n := range nodes {
		for _, ref := range n.Refs {
			fmt.Fprintf(&b, "  %s --> %s\n", names[n.ID], names[ref])
		}
	}
	return b.Bytes()
}

// dot draws for Graphviz.
func dot(nodes []Node) []byte {
	var b bytes.Buffer
	b.WriteString("digraph chalice {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n")
	for _, n := range nodes {
		fmt.Fprintf(&b, "  %s;\n", quoted(n.ID))
	}
	for _, n := range nodes {
		for _, ref := range n.Refs {
			fmt.Fprintf(&b, "  %s -> %s;\n", quoted(n.ID), quoted(ref))
		}
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// quoted gives an id as Graphviz quotes it: with no escape but that of the
// quote.
func quoted(id string) string { return `"` + strings.ReplaceAll(id, `"`, `\"`) + `"` }

// svg draws with D2, which is a library of Go's alone.
func svg(ctx context.Context, nodes []Node) ([]byte, error) {
	ctx = log.With(ctx, slog.New(slog.DiscardHandler))
	ruler, err := textmeasure.NewRuler()
	if err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	options := &d2svg.RenderOpts{Pad: new(int64(d2svg.DEFAULT_PADDING))}
	diagram, _, err := d2lib.Compile(ctx, d2(nodes), &d2lib.CompileOptions{
		Ruler:          ruler,
		LayoutResolver: func(string) (d2graph.LayoutGraph, error) { return d2dagrelayout.DefaultLayout, nil },
	}, options)
	if err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	return d2svg.Render(diagram, options)
}

// d2 gives the graph in D2's language.
func d2(nodes []Node) string {
	var b strings.Builder
	b.WriteString("direction: right\n")
	for _, n := range nodes {
		fmt.Fprintf(&b, "%s\n", d2Quoted(n.ID))
	}
	for _, n := range nodes {
		for _, ref := range n.Refs {
			fmt.Fprintf(&b, "%s -> %s\n", d2Quoted(n.ID), d2Quoted(ref))
		}
	}
	return b.String()
}

// d2Quoted gives an id in quotes, within which D2 takes all but the quote as
// it is.
func d2Quoted(id string) string { return "'" + strings.ReplaceAll(id, "'", "\\'") + "'" }
