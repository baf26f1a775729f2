package standin

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/tftext"
)

// Of returns the value of an intrinsic function, as a configuration holds it. TypeOf
// says what type the resource, or the parameter, with a logical id has; "" where that
// isn't known.
func Of(content any, typeOf func(id string) string) Value {
	data, err := json.Marshal(content)
	if err != nil {
		data = fmt.Append(nil, content) // it was no JSON
	}
	v := Value{Content: content, hash: hashOf(data)}
	if id, attribute, ok := reference(content); ok {
		v.id, v.attribute, v.Type = id, attribute, typeOf(id)
	}
	if v.form = forms[v.Type][v.attribute]; v.form != "" {
		v.Kind = kindOf(v.form)
	} else if isARN(content, typeOf) {
		v.Kind = ARN
	}
	return v
}

// reference takes a Ref, an Fn::GetAtt, or an Fn::Sub that is no more than that apart.
// The attribute of a Ref is empty.
func reference(content any) (id, attribute string, ok bool) {
	name, argument := call(content)
	switch name {
	case "Ref":
		id, ok = argument.(string)
		return id, "", ok
	case "Fn::GetAtt":
		if text, isText := argument.(string); isText {
			return strings.Cut(text, ".")
		}
		if list, isList := argument.([]any); isList && len(list) == 2 {
			id, ok = list[0].(string)
			attribute, isText := list[1].(string)
			return id, attribute, ok && isText
		}
	case "Fn::Sub":
		if text, isText := argument.(string); isText {
			if match := variable().FindStringSubmatch(text); match != nil {
				id, attribute, _ = strings.Cut(match[1], ".")
				return id, attribute, true
			}
		}
	}
	return "", "", false
}

// ID returns the logical id that an intrinsic function is a reference to; "" where it
// is none.
func ID(content any) string {
	id, _, _ := reference(content)
	return id
}

// variable matches the text of an Fn::Sub that is one variable.
var variable = lazyregexp.New(`^\$\{([^!}][^}]*)\}$`)

// call returns what an intrinsic function is called, and its argument; "" for
// anything else.
func call(content any) (name string, argument any) {
	if o, ok := content.(map[string]any); ok && len(o) == 1 {
		for name, argument := range o {
			return name, argument
		}
	}
	return "", nil
}

// isARN reports whether the text that something becomes is an ARN: an attribute
// called so, a reference to what is known to give one, or text that starts like one.
func isARN(content any, typeOf func(id string) string) bool {
	if text, ok := content.(string); ok {
		return strings.HasPrefix(text, "arn:")
	}
	if id, attribute, ok := reference(content); ok {
		return strings.HasSuffix(attribute, "Arn") || kindOf(forms[typeOf(id)][attribute]) == ARN
	}
	name, argument := call(content)
	list, isList := argument.([]any)
	switch {
	case name == "Fn::Sub" && isList && len(list) == 2:
		return isARN(list[0], typeOf)
	case name == "Fn::Sub":
		return isARN(argument, typeOf)
	case name == "Fn::Join" && isList && len(list) == 2:
		parts, _ := list[1].([]any)
		return len(parts) > 0 && (parts[0] == "arn" || isARN(parts[0], typeOf))
	case name == "Fn::If" && isList && len(list) == 3:
		return isARN(list[1], typeOf) && isARN(list[2], typeOf)
	}
	return false
}

// Shape returns the text that something becomes, as far as it is known before a deployment:
// with * for the rest. TypeOf is as in [Of].
func Shape(content any, typeOf func(id string) string) string {
	if text, ok := content.(string); ok {
		parts := tftext.Split(text)
		for i := 1; i < len(parts); i += 2 {
			parts[i] = cmp.Or(OfExpression(parts[i]).form, "*")
		}
		return strings.Join(parts, "")
	}
	if id, attribute, ok := reference(content); ok {
		return cmp.Or(forms[typeOf(id)][attribute], "*")
	}
	name, argument := call(content)
	list, _ := argument.([]any)
	text, isText := argument.(string)
	if name == "Fn::Sub" && len(list) > 0 {
		text, isText = list[0].(string)
	}
	switch {
	case name == "Fn::Sub" && isText:
		filled := variables().ReplaceAllStringFunc(text, func(variable string) string {
			return Shape(map[string]any{"Fn::Sub": variable}, typeOf)
		})
		return strings.ReplaceAll(filled, "${!", "${")
	case name == "Fn::Join" && len(list) == 2:
		return joined(list[0], list[1], typeOf)
	}
	return "*"
}

// variables matches what an Fn::Sub fills in.
var variables = lazyregexp.New(`\$\{[^!}][^}]*\}`)

func joined(delimiter, list any, typeOf func(id string) string) string {
	between, isText := delimiter.(string)
	parts, isList := list.([]any)
	if !isText || !isList {
		return "*"
	}
	var shapes []string
	for _, part := range parts {
		shapes = append(shapes, Shape(part, typeOf))
	}
	return strings.Join(shapes, between)
}

// OfExpression returns the value of a text with expressions of Terraform's.
func OfExpression(text string) Value {
	v := Value{Content: text, hash: hashOf([]byte(text))}
	inner, isOne := tftext.Expression(text)
	if match := attribute().FindStringSubmatch(inner); match != nil {
		v.Type, v.id, v.attribute = match[1], match[2], match[3]
	}
	if v.form = forms[v.Type][v.attribute]; v.form != "" {
		v.Kind = kindOf(v.form)
	} else if strings.HasPrefix(text, "arn:") || isOne && arnName().MatchString(inner) {
		v.Kind = ARN
	}
	return v
}

var (
	// attribute matches an expression that is one of a resource or a data source.
	attribute = lazyregexp.New(`^\s*(?:data\.)?([a-z0-9_]+)\.([A-Za-z0-9_-]+)(?:\[[^\]]*\])?\.([a-z_]+)\s*$`)
	// arnName matches an expression that is an ARN by its name, such as var.queue_arn.
	arnName = lazyregexp.New(`[._]arn\s*$`)
)

// IsExpression reports whether Terraform has something to fill in in a text.
func IsExpression(text string) bool { return len(tftext.Split(text)) > 1 }

// Readable returns what a message calls the value of a content: as in the text of an
// Fn::Sub, if it is a reference, or as a template has it.
func Readable(content any) string {
	if text, ok := content.(string); ok {
		return text
	}
	switch id, attribute, ok := reference(content); {
	case ok && attribute != "":
		return "${" + id + "." + attribute + "}"
	case ok:
		return "${" + id + "}"
	}
	data, _ := json.Marshal(content) // it was JSON
	return string(data)
}

// As returns the value as one whose type is known.
func (v Value) As(typ, attribute string) Value {
	v.Type, v.form = typ, forms[typ][attribute]
	v.Kind = kindOf(v.form)
	return v
}

// Typed reports whether the type of the resource is one whose attributes are known.
func (v Value) Typed() bool { return TypeKnown(v.Type) }

// ARN returns the ARN of the resource whose name or URL the value is, for where AWS has
// to have that. It reports false for other values, and for resources that have no
// attribute of that name.
func (v Value) ARN() (Value, bool) {
	attributes := forms[v.Type]
	if v.Kind == ARN || v.form == "" || attributes["Arn"] == "" && attributes["arn"] == "" {
		return v, false
	}
	arn := v
	if text, ok := v.Content.(string); ok {
		end := strings.LastIndex(text, "."+v.attribute)
		arn = OfExpression(text[:end] + ".arn}")
	} else {
		arn = Of(map[string]any{"Fn::GetAtt": []any{v.id, "Arn"}}, func(string) string { return v.Type })
	}
	arn.Variable, arn.FIFO = v.Variable, v.FIFO
	return arn, true
}

// MadeUp returns a text that the value could be.
func (v Value) MadeUp() string {
	if v.id != "" {
		return elsewhere(v.Text(), v.id)
	}
	return elsewhere(v.Text(), v.Variable)
}

// ID returns the logical id of the resource that the value is of, or its name in
// Terraform; "" where it isn't of one alone.
func (v Value) ID() string { return v.id }

// HasForm reports whether the form of the text is known that the value becomes.
func (v Value) HasForm() bool { return v.form != "" }
