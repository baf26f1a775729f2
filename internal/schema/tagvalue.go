package schema

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// json returns a value of an enum as JSON.
func (c choice) json(t *Type) string {
	text := valueOf(c.text, t)
	if t.Quoted || t.Kind == String || t.isDuration() {
		return text
	}
	return c.text
}

// enum reads a list of values: those between commas, or a JSON array.
func (r *ruleReader) enum() string {
	values, problem := r.choices()
	for i, text := range values {
		if slices.Contains(values[:i], text) {
			problem = strconv.Quote(text) + " is there twice"
		}
		c := choice{text: text}
		if numericKind(r.t) != String {
			number, ok := r.number(text)
			if !ok {
				return r.notNumber(text)
			}
			if problem == "" {
				problem = c.set(number, r.t)
			}
		}
		r.into.enum, r.into.texts = append(r.into.enum, c), append(r.into.texts, text)
	}
	return problem
}

// set sets the value of a number. It returns what is wrong with it.
func (c *choice) set(number string, t *Type) string {
	c.exact, _ = parseDecimal(number)
	c.float = c.exact.float(floatBits(t))
	n, fraction := c.exact.truncate()
	c.whole = !fraction
	if numericKind(t) != Integer {
		return ""
	}
	var ok bool
	if isSigned(t) {
		c.int, ok = n.int()
	} else {
		c.uint, ok = n.uint()
	}
	c.whole = c.whole && ok
	if !c.whole {
		return strconv.Quote(c.text) + " isn't a value of " + t.Go.String()
	}
	return ""
}

func (r *ruleReader) choices() (values []string, problem string) {
	if !strings.HasPrefix(r.text, "[") {
		if r.text == "" {
			return nil, "there are no values"
		}
		for value := range strings.SplitSeq(r.text, ",") {
			values = append(values, strings.TrimSpace(value))
		}
		return values, ""
	}
	var raw []json.RawMessage
	if json.Unmarshal([]byte(r.text), &raw) != nil {
		return nil, "begins with [, but isn't a JSON array"
	}
	if len(raw) == 0 {
		return nil, "there are no values"
	}
	for _, v := range raw {
		text := string(v)
		if v[0] == '"' != (numericKind(r.t) == String) {
			return nil, text + " is no value for " + r.t.phrase()
		}
		if v[0] == '"' && json.Unmarshal(v, &text) != nil {
			return nil, text + " isn't a string"
		}
		values = append(values, text)
	}
	return values, ""
}

// valueOf returns the JSON of the value in a tag, "" if there is none, or none that is JSON,
// which is a problem of its own.
func (t tags) valueOf(key string, of *Type) string {
	text, ok := t.lookup(key)
	if !ok {
		return ""
	}
	if raw := valueOf(text, of); json.Valid([]byte(raw)) {
		return raw
	}
	return ""
}

// valueOf returns the JSON of a value in a tag: of strings the text itself, of lists
// what is between commas, or JSON.
func valueOf(text string, t *Type) string {
	switch {
	case t.Quoted && t.Kind != String:
		return quoteText(text)
	case t.Kind == String && t.Quoted:
		return quoteText(quoteText(text))
	case t.Kind == String:
		return quoteText(text)
	case t.isDuration():
		if d, err := time.ParseDuration(text); err == nil {
			return strconv.FormatInt(int64(d), 10)
		}
	case t.Kind == Array && !strings.HasPrefix(text, "["):
		var items []string
		for item := range strings.SplitSeq(text, ",") {
			items = append(items, valueOf(strings.TrimSpace(item), t.Elem))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	return text
}

// quoteText returns a text as a JSON string.
func quoteText(text string) string {
	raw, _ := json.Marshal(text) // strings can always be written
	return string(raw)
}
