package synth_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestNestedStacksGetParameters has what moves into a nested stack refer to
// parameters in every way, and looks for them where they are passed.
func TestNestedStacksGetParameters(t *testing.T) {
	const conditions = `Conditions: {Prod: !Equals [!Ref Env, prod], Both: !And [!Condition Prod, !Not [!Condition Large]], Large: !Equals [!Ref Size, 9]}
`
	for name, tc := range map[string]struct {
		merge string
		want  []string
	}{
		"a condition":                        {conditions + "Resources: {Work: {Condition: Prod}}", []string{"Env", "Size"}},
		"a condition of conditions":          {conditions + "Resources: {Work: {Condition: Both}}", []string{"Env", "Size"}},
		"a choice":                           {conditions + "Resources: {Work: {Properties: {Description: !If [Both, !Ref Long, !Sub '${Short}']}}}", []string{"Env", "Long", "Short", "Size"}},
		"a mapping":                          {"Mappings: {M: {a: {b: c}}}\nResources: {Work: {Properties: {Description: !FindInMap [M, !Ref Env, b]}}}", []string{"Env"}},
		"a mapping in a condition":           {"Mappings: {M: {a: {b: c}}}\nConditions: {Prod: !Equals [!FindInMap [M, !Ref Env, b], c]}\nResources: {Work: {Condition: Prod}}", []string{"Env"}},
		"a condition that nothing there has": {conditions + "Resources: {T: {Type: AWS::SNS::Topic, Condition: Prod}}", nil},
	} {
		for _, format := range []string{"sam", "cloudformation"} {
			t.Run(name+" "+format, func(t *testing.T) {
				template := render(t, synth.Input{
					Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{{Name: "work", Kind: app.LambdaKind}}},
					Stage: config.New("dev"), Version: "1.0.0",
				}, format)
				part, err := synth.ParseTemplate("part.yaml", []byte("Parameters: {"+
					"Env: {Type: String}, Size: {Type: Number}, Long: {Type: String}, Short: {Type: String}}\n"+tc.merge))
				if err != nil {
					t.Fatal(err)
				}
				template.Merge(part)
				files, err := template.Files(synth.Layout{File: "x.json", NestedStacks: new(1)})
				if err != nil {
					t.Fatal(err)
				}
				var root, nested map[string]any
				for i, into := range []*map[string]any{&root, &nested} {
					if err := json.Unmarshal(files[i].Data, into); err != nil {
						t.Fatal(err)
					}
				}
				stack := root["Resources"].(map[string]any)["FunctionsStack01"].(map[string]any)["Properties"].(map[string]any)
				var got []string
				for key := range stack["Parameters"].(map[string]any) {
					if key != "DefaultRoleArn" && !strings.HasPrefix(key, "Code") {
						got = append(got, key)
					}
				}
				slices.Sort(got)
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				declared := slices.Sorted(maps.Keys(nested["Parameters"].(map[string]any)))
				if diff := cmp.Diff(slices.Sorted(maps.Keys(stack["Parameters"].(map[string]any))), declared); diff != "" {
					t.Errorf("(-passed +declared)\n%s", diff)
				}
			})
		}
	}
}
