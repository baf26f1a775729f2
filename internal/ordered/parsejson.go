package ordered

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/chalice-go/chalice/internal/jsontext"
)

// ParseJSON reads one JSON value, its objects in their own order and numbers
// as they are spelt. A repeated key is an error, since whichever was meant
// would be lost.
func ParseJSON(data []byte) (any, error) {
	if flaw := jsontext.Check(data); flaw != nil {
		return nil, flaw
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	p := parser{Decoder: d}
	v, err := p.value()
	if err == nil {
		if _, end := d.Token(); end != io.EOF {
			err = errors.New("unexpected text after the JSON value")
		}
	}
	if err != nil {
		line := 1 + bytes.Count(data[:d.InputOffset()], []byte("\n"))
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	return v, nil
}

// maxDepth is how deep a document may be nested. The deepest that AWS takes
// are a small part of it.
const maxDepth = 200

// parser reads the tokens of a document.
type parser struct {
	*json.Decoder
	depth int
}

func (p *parser) value() (any, error) {
	t, err := p.Token()
	if err != nil {
		return nil, unexpectedEnd(err)
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	if delim == '{' {
		return p.object()
	}
	return p.list()
}

func (p *parser) object() (any, error) {
	o := &Object{}
	seen := map[string]bool{}
	for p.More() {
		t, err := p.Token()
		if err != nil {
			return nil, unexpectedEnd(err)
		}
		key := t.(string) // the decoder accepts nothing else as a key
		if seen[key] {
			return nil, fmt.Errorf("key %q occurs twice in one object", key)
		}
		seen[key] = true
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		o.Add(key, v)
	}
	_, err := p.Token()
	return o, unexpectedEnd(err)
}

func (p *parser) list() (any, error) {
	list := []any{}
	for p.More() {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := p.Token()
	return list, unexpectedEnd(err)
}

func unexpectedEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
