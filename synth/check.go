package synth

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// checkReferences finds references of the graph's own template to what isn't there
// in the end, and placeholders that should have become intrinsic functions. What the
// configuration refers to has been checked.
func (t *Template) checkReferences(own, final *ordered.Object) error {
	c := checker{names: t.facts.names, ids: map[string]bool{}, reported: map[string]bool{}}
	for _, id := range declaredIDs(final) {
		c.ids[id] = true
	}
	if t.facts.isSAM {
		c.made = final.Section("Resources").Members
		c.ids[deploymentApplicationID] = t.facts.application
	}
	for _, used := range t.configured {
		cfn.EachReference(used.fn, func(r cfn.Reference) { c.ids[r.ID()] = true })
	}
	c.value("", own)
	return errors.Join(c.problems...)
}

// declaredIDs lists what a template's intrinsic functions can refer to.
func declaredIDs(root *ordered.Object) []string {
	var ids []string
	for _, section := range []string{"Resources", "Parameters"} {
		if o, ok := ordered.Get[*ordered.Object](root, section); ok {
			ids = append(ids, o.Keys()...)
		}
	}
	return ids
}

type checker struct {
	names    config.Names
	ids      map[string]bool
	made     []ordered.Member // of which SAM makes more
	reported map[string]bool  // ids that aren't there, each named once
	problems []error
}

func (c *checker) fail(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf(format, args...))
}

func (c *checker) value(path string, v any) {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, placeholderMark) {
			c.fail("%s: a placeholder is left in the template", path)
		}
	case []any:
		for _, element := range v {
			c.value(path, element)
		}
	case *ordered.Object:
		c.object(path, v)
	}
}

func (c *checker) object(path string, o *ordered.Object) {
	if len(o.Members) == 1 {
		c.intrinsic(path, o.Members[0].Key, o.Members[0].Value)
	}
	for _, m := range o.Members {
		c.value(path+"/"+m.Key, m.Value)
	}
}

func (c *checker) intrinsic(path, name string, argument any) {
	switch name {
	case "Ref":
		if id, ok := argument.(string); ok {
			c.reference(path, id)
		}
	case "Fn::GetAtt":
		if list, ok := argument.([]any); ok && len(list) == 2 {
			if id, ok := list[0].(string); ok {
				c.reference(path, id)
			}
		}
	case "Fn::Sub":
		for _, name := range cfn.FreeVariables(argument) {
			c.reference(path, name)
		}
	}
}

// reference checks what a Ref, or the id before the dot, names. Pseudo
// parameters are always there.
func (c *checker) reference(path, name string) {
	id, _, _ := strings.Cut(name, ".")
	known := c.ids[id] || strings.HasPrefix(id, "AWS::")
	known = known || slices.ContainsFunc(c.made, func(m ordered.Member) bool { return samMakes(m, id) })
	if !known && !c.reported[id] {
		c.reported[id] = true
		c.fail("%s refers to %s, which the template does not have%s", path, name, c.names.Advice("; ", "MergeTemplate", " can add it"))
	}
}
