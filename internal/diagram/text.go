package diagram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// text lists each resource, with its logical ids in a second column, and below
// it the resources to which it refers.
func text(nodes []Node) []byte {
	width := 0
	for _, n := range nodes {
		width = max(width, utf8.RuneCountInString(n.ID))
	}
	var b bytes.Buffer
	for _, n := range nodes {
		line := fmt.Sprintf("%-*s  %s", width, n.ID, strings.Join(n.LogicalIDs, ", "))
		fmt.Fprintln(&b, strings.TrimRight(line, " "))
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
		// The lists must not be null in JSON if they are empty.
		nodes[i].LogicalIDs = append([]string{}, nodes[i].LogicalIDs...)
		nodes[i].Refs = append([]string{}, nodes[i].Refs...)
	}
	if nodes == nil {
		nodes = []Node{}
	}
	data, err := json.MarshalIndent(nodes, "", "  ")
	return append(data, '\n'), err
}

// mermaid draws for pages that can show Mermaid, such as a README.
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

// quoted quotes an id for Graphviz, where only the quote is escaped.
func quoted(id string) string { return `"` + strings.ReplaceAll(id, `"`, `\"`) + `"` }
