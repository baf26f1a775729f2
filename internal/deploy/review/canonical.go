package review

import (
	"encoding/json"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// canonical returns a value in a form that is the same for all values with the
// same meaning:
//
//   - A reference to a parameter is replaced by the parameter's value, if that
//     is known and not secret.
//   - A reference to a resource names it by its id in the world, {"Ref": id}
//     or {"Fn::GetAtt": [id, attribute]}, also from another stack.
//   - Fn::Sub and Fn::Join of texts are one text, or a concat of their parts.
//   - Fn::If is replaced by the value that its condition chooses, if that is
//     known.
//   - Numbers and booleans are texts, since CloudFormation doesn't distinguish
//     them; AWS::NoValue is left out.
func (c *scope) canonical(v any) any {
	defer c.leave()
	if !c.enter() {
		return v
	}
	switch v := v.(type) {
	case []any:
		all := make([]any, 0, len(v))
		for _, element := range v {
			if element = c.canonical(element); !isNoValue(element) {
				all = append(all, element)
			}
		}
		return all
	case map[string]any:
		if name, argument, ok := intrinsic(v); ok {
			return c.intrinsic(name, argument)
		}
		all := make(map[string]any, len(v))
		for key, value := range v {
			if value = c.canonical(value); !isNoValue(value) {
				all[key] = value
			}
		}
		return all
	case nil:
		return nil
	}
	return scalar(v)
}

// scalar returns a scalar value as text; for any other value it returns "".
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}

// intrinsic reports whether an object is an intrinsic function.
func intrinsic(o map[string]any) (name string, argument any, ok bool) {
	if len(o) != 1 {
		return "", nil, false
	}
	for name, argument = range o {
		ok = name == "Ref" || strings.HasPrefix(name, "Fn::")
	}
	return name, argument, ok
}

func isIntrinsic(v any) bool {
	o, ok := v.(map[string]any)
	if ok {
		_, _, ok = intrinsic(o)
	}
	return ok
}

func isNoValue(v any) bool {
	o, _ := v.(map[string]any)
	return len(o) == 1 && o["Ref"] == "AWS::NoValue"
}

func (c *scope) intrinsic(name string, argument any) any {
	switch name {
	case "Ref":
		if id, ok := argument.(string); ok {
			return c.ref(id)
		}
	case "Fn::GetAtt":
		if id, attribute, ok := getAtt(argument); ok {
			return c.attribute(id, attribute)
		}
	case "Fn::Sub":
		if v, ok := c.sub(argument); ok {
			return v
		}
	case "Fn::Join":
		if v, ok := c.join(argument); ok {
			return v
		}
	case "Fn::If":
		if v, ok := c.choice(argument); ok {
			return v
		}
	case "Fn::FindInMap":
		if v, ok := c.lookUp(argument); ok {
			return v
		}
	}
	return map[string]any{name: c.canonical(argument)}
}

// getAtt parses the argument of Fn::GetAtt.
func getAtt(argument any) (id, attribute string, ok bool) {
	switch a := argument.(type) {
	case string:
		id, attribute, ok = strings.Cut(a, ".")
		return id, attribute, ok
	case []any:
		if len(a) == 2 {
			id, attribute = text(a[0]), text(a[1])
		}
	}
	return id, attribute, id != "" && attribute != ""
}

// ref resolves a Ref.
func (c *scope) ref(name string) any {
	parameter, isParameter := objects(c.stack.Template["Parameters"])[name]
	if isParameter {
		return c.parameter(name, parameter)
	}
	if id, ok := c.ids[name]; ok {
		return map[string]any{"Ref": id}
	}
	return map[string]any{"Ref": name}
}

func (c *scope) parameter(name string, parameter map[string]any) any {
	if c.outer != nil {
		if given, ok := c.given[name]; ok {
			v := c.outer.canonical(given)
			if _, isText := v.(string); !isText || !c.world.secrets[name] {
				return v
			}
		}
	}
	unknown := map[string]any{"Ref": name}
	if c.world.secrets[name] {
		return unknown
	}
	if value, ok := c.stack.Parameters[name]; ok && c.outer == nil {
		return parameterValue(parameter, value)
	}
	if value, ok := parameter["Default"]; ok {
		return parameterValue(parameter, scalar(value))
	}
	return unknown
}

// parameterValue returns the value of a parameter, which can be a list. The
// value of a Systems Manager parameter is only the name of the real one.
func parameterValue(parameter map[string]any, value string) any {
	kind := text(parameter["Type"])
	switch {
	case strings.HasPrefix(kind, "AWS::SSM::Parameter::Value"):
		return "{{resolve:ssm:" + value + "}}"
	case kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<"):
		var all []any
		for element := range strings.SplitSeq(value, ",") {
			all = append(all, strings.TrimSpace(element))
		}
		return all
	}
	return value
}

// attribute resolves a Fn::GetAtt.
func (c *scope) attribute(name, attribute string) any {
	if output, ok := strings.CutPrefix(attribute, "Outputs."); ok && c.inner[name] != nil {
		inner := c.inner[name]
		if o, ok := objects(inner.stack.Template["Outputs"])[output]; ok {
			return inner.canonical(o["Value"])
		}
	}
	id, ok := c.ids[name]
	if !ok {
		id = name
	}
	return map[string]any{"Fn::GetAtt": []any{id, attribute}}
}

// variable matches a variable in Fn::Sub; ${!x} is text.
var variable = lazyregexp.New(`\$\{([^}]*)\}`)

// sub resolves a Fn::Sub.
func (c *scope) sub(argument any) (any, bool) {
	pattern, own := argument, map[string]any(nil)
	if pair, ok := argument.([]any); ok && len(pair) == 2 {
		pattern, own = pair[0], object(pair[1])
	}
	s, ok := pattern.(string)
	if !ok {
		return nil, false
	}
	var parts []any
	at := 0
	for _, m := range variable().FindAllStringSubmatchIndex(s, -1) {
		parts = append(parts, s[at:m[0]])
		at = m[1]
		name := strings.TrimSpace(s[m[2]:m[3]])
		value, isOwn := own[name]
		id, attribute, dotted := strings.Cut(name, ".")
		switch {
		case strings.HasPrefix(name, "!"):
			parts = append(parts, "${"+name[1:]+"}")
		case isOwn:
			parts = append(parts, c.canonical(value))
		case dotted:
			parts = append(parts, c.attribute(id, attribute))
		default:
			parts = append(parts, c.ref(name))
		}
	}
	return concat(append(parts, s[at:])), true
}

// join resolves a Fn::Join of parts that are known one by one.
func (c *scope) join(argument any) (any, bool) {
	pair, _ := argument.([]any)
	if len(pair) != 2 {
		return nil, false
	}
	separator, isText := pair[0].(string)
	elements, isList := c.canonical(pair[1]).([]any)
	if !isText || !isList {
		return nil, false
	}
	var parts []any
	for i, element := range elements {
		if i > 0 {
			parts = append(parts, separator)
		}
		parts = append(parts, element)
	}
	return concat(parts), true
}

// concat returns the concatenation of parts: a text, a reference, or a Fn::Join
// without a separator in which no two texts are neighbours.
func concat(parts []any) any {
	var all []any
	for _, part := range parts {
		for _, p := range concatenated(part) {
			last := len(all) - 1
			s, isText := p.(string)
			if isText && s == "" {
				continue
			}
			if isText && last >= 0 {
				if before, ok := all[last].(string); ok {
					all[last] = before + s
					continue
				}
			}
			all = append(all, p)
		}
	}
	switch len(all) {
	case 0:
		return ""
	case 1:
		return all[0]
	}
	return map[string]any{"Fn::Join": []any{"", all}}
}

// concatenated returns the parts of a canonical value.
func concatenated(v any) []any {
	if o, ok := v.(map[string]any); ok {
		if pair, _ := o["Fn::Join"].([]any); len(o) == 1 && len(pair) == 2 && pair[0] == "" {
			if parts, ok := pair[1].([]any); ok {
				return parts
			}
		}
	}
	return []any{v}
}

// lookUp resolves a Fn::FindInMap whose keys are known.
func (c *scope) lookUp(argument any) (any, bool) {
	keys, _ := c.canonical(argument).([]any)
	if len(keys) != 3 {
		return nil, false
	}
	name, isText := keys[0].(string)
	top, second := scalar(keys[1]), scalar(keys[2])
	v, ok := object(object(object(c.stack.Template["Mappings"])[name])[top])[second]
	if !ok || !isText {
		return nil, false
	}
	return c.canonical(v), true
}
