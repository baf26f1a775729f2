package nest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/templatefile"
	"github.com/chalice-go/chalice/synth/internal/nest"
)

// TestDivide divides templates of types that nobody knows: all that counts is which
// resource belongs to which function, and what refers to what.
func TestDivide(t *testing.T) {
	functions := map[string]string{"One": "One", "OneLog": "One", "Two": "Two"}
	for name, tc := range map[string]struct{ template, want string }{
		"what stays": {
			`Resources: {Table: {Type: A}}`,
			`
root: {Resources: {Table: {Type: A}}}`,
		},
		"nothing outside": {
			`{Transform: T, Resources: {One: {Type: A, Log: !Ref OneLog}, OneLog: {Type: B}}}`,
			`
root:
  Transform: T
  Resources:
    FunctionsStack01: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: at functions-01}}
FunctionsStack01:
  Transform: T
  Resources: {One: {Type: A, Log: !Ref OneLog}, OneLog: {Type: B}}`,
		},
		"the root's and back": {
			`Resources: {Table: {Type: A}, One: {Type: B, Table: !GetAtt Table.Arn}, Use: {Type: C, Of: !Sub "${One}!"}}`,
			`
root:
  Resources:
    Table: {Type: A}
    Use: {Type: C, Of: !Sub "${FunctionsStack01.Outputs.One}!"}
    FunctionsStack01:
      Type: AWS::CloudFormation::Stack
      Properties: {TemplateURL: at functions-01, Parameters: {TableArn: !GetAtt Table.Arn}}
FunctionsStack01:
  Parameters: {TableArn: {Type: String}}
  Resources: {One: {Type: B, Table: !Ref TableArn}}
  Outputs: {One: {Value: !Ref One}}`,
		},
		"another function's, a level higher": {
			`Resources: {One: {Type: A}, Two: {Type: A, Calls: !Ref One}}`,
			`
root:
  Resources:
    FunctionsStack01: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: at functions-01}}
    FunctionsStack01Level1:
      Type: AWS::CloudFormation::Stack
      Properties: {TemplateURL: at functions-01-level-1, Parameters: {One: !GetAtt FunctionsStack01.Outputs.One}}
FunctionsStack01:
  Resources: {One: {Type: A}}
  Outputs: {One: {Value: !Ref One}}
FunctionsStack01Level1:
  Parameters: {One: {Type: String}}
  Resources: {Two: {Type: A, Calls: !Ref One}}`,
		},
		"what it waits for": {
			`Resources: {Table: {Type: A}, One: {Type: B, DependsOn: [Table, OneLog]}, OneLog: {Type: B}}`,
			`
root:
  Resources:
    Table: {Type: A}
    FunctionsStack01: {Type: AWS::CloudFormation::Stack, DependsOn: [Table], Properties: {TemplateURL: at functions-01}}
FunctionsStack01:
  Resources: {One: {Type: B, DependsOn: [OneLog]}, OneLog: {Type: B}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			flat := parsed(t, tc.template)
			d, err := nest.Divide(flat, flat, functions, 1)
			if err != nil {
				t.Fatal(err)
			}
			got := &ordered.Object{}
			got.Set("root", d.Root(func(s *nest.Stack) any { return "at " + s.File }))
			for _, s := range d.Stacks {
				got.Set(s.ID, d.Template(s))
			}
			if diff := cmp.Diff(string(ordered.YAML(parsed(t, tc.want))), string(ordered.YAML(got))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestDivideRefuses has functions that no order of stacks suits, and a name that is
// taken.
func TestDivideRefuses(t *testing.T) {
	functions := map[string]string{"One": "One", "Two": "Two"}
	for template, want := range map[string]string{
		`Resources: {One: {Calls: !Ref Two}, Two: {Calls: !Ref One}}`: "One refers to Two refers to One: CloudFormation can't make any of these before the others",
		`Resources: {One: {Type: A}, FunctionsStack01: {Type: B}}`:    "FunctionsStack01 is the logical id of a nested stack, but the app has something with that id: rename it",
	} {
		flat := parsed(t, template)
		if _, err := nest.Divide(flat, flat, functions, 1); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", template, err, want)
		}
	}
}

func parsed(t *testing.T, text string) *ordered.Object {
	t.Helper()
	o, err := templatefile.Parse("x.yaml", []byte(strings.TrimSpace(text)))
	if err != nil {
		t.Fatal(err)
	}
	return o
}
