package synth_test

import (
	"bytes"
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
				part, err := synth.ParsePart("part.yaml", []byte("Parameters: {"+
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

// TestNestedStacksGetWhatIsThere has what moves into a nested stack refer to what a
// condition takes away: CloudFormation refuses a parameter that refers to it all the same.
func TestNestedStacksGetWhatIsThere(t *testing.T) {
	for name, tc := range map[string]struct {
		merge, parameter, want string
	}{
		"in a choice": {
			"Resources: {Q: {Type: AWS::SQS::Queue, Condition: Prod}, Work: {Properties: {Description: !If [Prod, !Ref Q, x]}}}",
			"Q", `{"Fn::If":["Prod",{"Ref":"Q"},""]}`,
		},
		"in something of the same condition": {
			"Resources: {Q: {Type: AWS::SQS::Queue, Condition: Prod}, Work: {Condition: Prod, Properties: {Description: !Sub '${Q.Arn}'}}}",
			"QArn", `{"Fn::If":["Prod",{"Fn::GetAtt":["Q","Arn"]},""]}`,
		},
		"always there": {
			"Resources: {Q: {Type: AWS::SQS::Queue}, Work: {Condition: Prod, Properties: {Description: !Ref Q}}}",
			"Q", `{"Ref":"Q"}`,
		},
		"in another nested stack": {
			"Resources: {Other: {Condition: Prod}, Work: {Properties: {Description: !If [Prod, !Ref Other, x]}}}",
			"Other", `{"Fn::If":["Prod",{"Fn::GetAtt":["FunctionsStack01","Outputs.Other"]},""]}`,
		},
	} {
		for _, format := range []string{"sam", "cloudformation"} {
			t.Run(name+" "+format, func(t *testing.T) {
				template := render(t, synth.Input{
					Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{
						{Name: "work", Kind: app.LambdaKind}, {Name: "other", Kind: app.LambdaKind},
					}},
					Stage: config.New("dev"), Version: "1.0.0",
				}, format)
				part, err := synth.ParsePart("part.yaml", []byte("Parameters: {Env: {Type: String}}\nConditions: {Prod: !Equals [!Ref Env, prod]}\n"+tc.merge))
				if err != nil {
					t.Fatal(err)
				}
				template.Merge(part)
				files, err := template.Files(synth.Layout{File: "x.json", NestedStacks: new(1)})
				if err != nil {
					t.Fatal(err)
				}
				var root struct {
					Resources map[string]struct {
						Properties struct{ Parameters map[string]json.RawMessage }
					}
				}
				if err := json.Unmarshal(files[0].Data, &root); err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, r := range root.Resources {
					if value, ok := r.Properties.Parameters[tc.parameter]; ok {
						var compact bytes.Buffer
						if err := json.Compact(&compact, value); err != nil {
							t.Fatal(err)
						}
						got = append(got, compact.String())
					}
				}
				if diff := cmp.Diff([]string{tc.want}, got); diff != "" {
					t.Errorf("parameter %s (-want +got)\n%s", tc.parameter, diff)
				}
			})
		}
	}
}
