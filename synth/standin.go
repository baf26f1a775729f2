package synth

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// standIns are what a template has for the texts that stand for it; see
// [Input.StandIns].
type standIns map[string]any

// restore returns a part of a template in which values are back in place of their
// stand-ins. What doesn't change is shared with the part, which stays as it is.
func (s standIns) restore(v any) any {
	if len(s) == 0 {
		return v
	}
	switch v := v.(type) {
	case string:
		return s.text(v)
	case []any:
		list := slices.Clone(v)
		for i := range list {
			list[i] = s.restore(list[i])
		}
		return list
	case *ordered.Object:
		o := v.Clone()
		for i := range o.Members {
			o.Members[i].Value = s.restore(o.Members[i].Value)
		}
		return o
	}
	return v
}

// text returns a text with the values in it: as text, if they are, or else joined by
// CloudFormation.
func (s standIns) text(text string) any {
	var parts []any
	for _, part := range standin.Split(text) {
		var value any = part
		if content, ok := s[part]; ok {
			value = intrinsicOf(content)
		}
		last, isText := lastOf(parts).(string)
		if more, both := value.(string); both && isText {
			parts[len(parts)-1] = last + more
		} else if value != "" {
			parts = append(parts, value)
		}
	}
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return cfn.Join("", parts...)
}

func lastOf(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}

// intrinsicOf returns an intrinsic function, as a configuration holds it, as a template
// does. Text stays as it is.
func intrinsicOf(content any) any {
	if fn, ok := content.(map[string]any); ok {
		if o, err := cfn.FromConfig(fn); err == nil {
			return o
		}
	}
	return content
}

// resources returns resources of a policy in which intrinsic functions are parts of
// their own, so that it doesn't matter who has asked for them.
func (s standIns) resources(list []text) []text {
	if len(s) == 0 {
		return list
	}
	split := make([]text, len(list))
	for i, t := range list {
		for _, part := range t {
			words, ok := part.(string)
			if !ok {
				split[i] = append(split[i], part)
				continue
			}
			split[i] = append(split[i], s.parts(words)...)
		}
	}
	return split
}

// parts returns the parts of a text, those apart that intrinsic functions give.
func (s standIns) parts(words string) text {
	var t text
	plain := ""
	for _, part := range standin.Split(words) {
		fn, ok := s[part].(map[string]any)
		if !ok {
			plain += part
			continue
		}
		if plain != "" {
			t = append(t, plain)
		}
		t, plain = append(t, fn), ""
	}
	if plain != "" || len(t) == 0 {
		t = append(t, plain)
	}
	return t
}

// readable returns a text as a person reads it.
func (s standIns) readable(text string) string {
	if len(s) == 0 {
		return text
	}
	return standin.Each(text, func(match string) string {
		if content, ok := s[match]; ok {
			return standin.Readable(content)
		}
		return match
	})
}

// inID returns a text for a logical id, in which there is no stand-in of an intrinsic
// function.
func (s standIns) inID(text string) string {
	for _, part := range standin.Split(text) {
		if fn, ok := s[part].(map[string]any); ok {
			text = strings.Replace(text, part, cfn.Alphanumeric(standin.Readable(fn)), 1)
		}
	}
	return text
}

// explained returns an error whose text a person can read.
func (s standIns) explained(err error) error {
	if err == nil || len(s) == 0 || s.readable(err.Error()) == err.Error() {
		return err
	}
	switch err := err.(type) {
	case *Mistake:
		return &Mistake{err.Source, s.readable(err.Message)}
	case *app.Mistake:
		explained := *err
		explained.Message = s.readable(err.Message)
		return &explained
	case interface{ Unwrap() []error }:
		var list []error
		for _, each := range err.Unwrap() {
			list = append(list, s.explained(each))
		}
		return errors.Join(list...)
	}
	return errors.New(s.readable(err.Error()))
}

// checkStandIns finds what is left in a template of texts that stand for something
// else. Each is reported once.
func checkStandIns(template *ordered.Object) error {
	c := leftovers{reported: map[string]bool{}}
	c.value("", template)
	return errors.Join(c.problems...)
}

type leftovers struct {
	reported map[string]bool
	problems []error
}

func (c *leftovers) value(path string, v any) {
	switch v := v.(type) {
	case string:
		c.text(path, v)
	case []any:
		for _, element := range v {
			c.value(path, element)
		}
	case *ordered.Object:
		for _, m := range v.Members {
			c.text(path, m.Key)
			c.value(path+"/"+m.Key, m.Value)
		}
	}
}

func (c *leftovers) text(path, s string) {
	part := standin.Part(s)
	if part == "" || c.reported[s] {
		return
	}
	c.reported[s] = true
	reason := "the program takes the value apart, but can only pass it on and put text around it"
	for i, whole := range standin.Split(s) {
		if i%2 == 1 && standin.Part(whole) != "" {
			reason = "the configuration doesn't have that value, or it can't be here"
		}
	}
	c.problems = append(c.problems, fmt.Errorf("%s holds %q of a variable's value that is known only when the app is deployed: %s", path, s, reason))
}

// withoutTokens returns text to check, in which stand-ins and tokens are words.
func withoutTokens(s string) string { return standin.Each(s, func(string) string { return "token" }) }
