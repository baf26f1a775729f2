package pipeline

import (
	"bytes"
	"encoding/json"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/templatefile"
)

// template is a template of CloudFormation. Its maps are written in the order of
// their keys.
type template struct {
	AWSTemplateFormatVersion string
	Description              string
	Parameters               map[string]parameter
	Conditions               map[string]any `json:",omitempty"`
	Resources                map[string]resource
	Outputs                  map[string]output
}

// parameter is a parameter of a template.
type parameter struct {
	Type           string
	Description    string
	Default        *string `json:",omitempty"`
	AllowedPattern string  `json:",omitempty"`
	// ConstraintDescription says what AllowedPattern lets in.
	ConstraintDescription string `json:",omitempty"`
}

// resource is a resource of a template.
type resource struct {
	Type           string
	Condition      string `json:",omitempty"`
	DependsOn      string `json:",omitempty"`
	DeletionPolicy string `json:",omitempty"`
	// UpdateReplacePolicy goes with DeletionPolicy: what stays when the stack goes
	// stays when it is replaced.
	UpdateReplacePolicy string `json:",omitempty"`
	Properties          any
}

// output is an output of a template.
type output struct {
	Description string `json:",omitempty"`
	Condition   string `json:",omitempty"`
	Value       any
}

// object is a JSON object, such as an intrinsic function.
type object = map[string]any

// ref, sub and getAtt are intrinsic functions.
func ref(id string) object            { return object{"Ref": id} }
func sub(text string) object          { return object{"Fn::Sub": text} }
func getAtt(id, name string) object   { return object{"Fn::GetAtt": []string{id, name}} }
func join(parts ...any) object        { return object{"Fn::Join": []any{"", parts}} }
func either(if_ string, a, b any) any { return object{"Fn::If": []any{if_, a, b}} }

// text returns a template as JSON or, if the name of its file says so, as YAML.
func (t template) text(file string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(t); err != nil {
		return nil, err
	}
	if !templatefile.IsYAML(file) {
		return b.Bytes(), nil
	}
	document, err := templatefile.Parse(file+".json", b.Bytes())
	if err != nil {
		return nil, err
	}
	return ordered.YAML(document), nil
}
