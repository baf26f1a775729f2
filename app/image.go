package app

import (
	"encoding/json"
	"fmt"
	"strings"
)

// decodeImage decodes an item in DynamoDB's own form, where each value is an
// object whose only member names the value's type.
func decodeImage(raw string, v any) error {
	if isNull(raw) {
		return fmt.Errorf("the record does not have this image of the item")
	}
	plain, err := appendItem(nil, raw)
	if err != nil {
		return err
	}
	return unmarshal(plain, v)
}

// appendItem writes an item, or a value of type M, as plain JSON.
func appendItem(dst []byte, raw string) ([]byte, error) {
	dst = append(dst, '{')
	o := object{data: raw}
	for n := 0; o.next(); n++ {
		if n > 0 {
			dst = append(dst, ',')
		}
		name, err := json.Marshal(o.key)
		if err != nil {
			return nil, err
		}
		dst = append(append(dst, name...), ':')
		if dst, err = appendAttribute(dst, o.value()); err != nil {
			return nil, fmt.Errorf("attribute %q: %w", o.key, err)
		}
	}
	if o.pos < 0 {
		return nil, fmt.Errorf("no item in DynamoDB's form")
	}
	return append(dst, '}'), nil
}

// appendAttribute writes a value such as {"N": "7"} as plain JSON. Sets become
// arrays, and binary values stay base64, which a []byte decodes.
func appendAttribute(dst []byte, raw string) ([]byte, error) {
	o := object{data: raw}
	if !o.next() {
		return nil, fmt.Errorf("%s is no value in DynamoDB's form", raw)
	}
	kind, value := o.key, o.value()
	switch kind {
	case "S", "B", "BOOL", "SS", "BS":
		return append(dst, value...), nil
	case "NULL":
		return append(dst, "null"...), nil
	case "N":
		return appendNumber(dst, value)
	case "M":
		return appendItem(dst, value)
	case "L":
		return appendElements(dst, value, appendAttribute)
	case "NS":
		return appendElements(dst, value, appendNumber)
	}
	return nil, fmt.Errorf("%q is none of DynamoDB's types", kind)
}

func appendNumber(dst []byte, raw string) ([]byte, error) {
	n := strings.TrimPrefix(sharedText(raw), "+")
	if !valid(n) || strings.ContainsAny(n, `"{[tfn`) {
		return nil, fmt.Errorf("%s is no number", raw)
	}
	return append(dst, n...), nil
}

func appendElements(dst []byte, raw string, one func([]byte, string) ([]byte, error)) ([]byte, error) {
	dst = append(dst, '[')
	l := list{data: raw}
	for n := 0; l.next(); n++ {
		if n > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = one(dst, l.value()); err != nil {
			return nil, err
		}
	}
	if l.pos < 0 {
		return nil, fmt.Errorf("%s is no list", raw)
	}
	return append(dst, ']'), nil
}
