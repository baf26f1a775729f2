package deploy

import (
	"fmt"
	"maps"
	"slices"

	"github.com/chalice-go/chalice/internal/nearest"
	"github.com/chalice-go/chalice/internal/ordered"
)

// checkParameters returns an error for parameters that the template doesn't
// have, before anything is uploaded. No message contains values, which can be
// secrets.
func (r *run) checkParameters() error {
	declared := r.template.root.Section("Parameters").Keys()
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		if slices.Contains(declared, name) {
			continue
		}
		has := "it has none"
		if len(declared) > 0 {
			has = "it has " + sentence(declared)
		}
		if question := nearest.Question(name, declared); question != "" {
			has += question
		}
		return fmt.Errorf("%s %s: the template has no such parameter; %s", r.named("Parameters"), name, has)
	}
	return nil
}

// checkValues returns an error for parameters that have neither a given value,
// nor one in the stack, nor a default.
func (r *run) checkValues() error {
	var missing []string
	for _, m := range r.template.root.Section("Parameters").Members {
		_, given := r.Parameters[m.Key]
		_, had := r.valuesBefore()[m.Key]
		body, _ := m.Value.(*ordered.Object)
		if _, fallback := body.Get("Default"); !given && !had && !fallback {
			missing = append(missing, m.Key)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("the template has parameters without a value: give one to %s%s", sentence(missing), r.Names.Advice(" (", "Parameters", " NAME=VALUE)"))
}

// valuesBefore returns the stack's current parameters.
func (r *run) valuesBefore() map[string]string {
	if r.before == nil {
		return nil
	}
	return r.before.stack.Parameters
}
