package app

import (
	"encoding"
	"encoding/base64"
	"reflect"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/schema"
)

// text fills a string, bytes, or a type that is a text in JSON.
func (x *explainer) text(v reflect.Value, t *schema.Type, r *schema.Rules, pos int) {
	end, _ := skipString(x.data, pos)
	s := plainText(x.data[pos:end])
	switch {
	case t.Text:
		if !decodeText(v, s) {
			x.unreadable(formProblem(t.Format))
			return
		}
	case v.Kind() == reflect.Slice:
		data, err := base64.StdEncoding.DecodeString(s)
		if err != nil || strings.ContainsAny(s, "\r\n") { // which the package skips
			x.unreadable("has to be base64")
			return
		}
		v.SetBytes(data)
	default:
		v.SetString(strings.Clone(s))
	}
	x.violates(r.Text(s))
}

// decodeText lets a type that is a text in JSON decode itself.
func decodeText(v reflect.Value, s string) bool {
	if own, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return own.UnmarshalText([]byte(s)) == nil
	}
	if v.Kind() != reflect.String {
		return false // it has only MarshalText
	}
	v.SetString(strings.Clone(s))
	return true
}

// formProblem says that a text can't be read, by the format that it should have.
func formProblem(format string) string {
	if format == "" {
		return "doesn't have the form that it has to have"
	}
	return "has to have the format " + format
}

// number fills a number.
func (x *explainer) number(v reflect.Value, t *schema.Type, r *schema.Rules, literal string) {
	switch k := v.Kind(); {
	case k == reflect.String: // json.Number
		v.SetString(strings.Clone(literal))
		x.violates(r.Number(literal))
	case k == reflect.Float32, k == reflect.Float64:
		f, err := strconv.ParseFloat(literal, v.Type().Bits())
		if err != nil {
			x.unreadable("is out of range")
			return
		}
		v.SetFloat(f)
		x.violates(r.Float(f))
	case strings.ContainsAny(literal, ".eE"):
		x.unreadable("has to be a whole number, without a fraction or an exponent")
	case v.CanInt():
		n, err := strconv.ParseInt(literal, 10, v.Type().Bits())
		if err != nil {
			x.unreadable("is out of range: it has " + strconv.Itoa(v.Type().Bits()) + " bits")
			return
		}
		v.SetInt(n)
		x.violates(r.Int(n))
	default:
		x.unsigned(v, r, literal)
	}
}

func (x *explainer) unsigned(v reflect.Value, r *schema.Rules, literal string) {
	n, err := strconv.ParseUint(strings.TrimPrefix(literal, "-"), 10, v.Type().Bits())
	switch {
	case literal[0] == '-':
		x.unreadable("is out of range: it can't be negative")
	case err != nil:
		x.unreadable("is out of range: it has " + strconv.Itoa(v.Type().Bits()) + " bits")
	default:
		v.SetUint(n)
		x.violates(r.Uint(n))
	}
}
