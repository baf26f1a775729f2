package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
)

// Value is a value that can be known only in AWS: text, or an intrinsic function
// of CloudFormation's. Text can have ${...} in it, which is an expression of
// Terraform's or a token of the CDK's.
type Value struct {
	Text string
	// Intrinsic is such as {"Ref": "Table"}: a map of one key, the numbers in it
	// json.Number. Nil: the value is Text.
	Intrinsic map[string]any

	at *Mistake // where it is configured, without a message; nil: nobody knows
}

// IsConfigured reports whether the value has a place in a configuration.
func (v Value) IsConfigured() bool { return v.at != nil }

// Mistake returns what is wrong with the value as a mistake at its place. The message
// follows the key.
func (v Value) Mistake(format string, args ...any) *Mistake {
	m := Mistake{Key: v.String()}
	if v.at != nil {
		m = *v.at
	}
	m.Message = fmt.Sprintf(format, args...)
	return &m
}

// IsZero reports whether there is no value.
func (v Value) IsZero() bool { return v.Text == "" && v.Intrinsic == nil }

// Equal reports whether two values are the same, wherever they are configured.
func (v Value) Equal(other Value) bool {
	return v.Text == other.Text && reflect.DeepEqual(v.Intrinsic, other.Intrinsic)
}

// Any returns the text, or the intrinsic function as a map[string]any.
func (v Value) Any() any {
	if v.Intrinsic != nil {
		return v.Intrinsic
	}
	return v.Text
}

// String returns the text or, for people, the intrinsic function as JSON.
func (v Value) String() string {
	if v.Intrinsic == nil {
		return v.Text
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v.Intrinsic); err != nil {
		return fmt.Sprint(v.Intrinsic) // of a Stage that no file gave
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// List is a list of values.
type List struct {
	Items []Value
	// Single: the configuration has the one item in place of the list. It is an
	// intrinsic function or an expression that gives the whole list or, for the VPC
	// endpoints, a value that stands alone.
	Single bool
}

// certain counts the items that are there whatever is decided in AWS: those of an
// Fn::If may not be.
func (l List) certain() int {
	n := 0
	for _, v := range l.Items {
		if _, decided := v.Intrinsic["Fn::If"]; !decided {
			n++
		}
	}
	return n
}

// Texts returns a list of texts.
func Texts(texts ...string) List {
	var l List
	for _, text := range texts {
		l.Items = append(l.Items, Value{Text: text})
	}
	return l
}
