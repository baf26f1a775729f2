package synth

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkMergeKeys measures what a merge with many keys costs, from its text to the
// files of the template. Four times as many keys take four times as long.
func BenchmarkMergeKeys(b *testing.B) {
	graph, err := Build(benchmarkInput(routesApp(1)))
	if err != nil {
		b.Fatal(err)
	}
	for _, kind := range []struct{ name, file, before, entry, between, after string }{
		{"metadata", "a.json", `{"Metadata": {`, `"K%d": 1`, ",", "}}"},
		{"metadata in YAML", "a.yaml", "Metadata:\n", "  K%d: 1", "\n", "\n"},
		{"conditions in use", "a.json", `{"Conditions": {"C": {"Fn::Equals": ["a", "b"]}}, "Metadata": {`, `"K%d": {"Fn::If": ["C", 1, 2]}`, ",", "}}"},
		{"references", "a.json", `{"Metadata": {`, `"K%d": {"Ref": "RestAPI"}`, ",", "}}"},
		{"references to nothing", "a.json", `{"Metadata": {`, `"K%[1]d": {"Ref": "Nothing%[1]d"}`, ",", "}}"},
		{"dependencies", "a.json", `{"Resources": {"RestAPI": {"DependsOn": [`, `"K%d"`, ",", "]}}}"},
		{"variables", "a.json", `{"Resources": {"APIHandler": {"Properties": {"Environment": {"Variables": {`, `"K%d": "v"`, ",", "}}}}}}"},
		{"sections", "a.json", `{`, `"Fn::Transform%d": 1`, ",", "}"},
		{"outputs", "a.json", `{"Outputs": {`, `"K%d": {"Value": {"Ref": "RestAPI"}}`, ",", "}}"},
	} {
		for _, n := range []int{10_000, 40_000} {
			var text strings.Builder
			text.WriteString(kind.before)
			for i := range n {
				if i > 0 {
					text.WriteString(kind.between)
				}
				fmt.Fprintf(&text, kind.entry, i)
			}
			text.WriteString(kind.after)
			b.Run(fmt.Sprintf("%s=%d", kind.name, n), func(b *testing.B) {
				for b.Loop() {
					part, err := ParsePart(kind.file, []byte(text.String()))
					if err != nil {
						b.Fatal(err)
					}
					template, err := SAM(graph)
					if err != nil {
						b.Fatal(err)
					}
					template.Merge(part)
					if template.Check(part) == nil {
						template.Files(Layout{File: "sam.json"}) // too many bytes are an error
					}
				}
			})
		}
	}
}
