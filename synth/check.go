package synth

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/config"
)

// checkReferences finds references of the graph's own template to what isn't there
// in the end, and placeholders that should have become intrinsic functions. What the
// configuration refers to has been checked.
func (t *Template) checkReferences(own, final *Object) error {
	c := checker{names: t.facts.names, ids: map[string]bool{}, reported: map[string]bool{}}
	for _, id := range declaredIDs(final) {
		c.ids[id] = true
	}
	for _, used := range t.configured {
		eachReference(used.fn, func(r reference) { c.ids[r.id()] = true })
	}
	c.value("", own)
	return errors.Join(c.problems...)
}

// declaredIDs lists what a template's intrinsic functions can refer to.
func declaredIDs(root *Object) []string {
	var ids []string
	for _, section := range []string{"Resources", "Parameters"} {
		if o, ok := get[*Object](root, section); ok {
			ids = append(ids, o.Keys()...)
		}
	}
	return ids
}

type checker struct {
	names    config.Names
	ids      map[string]bool
	reported map[string]bool // ids that aren't there, each named once
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
	case *Object:
		c.object(path, v)
	}
}

func (c *checker) object(path string, o *Object) {
	if len(o.members) == 1 {
		c.intrinsic(path, o.members[0].key, o.members[0].value)
	}
	for _, m := range o.members {
		c.value(path+"/"+m.key, m.value)
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
		for _, name := range freeVariables(argument) {
			c.reference(path, name)
		}
	}
}

// variable matches a variable within Fn::Sub; ${!x} is text.
var variable = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

// freeVariables returns the variables in the text of an Fn::Sub that aren't its
// own: they name what the template has.
func freeVariables(argument any) []string {
	text, own := argument, &Object{}
	if list, ok := argument.([]any); ok && len(list) == 2 {
		text = list[0]
		own, _ = list[1].(*Object)
	}
	s, ok := text.(string)
	if !ok || own == nil {
		return nil
	}
	var names []string
	for _, match := range variable.FindAllStringSubmatch(s, -1) {
		if _, isOwn := own.Get(match[1]); !isOwn {
			names = append(names, match[1])
		}
	}
	return names
}

// reference checks what a Ref, or the id before the dot, names. Pseudo
// parameters are always there.
func (c *checker) reference(path, name string) {
	id, _, _ := strings.Cut(name, ".")
	known := c.ids[id] || strings.HasPrefix(id, "AWS::")
	if !known && !c.reported[id] {
		c.reported[id] = true
		c.fail("%s refers to %s, which the template does not have%s", path, name, c.names.Advice("; ", "MergeTemplate", " can add it"))
	}
}
