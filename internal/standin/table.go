package standin

import "strings"

// Table knows values by their stand-ins, whatever was known of their types where
// these were made. Its zero value knows none.
type Table struct{ values map[string]Value } // by hash

// Add makes a value known, and returns its stand-in. What has the same content is
// the same value.
func (t *Table) Add(v Value) string {
	if t.values == nil {
		t.values = map[string]Value{}
	}
	if _, known := t.values[v.hash]; !known {
		t.values[v.hash] = v
	}
	return v.Text()
}

// Value returns what a text stands for as a whole.
func (t *Table) Value(text string) (Value, bool) {
	parts := Split(text)
	if len(parts) != 3 || parts[0]+parts[2] != "" {
		return Value{}, false
	}
	return t.Of(parts[1])
}

// Of returns the value that a part of a stand-in comes of, where it tells.
func (t *Table) Of(part string) (Value, bool) {
	v, ok := t.values[strings.ToLower(hash().FindString(part))]
	return v, ok
}

// Contents returns what a template has for each stand-in.
func (t *Table) Contents() map[string]any {
	contents := map[string]any{}
	for _, v := range t.values {
		contents[v.Text()] = v.Content
	}
	return contents
}

// Known returns a text in which the stand-ins of known values are those that Add has
// returned.
func (t *Table) Known(text string) string { return t.each(text, Value.Text, same) }

// Readable returns a text in which stand-ins are what messages call the values.
func (t *Table) Readable(text string) string {
	return t.each(text, func(v Value) string { return Readable(v.Content) }, same)
}

// MadeUp returns a text in which stand-ins are texts that the values could be, for
// events that reach nobody but a program on this machine. A value that isn't known
// has a name, too.
func (t *Table) MadeUp(text string) string {
	return t.each(text, Value.MadeUp, func(standIn string) string { return elsewhere(standIn, "unknown") })
}

func (t *Table) each(text string, known func(Value) string, unknown func(string) string) string {
	return Each(text, func(standIn string) string {
		if v, ok := t.Of(standIn); ok {
			return known(v)
		}
		return unknown(standIn)
	})
}

func same(standIn string) string { return standIn }

// elsewhere returns a stand-in with a name in it, of an account and a region of AWS's
// examples.
func elsewhere(standIn, name string) string {
	text := named().ReplaceAllString(standIn, name)
	text = Token().ReplaceAllString(text, name)
	if text == "arn:"+name {
		text = arn("sqs", name) // which is as good as any
	}
	return strings.NewReplacer(region, "us-east-1", account, "123456789012").Replace(text)
}
