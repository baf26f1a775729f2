package config

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Schema returns the JSON Schema (draft 2020-12) of the configuration file, made
// of the same table that files are checked against. Editors complete and check
// keys with it.
func Schema() []byte {
	root := block(keys, AppScope)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Configuration of a Chalice app: .chalice/config.json"
	root["properties"].(schema)["$schema"] = schema{"type": "string"}
	root["$defs"] = schema{
		"stage":    block(keys, StageScope),
		"function": block(keys, FunctionScope),
		"domain":   block(domainKeys, StageScope),

		"intrinsic": intrinsicSchema,
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic("config: " + err.Error()) // the table is ours, and holds only text and numbers
	}
	return b.Bytes()
}

type schema map[string]any

// block describes an object whose keys are those of a table.
func block(table []Key, in Scope) schema {
	properties := schema{}
	var required []string
	for _, k := range table {
		if k.Scope&in == 0 || k.Kind == Refused {
			continue
		}
		properties[k.Name] = k.schema()
		if k.Required {
			required = append(required, k.Name)
		}
	}
	s := schema{"type": "object", "additionalProperties": false, "properties": properties}
	if required != nil {
		s["required"] = required
	}
	return s
}

// schema describes a key's value. null is as good as no value, but for the
// version.
func (k Key) schema() schema {
	s := k.valueSchema()
	s["description"] = k.Doc
	if k.Default != "" {
		s["default"] = json.RawMessage(k.Default)
	}
	if typ, ok := s["type"].(string); ok {
		s["type"] = []string{typ, "null"}
	}
	switch values := s["enum"].(type) {
	case []string:
		s["enum"] = withNull(values)
	case []int:
		s["enum"] = withNull(values)
	}
	return s
}

// withNull returns the values of a key, and null, which is as good as no key.
func withNull[V any](values []V) []any {
	var all []any
	for _, v := range values {
		all = append(all, v)
	}
	return append(all, nil)
}

func (k Key) valueSchema() schema {
	text := k.textSchema()
	switch k.Kind {
	case Text:
		if k.intrinsic {
			return schema{"anyOf": []schema{text, intrinsicRef, {"type": "null"}}}
		}
	case Bool:
		return schema{"type": "boolean"}
	case Int:
		if len(k.Numbers) > 0 {
			return schema{"enum": k.Numbers}
		}
		return schema{"type": "integer", "minimum": k.Min, "maximum": k.Max}
	case Number:
		return schema{"type": "number", "minimum": 0}
	case TextList:
		if k.intrinsic {
			whole := schema{"type": "string", "pattern": `^\$\{.*\}$`} // an expression
			return schema{"anyOf": []schema{k.listSchema(text), intrinsicRef, whole, {"type": "null"}}}
		}
		return k.listSchema(text)
	case TextOrList:
		forms := []schema{text, k.listSchema(text), {"type": "null"}}
		if k.intrinsic {
			forms = append(forms, intrinsicRef)
		}
		return schema{"anyOf": forms}
	case TextMap, Variables:
		return schema{"type": "object", "additionalProperties": schema{"anyOf": []schema{{"type": "string"}, intrinsicRef}}}
	case Object:
		if k.shared != "" {
			return schema{"anyOf": []schema{{"$ref": "#/$defs/" + k.shared}, {"type": "null"}}}
		}
		return block(k.Keys, StageScope)
	case Switch:
		return schema{"anyOf": []schema{{"type": "boolean"}, block(k.Keys, StageScope), {"type": "null"}}}
	case Version:
		return schema{"enum": []any{"1.0", "2.0", 1, 2}}
	case Stages:
		return schema{"type": "object", "additionalProperties": schema{"$ref": "#/$defs/stage"}}
	case Functions:
		return schema{"type": "object", "additionalProperties": schema{"$ref": "#/$defs/function"}}
	}
	return text
}

func (k Key) textSchema() schema {
	switch {
	case len(k.Values) > 0:
		return schema{"enum": k.Values}
	case k.pattern != nil:
		// Text with ${ in it is only filled in later.
		return schema{"type": "string", "pattern": k.pattern().String() + `|\$\{`}
	}
	return schema{"type": "string"}
}

// listSchema describes a list of values.
func (k Key) listSchema(item schema) schema {
	if k.intrinsic {
		item = schema{"anyOf": []schema{item, intrinsicRef}}
	}
	return schema{"type": "array", "items": item}
}

// intrinsicSchema describes an intrinsic function of CloudFormation's; intrinsicRef
// refers to it.
var intrinsicSchema = schema{
	"type":              "object",
	"minProperties":     1,
	"maxProperties":     1,
	"propertyNames":     schema{"pattern": "^(Ref|Fn::[A-Za-z]+)$"},
	"properties":        schema{"Ref": schema{"type": "string"}},
	"patternProperties": schema{"^Fn::": schema{"not": schema{"type": "null"}}},
}

var intrinsicRef = schema{"$ref": "#/$defs/intrinsic"}

// Reference returns the keys as tables in Markdown, for docs/configuration.md.
func Reference() string {
	var b strings.Builder
	referenceTable(&b, keys)
	b.WriteString("\nA custom domain has these keys of its own:\n\n")
	referenceTable(&b, domainKeys)
	referenceObjects(&b, "", keys)
	return b.String()
}

// referenceObjects writes a table for each object among the keys, and for those within it.
func referenceObjects(b *strings.Builder, above string, table []Key) {
	for _, k := range table {
		if len(k.Keys) > 0 && k.shared == "" {
			b.WriteString("\n`" + above + k.Name + "` has these:\n\n")
			referenceTable(b, k.Keys)
			referenceObjects(b, above+k.Name+".", k.Keys)
		}
	}
}

func referenceTable(b *strings.Builder, table []Key) {
	b.WriteString("| key | value | default | can stand at | meaning |\n| --- | --- | --- | --- | --- |\n")
	for _, k := range table {
		if k.Kind == Refused {
			continue
		}
		places := k.Scope.String()
		if k.Required {
			places += "; required"
		}
		cells := []string{"`" + k.Name + "`", k.documented(), code(k.Default), places, k.Doc}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
}

// documented says in words what the key's value can be.
func (k Key) documented() string {
	switch {
	case !k.intrinsic:
		return k.want()
	case k.Kind == TextMap || k.Kind == Variables:
		return k.want() + " and intrinsics"
	}
	return k.want() + ", or an intrinsic"
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}
