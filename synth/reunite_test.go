package synth_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/synth"
)

// stack is a stack's template as CloudFormation sees it.
type stack struct {
	Parameters map[string]any
	Conditions map[string]any
	Resources  map[string]any
	Outputs    map[string]any
	given      map[string]any // values of the parameters, as the root gives them
}

// readStacks reads the templates of an app: the root's has no name.
func readStacks(t *testing.T, files []synth.File) map[string]*stack {
	t.Helper()
	stacks := map[string]*stack{}
	for i, f := range files {
		if i > 0 && f.Stack == "" {
			continue // the API's document
		}
		s := &stack{}
		if err := json.Unmarshal(f.Data, s); err != nil {
			t.Fatal(err)
		}
		stacks[f.Stack] = s
	}
	for id, r := range stacks[""].Resources {
		if r := r.(map[string]any); r["Type"] == "AWS::CloudFormation::Stack" {
			s := stacks[id]
			if s == nil {
				t.Fatalf("the stack %s has no template", id)
			}
			s.given, _ = r["Properties"].(map[string]any)["Parameters"].(map[string]any)
		}
	}
	return stacks
}

// checkReferences finds what a stack refers to and doesn't have, and parameters
// that it wasn't given or doesn't declare.
func (s *stack) checkReferences(t *testing.T, name string) {
	t.Helper()
	eachName(map[string]any{"r": s.Resources, "o": s.Outputs, "c": s.Conditions}, func(id string) {
		id, _, _ = strings.Cut(id, ".")
		if s.Resources[id] == nil && s.Parameters[id] == nil && !strings.HasPrefix(id, "AWS::") {
			t.Errorf("%q refers to %s, which it doesn't have", name, id)
		}
	})
	if name == "" {
		return
	}
	declared, given := slices.Sorted(maps.Keys(s.Parameters)), slices.Sorted(maps.Keys(s.given))
	if !slices.Equal(declared, given) {
		t.Errorf("%s declares %v, and is given %v", name, declared, given)
	}
	for _, r := range s.Resources {
		if c, ok := r.(map[string]any)["Condition"].(string); ok && s.Conditions[c] == nil {
			t.Errorf("%s doesn't have the condition %s", name, c)
		}
	}
}

var subVariable = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

// eachName visits what the intrinsic functions in a value name.
func eachName(v any, visit func(string)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			eachName(e, visit)
		}
	case map[string]any:
		own := map[string]any{}
		switch {
		case v["Ref"] != nil:
			visit(v["Ref"].(string))
		case v["Fn::GetAtt"] != nil:
			visit(v["Fn::GetAtt"].([]any)[0].(string))
		case v["Fn::Sub"] != nil:
			text, ok := v["Fn::Sub"].(string)
			if !ok {
				text, own = v["Fn::Sub"].([]any)[0].(string), v["Fn::Sub"].([]any)[1].(map[string]any)
			}
			for _, match := range subVariable.FindAllStringSubmatch(text, -1) {
				if own[match[1]] == nil {
					visit(match[1])
				}
			}
		}
		for _, e := range v {
			eachName(e, visit)
		}
	}
}

// checkOrder makes the root's resources, each once all that it needs is there.
func checkOrder(t *testing.T, stacks map[string]*stack) {
	t.Helper()
	root := stacks[""]
	waiting := maps.Clone(root.Resources)
	for len(waiting) > 0 {
		before := len(waiting)
		for id, r := range waiting {
			ready := true
			need := func(name string) {
				name, _, _ = strings.Cut(name, ".")
				if name != id && waiting[name] != nil {
					ready = false
				}
			}
			eachName(r, need)
			for _, name := range names(r.(map[string]any)["DependsOn"]) {
				need(name)
			}
			if ready {
				delete(waiting, id)
			}
		}
		if len(waiting) == before {
			t.Errorf("these wait for each other: %v", slices.Sorted(maps.Keys(waiting)))
			return
		}
	}
}

// hasAttribute reports whether a resource waits for another since it has an
// attribute of it.
func hasAttribute(t *testing.T, resource any, id string) bool {
	t.Helper()
	data, err := json.Marshal(resource)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(data), `{"Fn::GetAtt":["`+id+`",`) || strings.Contains(string(data), "${"+id+".")
}

// checkDependencies finds what a resource of the app has to wait for, and
// neither it nor its stack does. It takes the DependsOn out of the resources.
func checkDependencies(t *testing.T, resources map[string]any, stacks map[string]*stack) {
	t.Helper()
	home := places(stacks)
	inRoot := func(id string) string {
		if home[id] != "" {
			return home[id]
		}
		return id
	}
	for id, r := range resources {
		for _, need := range names(r.(map[string]any)["DependsOn"]) {
			waiting := stacks[""].Resources[inRoot(id)]
			if home[id] == home[need] {
				waiting = stacks[home[id]].Resources[id]
			} else {
				need = inRoot(need)
			}
			if !slices.Contains(names(waiting.(map[string]any)["DependsOn"]), need) && !hasAttribute(t, waiting, need) {
				t.Errorf("%s, in %q, doesn't wait for %s", id, home[id], need)
			}
		}
		delete(r.(map[string]any), "DependsOn")
	}
}

func names(dependsOn any) []string {
	switch v := dependsOn.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, e := range v {
			list = append(list, e.(string))
		}
		return list
	}
	return nil
}

// reunited returns the resources of all stacks as those of one. What is in two
// stacks is a mistake.
func reunited(t *testing.T, stacks map[string]*stack) map[string]any {
	t.Helper()
	resources := map[string]any{}
	for _, s := range stacks {
		for id, r := range s.Resources {
			if stacks[id] != nil {
				continue
			}
			if resources[id] != nil {
				t.Errorf("%s is in two stacks", id)
			}
			resources[id] = s.resolve(stacks, r)
			delete(resources[id].(map[string]any), "DependsOn") // checkDependencies has seen to that
		}
	}
	return resources
}

// resolve returns a value with what stands for something of another stack
// replaced by what it stands for.
func (s *stack) resolve(stacks map[string]*stack, v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = s.resolve(stacks, e)
		}
		return list
	case map[string]any:
		if text, ok := v["Fn::Sub"].(string); ok {
			return map[string]any{"Fn::Sub": s.resolveText(stacks, text)}
		}
		if list, ok := v["Fn::Sub"].([]any); ok {
			return map[string]any{"Fn::Sub": []any{s.resolveText(stacks, list[0].(string)), s.resolve(stacks, list[1])}}
		}
		if meant, ok := s.meaning(stacks, v); ok {
			return meant
		}
		o := map[string]any{}
		for k, e := range v {
			o[k] = s.resolve(stacks, e)
		}
		return o
	}
	return v
}

// meaning returns what a Ref or GetAtt to a parameter or an output means.
func (s *stack) meaning(stacks map[string]*stack, v map[string]any) (any, bool) {
	if name, ok := v["Ref"].(string); ok && s.given[name] != nil {
		value := s.given[name].(map[string]any)
		if joined, ok := value["Fn::Join"].([]any); ok { // a list
			return joined[1], true
		}
		return stacks[""].resolve(stacks, value), true
	}
	if list, ok := v["Fn::GetAtt"].([]any); ok && stacks[list[0].(string)] != nil {
		nested := stacks[list[0].(string)]
		output := nested.Outputs[strings.TrimPrefix(list[1].(string), "Outputs.")].(map[string]any)
		return nested.resolve(stacks, output["Value"]), true
	}
	return nil, false
}

func (s *stack) resolveText(stacks map[string]*stack, text string) string {
	return subVariable.ReplaceAllStringFunc(text, func(match string) string {
		name, attribute, dotted := strings.Cut(match[2:len(match)-1], ".")
		v := map[string]any{"Ref": name}
		if dotted {
			v = map[string]any{"Fn::GetAtt": []any{name, attribute}}
		}
		meant, ok := s.meaning(stacks, v)
		if !ok {
			return match
		}
		o := meant.(map[string]any)
		if name, ok := o["Ref"].(string); ok {
			return "${" + name + "}"
		}
		list := o["Fn::GetAtt"].([]any)
		return "${" + list[0].(string) + "." + list[1].(string) + "}"
	})
}
