package review

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/templatefile"
)

// Template is a CloudFormation template as plain data. Numbers are json.Number.
type Template map[string]any

// Stack is a stack's template, with those of the stacks nested in it.
type Stack struct {
	Template Template
	// Parameters are the values of the stack's parameters that aren't the
	// template's defaults. Those of nested stacks are in the template.
	Parameters map[string]string
	Nested     map[string]*Stack // by logical id
	// Documents are the OpenAPI documents that are files beside the template, by
	// the logical id of their API.
	Documents map[string]any
}

// File is a file of a template.
type File struct {
	Name string // without a folder
	Data []byte
}

// ParseTemplate parses a template, JSON or YAML with CloudFormation's short
// forms. The name is for messages; its extension says which of them it is.
func ParseTemplate(name string, data []byte) (Template, error) {
	parsed, err := templatefile.Parse(name, data)
	if err != nil {
		return nil, err
	}
	text, err := parsed.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var t Template
	err = decodeJSON(text, &t)
	return t, err
}

func decodeJSON(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(v)
}

// ReadStack parses a template and its parts, as package packager writes them,
// the root's first. If the template of a nested stack, or a document, isn't
// among the files, the result doesn't have it.
func ReadStack(files []File) (*Stack, error) {
	if len(files) == 0 {
		return nil, fmt.Errorf("a stack without a template")
	}
	return readStack(files[0], files[1:])
}

func readStack(root File, parts []File) (*Stack, error) {
	t, err := ParseTemplate(root.Name, root.Data)
	if err != nil {
		return nil, err
	}
	s := &Stack{Template: t, Nested: map[string]*Stack{}, Documents: map[string]any{}}
	resources := objects(t["Resources"])
	for _, id := range sortedKeys(resources) {
		resource := resources[id]
		properties := object(resource["Properties"])
		if url, ok := properties["TemplateURL"]; ok && resource["Type"] == stackType {
			if part, rest, found := partAt(url, parts); found {
				if s.Nested[id], err = readStack(part, rest); err != nil {
					return nil, err
				}
			}
		}
		for _, property := range documentProperties {
			if part, _, found := partAt(properties[property], parts); found {
				if s.Documents[id], err = readDocument(part); err != nil {
					return nil, err
				}
			}
		}
	}
	return s, nil
}

const stackType = "AWS::CloudFormation::Stack"

// documentProperties are the properties with the place of an API's document.
var documentProperties = []string{"BodyS3Location", "DefinitionUri"}

func readDocument(f File) (any, error) {
	t, err := ParseTemplate(f.Name, f.Data)
	return map[string]any(t), err
}

// partAt returns the file at a place in a template: a name, or a key in S3 that
// ends with the name and perhaps the content's digest. others are the files
// among which its own parts are.
func partAt(place any, parts []File) (part File, others []File, found bool) {
	base := path.Base(lastText(place))
	ext := path.Ext(base)
	plain := contentDigest().ReplaceAllString(strings.TrimSuffix(base, ext), "") + ext
	for i, p := range parts {
		if p.Name == base || p.Name == plain {
			return p, append(parts[:i:i], parts[i+1:]...), true
		}
	}
	return File{}, nil, false
}

var contentDigest = lazyregexp.New(`-[0-9a-f]{64}$`)

// lastText returns the text at the end of a file's place.
func lastText(place any) string {
	switch place := place.(type) {
	case string:
		return place
	case []any:
		if len(place) > 0 {
			return lastText(place[len(place)-1])
		}
	case map[string]any:
		for _, key := range []string{"Key", "Fn::Sub", "Fn::Join"} {
			switch v := place[key].(type) {
			case string:
				return v
			case []any: // the text of Fn::Sub, the list of Fn::Join
				if len(v) == 2 && key == "Fn::Sub" {
					return lastText(v[0])
				}
				return lastText(v)
			}
		}
	}
	return ""
}

// object returns a value if it is an object, otherwise an empty object.
func object(v any) map[string]any {
	switch o := v.(type) {
	case map[string]any:
		return o
	case Template:
		return o
	}
	return nil
}

// objects returns the members of an object that are objects.
func objects(v any) map[string]map[string]any {
	all := map[string]map[string]any{}
	for key, value := range object(v) {
		if o, ok := value.(map[string]any); ok {
			all[key] = o
		}
	}
	return all
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// asList returns a list as it is, nothing for nil, and any other value as a
// list with one element, since templates and policies allow that.
func asList(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// text returns a value if it is a string, otherwise "".
func text(v any) string {
	s, _ := v.(string)
	return s
}
