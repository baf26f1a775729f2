package synth

import (
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/tftext"
)

// moduleNeeds finds what the resources and the locals of a Terraform module need: what
// their expressions name.
func moduleNeeds(module *ordered.Object) *needs {
	f := tfNeedFinder{needs{of: map[string][]need{}}}
	bodies := map[string]any{}
	note := func(id string, body any) {
		f.ids = append(f.ids, id)
		bodies[id] = body
	}
	for _, typ := range module.Section("resource").Members {
		if named, ok := typ.Value.(*ordered.Object); ok {
			for _, m := range named.Members {
				note(typ.Key+"."+m.Key, m.Value)
			}
		}
	}
	for _, m := range module.Section("locals").Members {
		note("local."+m.Key, m.Value)
	}
	for _, id := range f.ids {
		f.value(id, strings.Split(id, "."), bodies[id], bodies)
	}
	return &f.needs
}

type tfNeedFinder struct{ needs }

// tfAddress matches what an expression can name: a resource or a local value.
// https://developer.hashicorp.com/terraform/language/expressions/references
var tfAddress = lazyregexp.New(`[A-Za-z_][A-Za-z0-9_-]*\.[A-Za-z_][A-Za-z0-9_-]*`)

func (f *tfNeedFinder) value(id string, path []string, v any, known map[string]any) {
	switch v := v.(type) {
	case string:
		for i, part := range tftext.Split(v) {
			if i%2 == 0 && path[len(path)-1] != "depends_on" {
				continue
			}
			for _, address := range tfAddress().FindAllString(part, -1) {
				if _, ok := known[address]; ok {
					f.of[id] = append(f.of[id], need{address, path, v})
				}
			}
		}
	case []any:
		for _, element := range v {
			f.value(id, path, element, known)
		}
	case *ordered.Object:
		for _, m := range v.Members {
			f.value(id, below(path, m.Key), m.Value, known)
		}
	}
}
