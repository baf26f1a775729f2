package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/jsontext"
)

// node is a JSON value that knows its line. Its value is nil, a bool, a
// string, a json.Number, a []*node or an *object.
type node struct {
	line  int
	value any
}

// object is a JSON object with its members in the order of the file,
// duplicates included.
type object struct {
	members []*member
	byKey   map[string]*member // the first of each key that isn't null
}

type member struct {
	key   string
	line  int
	value *node
}

// get returns the member of that key, or nil; also of a nil object. A null is
// absent.
func (o *object) get(key string) *member {
	if o == nil {
		return nil
	}
	return o.byKey[key]
}

// object returns the object that a key holds, or nil.
func (o *object) object(key string) *object {
	m := o.get(key)
	if m == nil {
		return nil
	}
	child, _ := m.value.value.(*object)
	return child
}

// plain returns the value as encoding/json would decode it into an any, with
// numbers as json.Number.
func (n *node) plain() any {
	switch v := n.value.(type) {
	case []*node:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = e.plain()
		}
		return list
	case *object:
		m := make(map[string]any, len(v.members))
		for _, e := range v.members {
			m[e.key] = e.value.plain()
		}
		return m
	default:
		return v
	}
}

// parse reads one JSON value. An error is a *Mistake without a file.
func parse(data []byte) (*node, error) {
	if flaw := jsontext.Check(data); flaw != nil {
		return nil, badJSON(data, flaw.Offset, flaw.Message)
	}
	// The decoder below reports what is wrong less exactly than this does.
	var valid json.RawMessage
	if err := json.Unmarshal(data, &valid); err != nil {
		var syntax *json.SyntaxError
		if !errors.As(err, &syntax) {
			return nil, err
		}
		return nil, badJSON(data, int(syntax.Offset)-1, syntax.Error())
	}
	p := parser{data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1}
	p.dec.UseNumber()
	return p.value()
}

// badJSON describes what is wrong at an offset, counting lines and characters
// from 1.
func badJSON(data []byte, offset int, message string) *Mistake {
	before := data[:min(max(offset, 0), len(data))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return &Mistake{Line: line, Column: column, Message: fmt.Sprintf("this is not valid JSON: %s", message)}
}

// parser builds nodes of the tokens of valid JSON.
type parser struct {
	data    []byte
	dec     *json.Decoder
	line    int
	counted int // bytes whose newlines are in line
}

// token returns the next token and the line on which it stands. No token spans
// lines, so the end of it serves.
func (p *parser) token() (json.Token, int, error) {
	t, err := p.dec.Token()
	if err != nil {
		return nil, 0, err
	}
	end := int(p.dec.InputOffset())
	p.line += bytes.Count(p.data[p.counted:end], []byte("\n"))
	p.counted = end
	return t, p.line, nil
}

func (p *parser) value() (*node, error) {
	t, line, err := p.token()
	if err != nil {
		return nil, err
	}
	n := &node{line: line, value: t}
	switch t {
	case json.Delim('{'):
		n.value, err = p.object()
	case json.Delim('['):
		n.value, err = p.list()
	}
	return n, err
}

func (p *parser) object() (*object, error) {
	o := &object{byKey: map[string]*member{}}
	for p.dec.More() {
		key, line, err := p.token()
		if err != nil {
			return nil, err
		}
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		m := &member{key: key.(string), line: line, value: value}
		o.members = append(o.members, m)
		if o.byKey[m.key] == nil && value.value != nil {
			o.byKey[m.key] = m
		}
	}
	_, _, err := p.token()
	return o, err
}

func (p *parser) list() ([]*node, error) {
	list := []*node{}
	for p.dec.More() {
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, _, err := p.token()
	return list, err
}
