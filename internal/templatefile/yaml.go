package templatefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chalice-go/chalice/internal/ordered"
)

// maxDepth is how deep a document may be nested. The deepest that AWS takes are a small
// part of it.
const maxDepth = 200

// maxNodes bounds what aliases can blow a document up to. The largest template
// that CloudFormation takes, 1 MB, has fewer values.
const maxNodes = 500_000

// parseYAML reads one YAML document, with CloudFormation's short forms of
// intrinsic functions in their long form.
func parseYAML(data []byte) (any, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	switch err := d.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if d.Decode(&yaml.Node{}) != io.EOF {
		return nil, errors.New("more than one YAML document")
	}
	var p yamlParser
	return p.value(document.Content[0])
}

type yamlParser struct {
	nodes int
	depth int
}

func (p *yamlParser) value(n *yaml.Node) (any, error) {
	p.nodes++
	p.depth++
	defer func() { p.depth-- }()
	if p.nodes > maxNodes || p.depth > maxDepth {
		return nil, fmt.Errorf("line %d: the document is too large or too deep", n.Line)
	}
	if n.Kind == yaml.AliasNode {
		return p.value(n.Alias)
	}
	v, err := p.untagged(n)
	if err != nil || !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!") || n.Tag == "!" {
		return v, err
	}
	return longForm(n.Tag[1:], v), nil
}

// longForm returns an intrinsic function as JSON has it.
func longForm(tag string, v any) *ordered.Object {
	switch tag {
	case "Ref", "Condition":
		return ordered.New(tag, v)
	case "GetAtt":
		if text, ok := v.(string); ok {
			if id, attribute, dotted := strings.Cut(text, "."); dotted {
				return ordered.New("Fn::GetAtt", []any{id, attribute})
			}
		}
	}
	return ordered.New("Fn::"+tag, v)
}

func (p *yamlParser) untagged(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, element := range n.Content {
			v, err := p.value(element)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.MappingNode:
		return p.mapping(n)
	}
	return scalar(n)
}

func (p *yamlParser) mapping(n *yaml.Node) (any, error) {
	o, inherited := &ordered.Object{}, &ordered.Object{}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		v, err := p.value(value)
		if err != nil {
			return nil, err
		}
		switch {
		case key.Kind != yaml.ScalarNode:
			return nil, fmt.Errorf("line %d: a key must be text", key.Line)
		case key.Tag == "!!merge":
			if inherited, err = inherit(inherited, v, key.Line); err != nil {
				return nil, err
			}
		case seen[key.Value]:
			return nil, fmt.Errorf("line %d: key %q occurs twice in one object", key.Line, key.Value)
		default:
			seen[key.Value] = true
			o.Add(key.Value, v)
		}
	}
	for _, m := range inherited.Members {
		if !seen[m.Key] {
			o.Add(m.Key, m.Value)
		}
	}
	return o, nil
}

// inherit takes in the objects of a merge key, "<<". The first that has a
// member counts.
func inherit(inherited *ordered.Object, v any, line int) (*ordered.Object, error) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, element := range list {
		o, ok := element.(*ordered.Object)
		if !ok {
			return nil, fmt.Errorf("line %d: << takes an object or a list of objects", line)
		}
		inherited = ordered.Merged(o, inherited)
	}
	return inherited, nil
}

// scalar reads a value of one line. Dates are text, as CloudFormation has
// none, and so is anything with a tag of CloudFormation's. CloudFormation
// reads YAML 1.1, the library 1.2; where the two differ, 1.1 counts: yes and
// off are booleans, 1e3 and 0o17 are text.
func scalar(n *yaml.Node) (any, error) {
	if plain := n.Style == 0 && n.Tag != "" && strings.HasPrefix(n.Tag, "!!"); plain {
		if b, ok := oldBools[n.Value]; ok {
			return b, nil
		}
		if newNumber.MatchString(n.Value) {
			return n.Value, nil
		}
	}
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		var b bool
		return b, n.Decode(&b)
	case "!!int":
		return integer(n)
	case "!!float":
		var f float64
		if err := n.Decode(&f); err != nil {
			return nil, fmt.Errorf("line %d: %q is not a number", n.Line, n.Value)
		}
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return nil, fmt.Errorf("line %d: JSON has no number %s; put it in quotes if it is text", n.Line, n.Value)
		}
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value), nil
		}
		return json.Number(strconv.FormatFloat(f, 'g', -1, 64)), nil
	}
	return n.Value, nil
}

// oldBools are the booleans of YAML 1.1 that 1.2 takes for text.
var oldBools = map[string]bool{
	"yes": true, "Yes": true, "YES": true, "on": true, "On": true, "ON": true,
	"no": false, "No": false, "NO": false, "off": false, "Off": false, "OFF": false,
}

// newNumber matches the numbers of YAML 1.2 that 1.1 takes for text.
var newNumber = regexp.MustCompile(`^[-+]?(?:0o[0-7]+|[0-9]+[eE][-+]?[0-9]+)$`)

func integer(n *yaml.Node) (any, error) {
	if json.Valid([]byte(n.Value)) {
		return json.Number(n.Value), nil
	}
	var i int64
	if err := n.Decode(&i); err != nil {
		return nil, fmt.Errorf("line %d: %s is no whole number of 64 bits; put it in quotes if it is text", n.Line, n.Value)
	}
	return json.Number(strconv.FormatInt(i, 10)), nil
}
