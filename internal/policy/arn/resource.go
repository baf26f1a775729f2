package arn

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Resource is an ARN, or a pattern of ARNs, in parts, so that every format can
// write them its own way.
type Resource []ResourcePart

// ResourcePart is a part of a [Resource].
type ResourcePart struct {
	Kind ResourcePartKind
	// Text is that of a part of kind Text.
	Text string
	// Value is that of a part of kind Value: a CloudFormation intrinsic, or a
	// string that stands for one.
	Value any
}

// ResourcePartKind tells the parts of resources apart.
type ResourcePartKind int

// The kinds of parts. Partition, Region and AccountID are where the stack is.
const (
	Text ResourcePartKind = iota
	Partition
	Region
	AccountID
	Value
)

// AnyResource stands for every resource.
func AnyResource() Resource { return Resource{{Text: "*"}} }

// text returns a part that is text.
func text(s string) ResourcePart { return ResourcePart{Text: s} }

// pseudo are the parameters of CloudFormation that the parts stand for.
var pseudo = map[ResourcePartKind]string{
	Partition: "AWS::Partition", Region: "AWS::Region", AccountID: "AWS::AccountId",
}

// CloudFormation returns the resource as templates have it: a string, or an
// intrinsic as a map.
func (r Resource) CloudFormation() any {
	if len(r) == 1 && r[0].Kind == Value {
		return r[0].Value
	}
	var b strings.Builder
	values := map[string]any{}
	plain := true
	add := func(v any) {
		name := fmt.Sprintf("Value%d", len(values)+1)
		values[name] = v
		b.WriteString("${" + name + "}")
		plain = false
	}
	for _, p := range r {
		switch {
		case p.Kind == Value:
			add(p.Value)
		case p.Kind != Text:
			b.WriteString("${" + pseudo[p.Kind] + "}")
			plain = false
		case strings.Contains(p.Text, "${"):
			add(p.Text) // as part of the text it would be replaced
		default:
			b.WriteString(p.Text)
		}
	}
	switch {
	case plain:
		return b.String()
	case len(values) == 0:
		return map[string]any{"Fn::Sub": b.String()}
	}
	return map[string]any{"Fn::Sub": []any{b.String(), values}}
}

// String returns a text that is the same for equal resources, and readable.
func (r Resource) String() string {
	var b strings.Builder
	for _, p := range r {
		switch p.Kind {
		case Text:
			b.WriteString(p.Text)
		case Value:
			data, err := json.Marshal(p.Value)
			if err != nil {
				data = fmt.Append(nil, p.Value)
			}
			b.Write(data)
		default:
			b.WriteString("${" + pseudo[p.Kind] + "}")
		}
	}
	return b.String()
}

// with puts parts behind a resource.
func (r Resource) with(parts ...ResourcePart) Resource {
	return append(r[:len(r):len(r)], parts...)
}
