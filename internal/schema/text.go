package schema

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
)

// parser reads a text into a value. It returns what is wrong with the text, "" if nothing,
// and whether it can't be read at all, rather than being against the rules.
type parser func(v reflect.Value, text string, rules *Rules) (problem string, unreadable bool)

// textOf returns what the texts of a type's values are like, and what reads them; nil for a
// type that isn't read from texts.
func textOf(t reflect.Type) (*Type, parser) {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return &Type{Go: t, Kind: String}, parseDuration
	case t == reflect.TypeFor[json.Number]():
		return &Type{Go: t, Kind: Number}, parseNumber
	case t.PkgPath() == "net/url" && t.Name() == "URL":
		return &Type{Go: t, Kind: String, Format: "uri-reference"}, parseBinary
	case isText(t):
		return &Type{Go: t, Kind: String, Text: true, Format: textFormat(t)}, parseText
	}
	switch k := t.Kind(); {
	case k == reflect.String:
		return &Type{Go: t, Kind: String}, parseString
	case k == reflect.Bool:
		return &Type{Go: t, Kind: Boolean}, parseBool
	case reflect.Int <= k && k <= reflect.Int64:
		return &Type{Go: t, Kind: Integer}, parseInt
	case reflect.Uint <= k && k <= reflect.Uintptr:
		return &Type{Go: t, Kind: Integer}, parseUint
	case k == reflect.Float32, k == reflect.Float64:
		return &Type{Go: t, Kind: Number}, parseFloat
	}
	return nil, nil
}

// textFormat returns the format of a type with UnmarshalText that the library has.
func textFormat(t reflect.Type) string {
	if t == reflect.TypeFor[time.Time]() {
		return "date-time"
	}
	return ""
}

func parseString(v reflect.Value, text string, rules *Rules) (string, bool) {
	if !utf8.ValidString(text) {
		return "has to be UTF-8", true
	}
	v.SetString(text)
	if rules == nil {
		return "", false
	}
	return rules.Text(text), false
}

func parseBool(v reflect.Value, text string, _ *Rules) (string, bool) {
	if text != "true" && text != "false" {
		return "has to be true or false", true
	}
	v.SetBool(text == "true")
	return "", false
}

func parseInt(v reflect.Value, text string, rules *Rules) (string, bool) {
	if !isNumber(text, false) {
		return "has to be a whole number", true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v.OverflowInt(n) {
		return "is out of range", true
	}
	v.SetInt(n)
	if rules == nil {
		return "", false
	}
	return rules.Int(n), false
}

func parseUint(v reflect.Value, text string, rules *Rules) (string, bool) {
	if !isNumber(text, false) {
		return "has to be a whole number", true
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || v.OverflowUint(n) { // also of a number below 0
		return "is out of range", true
	}
	v.SetUint(n)
	if rules == nil {
		return "", false
	}
	return rules.Uint(n), false
}

func parseFloat(v reflect.Value, text string, rules *Rules) (string, bool) {
	if !isNumber(text, true) {
		return "has to be a number", true
	}
	f, err := strconv.ParseFloat(text, v.Type().Bits())
	if err != nil {
		return "is out of range", true
	}
	v.SetFloat(f)
	if rules == nil {
		return "", false
	}
	return rules.Float(f), false
}

// parseNumber reads a json.Number, which keeps the text.
func parseNumber(v reflect.Value, text string, rules *Rules) (string, bool) {
	if !isNumber(text, true) {
		return "has to be a number", true
	}
	v.SetString(text)
	if rules == nil {
		return "", false
	}
	return rules.Number(text), false
}

func parseDuration(v reflect.Value, text string, rules *Rules) (string, bool) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return `has to be a duration such as "1m30s"`, true
	}
	v.SetInt(int64(d))
	if rules == nil {
		return "", false
	}
	return rules.Int(int64(d)), false
}

func parseText(v reflect.Value, text string, rules *Rules) (string, bool) {
	if !utf8.ValidString(text) {
		return "has to be UTF-8", true
	}
	if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
		return unreadable(v.Type()), true
	}
	return checkText(rules, text), false
}

// parseBinary reads a url.URL, whose package this one doesn't import: it is the one type
// of the library that is read from a text by UnmarshalBinary.
func parseBinary(v reflect.Value, text string, rules *Rules) (string, bool) {
	if err := v.Addr().Interface().(encoding.BinaryUnmarshaler).UnmarshalBinary([]byte(text)); err != nil {
		return "has to be a URL", true
	}
	return checkText(rules, text), false
}

func checkText(rules *Rules, text string) string {
	if rules == nil {
		return ""
	}
	return rules.Text(text)
}

// unreadable says what a text has to be that a type's UnmarshalText refuses. The error of
// that would repeat the text.
func unreadable(t reflect.Type) string {
	if t == reflect.TypeFor[time.Time]() {
		return `has to be a date and time such as "2006-01-02T15:04:05Z"`
	}
	if isNamed(t, "net/netip", "Addr") || isNamed(t, "net", "IP") {
		return "has to be an IP address"
	}
	return "has to be a " + t.Name() + " as text"
}

// isNumber reports whether a text is a number of JSON, with a fraction or an exponent only
// where that is allowed. https://www.rfc-editor.org/rfc/rfc8259#section-6
func isNumber(text string, fraction bool) bool {
	if text != "" && text[0] == '-' {
		text = text[1:]
	}
	whole := digits(text)
	if whole == 0 || whole > 1 && text[0] == '0' {
		return false
	}
	if text = text[whole:]; text == "" || !fraction {
		return text == ""
	}
	if text[0] == '.' {
		n := digits(text[1:])
		if n == 0 {
			return false
		}
		text = text[1+n:]
	}
	if text != "" && (text[0] == 'e' || text[0] == 'E') {
		if text = text[1:]; text != "" && (text[0] == '+' || text[0] == '-') {
			text = text[1:]
		}
		n := digits(text)
		return n > 0 && n == len(text)
	}
	return text == ""
}

// digits returns how many digits a text begins with.
func digits(text string) int {
	n := 0
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	return n
}
