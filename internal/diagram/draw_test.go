package diagram_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/diagram"
)

var small = &diagram.Graph{Resources: []diagram.Node{
	{ID: "role default-role", LogicalIDs: []string{"DefaultRole"}},
	{ID: "function work", LogicalIDs: []string{"Work", "WorkPermission"}, Refs: []string{"role default-role"}},
	{ID: `event a"b`, Refs: []string{"function work", "role default-role"}},
}}

func draw(t *testing.T, g *diagram.Graph, format string) string {
	t.Helper()
	data, err := diagram.Draw(g, format)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestDraw(t *testing.T) {
	for format, want := range map[string]string{
		"text": `role default-role  DefaultRole
function work      Work, WorkPermission
└── role default-role
event a"b
├── function work
└── role default-role
`,
		"json": `[
  {
    "id": "role default-role",
    "logicalIds": [
      "DefaultRole"
    ],
    "refs": []
  },
  {
    "id": "function work",
    "logicalIds": [
      "Work",
      "WorkPermission"
    ],
    "refs": [
      "role default-role"
    ]
  },
  {
    "id": "event a\"b",
    "logicalIds": [],
    "refs": [
      "function work",
      "role default-role"
    ]
  }
]
`,
		"mermaid": `flowchart LR
  n0["role default-role"]
  n1["function work"]
  n2["event a#quot;b"]
  n1 --> n0
  n2 --> n1
  n2 --> n0
`,
		"dot": `digraph chalice {
  rankdir=LR;
  node [shape=box, fontname="sans-serif"];
  "role default-role";
  "function work";
  "event a\"b";
  "function work" -> "role default-role";
  "event a\"b" -> "function work";
  "event a\"b" -> "role default-role";
}
`,
	} {
		t.Run(format, func(t *testing.T) {
			if diff := cmp.Diff(want, draw(t, small, format)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDrawNothing(t *testing.T) {
	for _, format := range diagram.Formats() {
		if _, err := diagram.Draw(&diagram.Graph{}, format); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	if _, err := diagram.Draw(small, "png"); err == nil || !strings.Contains(err.Error(), "text, json, mermaid, dot, svg") {
		t.Errorf("got %v; want an error that lists the formats", err)
	}
}
