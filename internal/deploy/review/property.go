package review

import (
	"slices"
	"strconv"
	"strings"
)

// rowProperties returns the changes of a resource's properties. They come from
// the templates, in which references have names; changes that only the change
// set has are added.
func (c *comparison) rowProperties(ch Change, n *comparedNode) []Property {
	var all []Property
	told := map[string]bool{} // properties that are in the templates' differences
	if n != nil && n.before != nil && n.after != nil {
		for _, d := range slices.Concat(n.differences, n.attributes) {
			told[d.path[0]] = true
			all = append(all, c.property(d, ch))
		}
	}
	for _, p := range ch.Properties {
		if name := p.name(); !told[name] && p.tells() {
			for _, d := range p.differences() {
				if d.unknown() {
					continue
				}
				if n != nil {
					d = c.unresolved(d, n)
				}
				all = append(all, c.property(d, ch))
			}
		}
	}
	if n != nil {
		for _, d := range n.indirect {
			if !told[d.path[0]] && !slices.ContainsFunc(all, func(p Property) bool { return p.isOf(d.path[0]) }) {
				p := c.property(d, ch)
				p.Indirect = true
				all = append(all, p)
			}
		}
	}
	return withoutRepeats(all)
}

// isOf reports whether a property is another one, or a part of it.
func (p Property) isOf(name string) bool {
	return p.Path == name || strings.HasPrefix(p.Path, name+".")
}

// withoutRepeats sorts properties and removes duplicates.
func withoutRepeats(all []Property) []Property {
	slices.SortStableFunc(all, func(a, b Property) int { return strings.Compare(a.Path, b.Path) })
	return slices.Compact(all)
}

// property makes a row's property of a difference.
func (c *comparison) property(d difference, ch Change) Property {
	r := c.redacted(d)
	p := Property{Path: pathName(d.path), Before: shortText(r.before), After: shortText(r.after)}
	if d.before == "" && !d.added {
		p.Before = `""`
	}
	if d.after == "" && !d.removed {
		p.After = `""`
	}
	p.Replaces = (ch.Replacement == ReplaceYes || ch.Replacement == ReplaceMaybe) && ch.replaces(d.path[0])
	return p
}

// replaces reports whether a property is the reason for which the resource is
// replaced, or may be.
func (ch Change) replaces(property string) bool {
	why := RecreateAlways
	if ch.Replacement == ReplaceMaybe {
		why = RecreateMaybe
	}
	told := false
	for _, p := range ch.Properties {
		if p.name() == property {
			if p.Recreation == RecreateAlways || p.Recreation == why {
				return true
			}
			told = told || p.Recreation != ""
		}
	}
	return !told && recreation(ch.Type, property) == why
}

// name returns the property, or the attribute beside the properties, that
// changes.
func (p PropertyChange) name() string {
	if p.Attribute != "" && p.Attribute != "Properties" {
		return p.Attribute
	}
	return p.Name
}

// path returns the path of the change, without Properties at its beginning.
func (p PropertyChange) path() []string {
	rest, ok := strings.CutPrefix(p.Path, "/Properties/")
	if !ok || rest == "" {
		return []string{p.name()}
	}
	var path []string
	for name := range strings.SplitSeq(rest, "/") {
		path = append(path, strings.NewReplacer("~1", "/", "~0", "~").Replace(name))
	}
	return path
}

// differences parses the texts of a change in a change set, and compares them.
func (p PropertyChange) differences() []difference {
	before, after := parsed(p.Before), parsed(p.After)
	switch path := p.path(); {
	case p.Kind == "Add" || p.Before == "" && p.After != "":
		return []difference{{path: path, after: after, added: true}}
	case p.Kind == "Remove" || p.After == "":
		return []difference{{path: path, before: before, removed: true}}
	default:
		return differences(path, before, after)
	}
}

// unknown reports whether a value may stay as it was: that is known only later.
func (d difference) unknown() bool {
	before, was := d.before.(string)
	after, is := d.after.(string)
	return was && is && canBe(after, before)
}

// parsed parses a value of a change set: an object or a list is JSON, anything
// else is text.
func parsed(s string) any {
	if trimmed := strings.TrimSpace(s); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
		var v any
		if decodeJSON([]byte(trimmed), &v) == nil {
			return plain(v, 0)
		}
	}
	return s
}

// plain turns numbers and booleans into texts, as in canonical values.
func plain(v any, depth int) any {
	switch v := v.(type) {
	case []any:
		all := make([]any, len(v))
		for i, element := range v {
			if depth < maxDepth {
				all[i] = plain(element, depth+1)
			}
		}
		return all
	case map[string]any:
		all := map[string]any{}
		for key, value := range v {
			if depth < maxDepth {
				all[key] = plain(value, depth+1)
			}
		}
		return all
	case nil:
		return nil
	}
	return scalar(v)
}

// unresolved hides a value of CloudFormation's if the template has a secret, or
// the name of one, in its place.
func (c *comparison) unresolved(d difference, n *comparedNode) difference {
	if n.before != nil && c.before.secretAt(n.before.properties, d.path) {
		d.before = Hidden
	}
	if n.after != nil && c.after.secretAt(n.after.properties, d.path) {
		d.after = Hidden
	}
	return d
}

// secretAt reports whether a template has a secret, or the name of one, at a
// path. If the template has only a part of the path, that part decides, since
// an intrinsic function can have any value.
func (w *world) secretAt(properties map[string]any, path []string) bool {
	var v any = properties
	for _, name := range path {
		v = step(v, name)
		if isIntrinsic(v) {
			break
		}
	}
	return w.dependsOnSecret(v) || dynamicReference.MatchString(valueText(v))
}

// step returns a part of a value: by the name of a member, the name of an
// element, or its number.
func step(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		return v[name]
	case []any:
		for i, element := range v {
			if elementName(element) == name || strconv.Itoa(i) == name {
				return element
			}
		}
	}
	return nil
}

// pathName returns a path as people write it.
func pathName(path []string) string {
	var names []string
	for _, name := range path {
		names = append(names, oneLine(name))
	}
	return strings.Join(names, ".")
}
