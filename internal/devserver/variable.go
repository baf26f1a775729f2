package devserver

import (
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/config"
)

// Variable is an environment variable of a function here.
type Variable struct {
	Name  string
	Value string
	// From says where the value comes from, such as the name of the env-file.
	From string
	// Unset means that the configuration has an intrinsic, shown in Value, which
	// has no value until a stack is deployed.
	Unset bool
}

// Variables returns the environment variables of a function, without those that
// Lambda sets, in the order of their names.
func (g *Generation) Variables(function string) []Variable {
	return g.env.resolve(g.Stage.Function(function))
}

// resolve merges the sources of a function's variables: those that are passed on
// from the shell take precedence over the env-file, that over the configuration,
// and that over the variables that local mode sets. If one of them has
// credentials, the app is meant to reach AWS, so local mode's values that keep it
// from AWS are left out.
func (e environment) resolve(f config.Function) []Variable {
	all := map[string]Variable{}
	const ours = "chalice local"
	for name, value := range e.aws {
		all[name] = Variable{Name: name, Value: value, From: ours}
	}
	for name, value := range f.Environment {
		all[name] = Variable{Name: name, Value: value.String(), From: e.configuration, Unset: value.Intrinsic != nil}
	}
	if name, value, ok := strings.Cut(e.management, "="); ok {
		all[name] = Variable{Name: name, Value: value, From: ours}
	}
	for name, value := range e.file {
		all[name] = Variable{Name: name, Value: value, From: e.fileName}
	}
	for name, value := range e.passed {
		all[name] = Variable{Name: name, Value: value, From: "the shell"}
	}
	if slices.ContainsFunc(credentials, func(name string) bool { return all[name].Name != "" && all[name].From != ours }) {
		maps.DeleteFunc(all, func(_ string, v Variable) bool { return strings.HasSuffix(v.Value, noAWS) && v.From == ours })
	}
	var list []Variable
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[name])
	}
	return list
}
