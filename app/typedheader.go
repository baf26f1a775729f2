package app

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/schema"
)

// setType sets the content type of an answer whose own is empty.
func setType(answer *Response, contentType string) {
	for name, value := range answer.Headers {
		if strings.EqualFold(name, "Content-Type") && value != "" {
			return
		} else if strings.EqualFold(name, "Content-Type") {
			delete(answer.Headers, name)
		}
	}
	answer.Headers["Content-Type"] = contentType
}

// headers sets the headers of an answer.
func (r *result) headers(answer *Response, v reflect.Value) error {
	for _, p := range r.Headers {
		field, ok := find(v, p.Index)
		if !ok || p.Pointer && field.IsNil() {
			continue
		}
		if isZero(field) {
			if p.Default != "" {
				answer.Headers[p.Name] = p.DefaultText()
				continue
			}
			if !p.Required {
				continue
			}
		}
		if err := setHeader(answer, p, field); err != nil {
			return fmt.Errorf("the header %s: %w", p.Name, err)
		}
	}
	return nil
}

func setHeader(answer *Response, p *schema.Param, field reflect.Value) error {
	if !p.List {
		text, err := headerText(reflect.Indirect(field))
		answer.Headers[p.Name] = text
		return err
	}
	var texts []string
	for i := range field.Len() {
		text, err := headerText(field.Index(i))
		if err != nil {
			return err
		}
		texts = append(texts, text)
	}
	if answer.MultiValueHeaders == nil {
		answer.MultiValueHeaders = map[string][]string{}
	}
	if len(texts) > 0 {
		answer.MultiValueHeaders[p.Name] = texts
	}
	return nil
}

// headerText returns a value as the text of a header: what a parameter with the text is
// read into.
func headerText(v reflect.Value) (string, error) {
	if v.CanAddr() {
		v = v.Addr()
	}
	switch own := v.Interface().(type) {
	case *time.Duration:
		return own.String(), nil
	case encoding.TextMarshaler:
		text, err := own.MarshalText()
		return string(text), err
	case interface{ MarshalBinary() ([]byte, error) }: // a *url.URL
		text, err := own.MarshalBinary()
		return string(text), err
	}
	switch v = reflect.Indirect(v); {
	case v.Kind() == reflect.String:
		return v.String(), nil
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), nil
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), nil
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), nil
	}
	return "", fmt.Errorf("a %s has no text", v.Type())
}
