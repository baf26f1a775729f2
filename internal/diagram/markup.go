package diagram

import (
	"bytes"
	"fmt"
	"html"
)

// markup is a picture that is being written. All of it is written with these
// methods, which escape everything but the names of elements and attributes.
type markup struct {
	bytes.Buffer
	open []string // elements that are not closed yet
}

// attributes are alternately names and values. A value is an int or a string.
type attributes []any

// start opens an element.
func (m *markup) start(name string, a attributes) {
	m.tag(name, a)
	m.WriteString(">")
	m.open = append(m.open, name)
}

// end closes the element that was opened last.
func (m *markup) end() {
	last := len(m.open) - 1
	fmt.Fprintf(m, "</%s>\n", m.open[last])
	m.open = m.open[:last]
}

// empty writes an element without content.
func (m *markup) empty(name string, a attributes) {
	m.tag(name, a)
	m.WriteString("/>\n")
}

// text writes an element with a text, but nothing for an empty text.
func (m *markup) text(name, text string, a attributes) {
	if text == "" {
		return
	}
	m.start(name, a)
	m.escape(text)
	m.end()
}

// escape writes text with the escapes of XML.
func (m *markup) escape(text string) { m.WriteString(html.EscapeString(text)) }

func (m *markup) tag(name string, a attributes) {
	m.WriteString("<" + name)
	for i := 0; i < len(a); i += 2 {
		fmt.Fprintf(m, ` %s="%s"`, a[i], html.EscapeString(fmt.Sprint(a[i+1])))
	}
}
