package synth_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// FuzzStage takes any configuration that can be read through every renderer. The
// same one gives the same bytes, which are JSON, and with a role for each
// function no two share one that is made for them.
func FuzzStage(f *testing.F) {
	configs, _ := filepath.Glob(filepath.Join(templatesDir, "*", "config.json"))
	more, _ := filepath.Glob("../config/testdata/fuzz-seeds/*.json")
	for _, file := range append(configs, more...) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		stage, err := config.Parse(data, config.Options{AnyStage: true})
		if err != nil {
			return
		}
		in := allKinds()
		in.Stage, in.Files = stage, map[string][]byte{}
		for _, file := range synth.RequiredFiles(in.Model, stage) {
			in.Files[file] = []byte(`{"Version": "2012-10-17", "Statement": []}`)
		}
		graph, err := synth.Build(in)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without words")
			}
			return
		}
		if stage.IAMRoles == config.RolePerFunction {
			checkRolesDiffer(t, graph)
		}
		for _, format := range []string{"sam", "cloudformation", "terraform"} {
			first, second := written(t, in, format), written(t, in, format)
			if !bytes.Equal(first, second) {
				t.Errorf("%s: the same configuration gives other bytes", format)
			}
			if first != nil && !json.Valid(first) {
				t.Errorf("%s isn't JSON: %.200s", format, first)
			}
		}
	})
}

func checkRolesDiffer(t *testing.T, graph *synth.Graph) {
	t.Helper()
	of := map[string]string{} // functions by their roles
	for _, r := range graph.Resources() {
		o := r.Outline()
		if o.Kind != "function" {
			continue
		}
		for _, ref := range r.Refs() {
			if !strings.HasPrefix(ref, "role ") {
				continue
			}
			if other, shared := of[ref]; shared {
				t.Errorf("%s and %s share a role", other, o.Name)
			}
			of[ref] = o.Name
		}
	}
}

// written returns a template as JSON; nil if that format can't have it.
func written(t *testing.T, in synth.Input, format string) []byte {
	t.Helper()
	graph, err := synth.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	make := map[string]func(*synth.Graph) (*synth.Template, error){
		"sam": synth.SAM, "terraform": synth.Terraform,
		"cloudformation": func(g *synth.Graph) (*synth.Template, error) { return synth.CloudFormation(g, synth.Code{}) },
	}[format]
	template, err := make(graph)
	if err != nil {
		return nil
	}
	data, err := template.JSON()
	if err != nil {
		return nil
	}
	return data
}

// FuzzPolicyFile gives a function whatever a policy file can hold. What is one
// is the role's policy, word by word, and anything else is an error that names
// the file.
func FuzzPolicyFile(f *testing.F) {
	for _, seed := range []string{
		`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`,
		`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["a:b"], "Resource": {"Fn::Sub": "arn:${AWS::Region}"}}}`,
		"{}", "", "null", "[]", `{"a": 1, "a": 2}`, `{"Statement": 1e400}`, "\ufeff{}", `{"a": "\u0000"}`, `{} {}`, `{"Ref": "Policy"}`, `{"Fn::If": ["c", {}, {}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input("a-none")
		in.Stage.Defaults.PolicyFile = ".chalice/policy.json"
		in.Files = map[string][]byte{".chalice/policy.json": data}
		graph, err := synth.Build(in)
		if err != nil {
			if !strings.Contains(err.Error(), ".chalice/policy.json") && !strings.Contains(err.Error(), "role a-none_role") {
				t.Errorf("the error names no file: %v", err)
			}
			return
		}
		template, err := synth.CloudFormation(graph, synth.Code{})
		if err != nil {
			return
		}
		written, err := template.JSON()
		if err != nil {
			return
		}
		var want any
		if err := exactly(data, &want); err != nil {
			t.Fatalf("passed, but is no JSON: %q", data)
		}
		var got struct {
			Resources map[string]struct {
				Properties struct {
					Policies []struct{ PolicyDocument any }
				}
			}
		}
		if err := exactly(written, &got); err != nil {
			t.Fatal(err)
		}
		policies := got.Resources["ANoneRole"].Properties.Policies
		if len(policies) != 1 || !reflect.DeepEqual(policies[0].PolicyDocument, want) {
			t.Errorf("got %v, want %v", policies, want)
		}
	})
}

// exactly reads JSON with its numbers as they are written.
func exactly(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(v)
}
