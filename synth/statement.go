package synth

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// Statement lets a function do something, beside what the framework needs.
type Statement struct {
	// Sid starts the statement's name: letters and digits. Empty: the name of
	// the service, and a statement for each service.
	Sid     string
	Actions []string
	// Resources are strings, which stay as they are, values of types [ARN] and
	// [Joined], and CloudFormation intrinsics as a configuration holds them: a
	// map[string]any of one key, which Terraform refuses.
	Resources []any
	// Condition is as in JSON, by operator and key. Of its values, alone or in a list,
	// those of type [Joined] and CloudFormation intrinsics are as in Resources. Empty:
	// none.
	Condition map[string]any
}

// statement is a part of a policy.
type statement struct {
	sid       string // empty: none
	actions   []string
	resources []text
	condition *condition // nil: none
}

// read checks a Statement, and returns a statement for each name.
func (s Statement) read() ([]statement, error) {
	if len(s.Actions) == 0 || len(s.Resources) == 0 {
		return nil, fmt.Errorf("a statement has %d actions and %d resources, and needs both", len(s.Actions), len(s.Resources))
	}
	var resources []text
	for _, r := range s.Resources {
		t, err := textOf(r)
		if err != nil {
			return nil, err
		}
		resources = append(resources, t)
	}
	condition, err := conditionOf(s.Condition)
	if err != nil {
		return nil, err
	}
	actions := map[string][]string{} // by name
	for _, action := range s.Actions {
		sid, err := LogicalID(cmp.Or(s.Sid, service(action)))
		if err != nil {
			return nil, fmt.Errorf("a statement has no name: %w", err)
		}
		actions[sid] = append(actions[sid], action)
	}
	var list []statement
	for _, sid := range sortedKeys(actions) {
		list = append(list, statement{sid, actions[sid], resources, condition})
	}
	return list, nil
}

func service(action string) string {
	service, _, _ := strings.Cut(action, ":")
	return service
}

// needs returns what a function needs for itself: what its source was found to
// do, with that of what runs within it, and what the app allows by hand.
func (b *builder) needs(function string) []statement {
	var needed []statement
	for _, name := range append([]string{function}, b.within(function)...) {
		list := allowances(b.Model, name)
		if name == function {
			list = append(list, b.Policies[name]...)
		}
		for _, s := range list {
			read, err := s.read()
			if err != nil {
				b.fail(&Mistake{b.Model.FunctionSource(name), fmt.Sprintf("the policy of function %s: %v", name, err)})
			}
			needed = append(needed, read...)
		}
	}
	return needed
}

// within lists what else runs within a function: behind a URL, the builtin authorizers
// of routes.
func (b *builder) within(function string) []string {
	if function != app.RESTHandler || b.Stage.APIType != config.FunctionURL {
		return nil
	}
	var names []string
	for _, a := range b.Model.Authorizers {
		if a.Type == app.BuiltinAuthorizerType && b.Model.Protects(a.Name) {
			names = append(names, a.Name)
		}
	}
	return names
}

// allowances lists what an app allows a function by hand.
func allowances(m *app.Model, function string) []Statement {
	var list []Statement
	for _, a := range allowed(m, function) {
		s := Statement{Actions: a.Actions}
		for _, r := range a.Resources {
			s.Resources = append(s.Resources, writtenText(r))
		}
		if len(a.Resources) == 0 {
			s.Resources = []any{"*"}
		}
		list = append(list, s)
	}
	return list
}

func allowed(m *app.Model, function string) []app.AllowModel {
	var list []app.AllowModel
	if function == app.RESTHandler {
		for _, r := range m.Routes {
			list = append(list, r.Allow...)
		}
	}
	for _, a := range m.Authorizers {
		if a.Type == app.BuiltinAuthorizerType && a.Name == function {
			list = append(list, a.Allow...)
		}
	}
	for _, f := range m.Functions {
		if f.FunctionName() == function {
			list = append(list, f.Allow...)
		}
	}
	return list
}

// policyDocument writes a policy; write spells the resources.
func policyDocument(statements []statement, write func(text) (any, error)) (*ordered.Object, error) {
	list := make([]any, len(statements))
	for i, s := range statements {
		var err error
		if list[i], err = s.object(write); err != nil {
			return nil, err
		}
	}
	return ordered.New("Version", "2012-10-17", "Statement", list), nil
}

func (s statement) object(write func(text) (any, error)) (*ordered.Object, error) {
	o := &ordered.Object{}
	if s.sid != "" {
		o.Add("Sid", s.sid)
	}
	o.Add("Effect", "Allow")
	o.Add("Action", ordered.Texts(s.actions))
	resources := make([]any, len(s.resources))
	for i, r := range s.resources {
		var err error
		if resources[i], err = write(r); err != nil {
			return nil, err
		}
	}
	if len(resources) == 1 {
		o.Add("Resource", resources[0])
	} else {
		o.Add("Resource", resources)
	}
	if s.condition != nil {
		written, err := s.condition.object(write)
		if err != nil {
			return nil, err
		}
		o.Add("Condition", written)
	}
	return o, nil
}
