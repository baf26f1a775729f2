package termtext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Record is a line of a structured log, as slog and Lambda's own library write
// it. Its texts are as they came: [Painter.Record] makes them harmless.
type Record struct {
	Level, Message string
	Attributes     []Attribute // in their order
	Stack          []string    // a line for each frame of a stack trace
}

// Attribute is a member of a record; its value is one word, quoted if need be.
type Attribute struct{ Key, Value string }

// ParseRecord takes a line apart that is a JSON object with a message. It reports
// whether the line is one.
func ParseRecord(line string) (Record, bool) {
	if !strings.HasPrefix(line, "{") || !json.Valid([]byte(line)) {
		return Record{}, false
	}
	d := json.NewDecoder(strings.NewReader(line))
	d.UseNumber()
	d.Token() // the brace
	var r Record
	hasMessage := false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return Record{}, false
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return Record{}, false
		}
		name := key.(string)
		r.set(name, value)
		hasMessage = hasMessage || name == "message" || name == "msg"
	}
	return r, hasMessage
}

// set takes a member. The time, the request and the function are left out: whoever
// shows a line knows them already.
func (r *Record) set(name string, value json.RawMessage) {
	switch name {
	case "time", "timestamp", "requestId", "function":
	case "level":
		r.Level = text(value)
	case "msg", "message":
		r.Message = text(value)
	case "stackTrace", "stack":
		r.Stack = stackLines(value)
	default:
		r.Attributes = append(r.Attributes, Attribute{name, quoted(text(value))})
	}
}

// text returns a string as it is, and any other value as JSON.
func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	var b bytes.Buffer
	if json.Compact(&b, value) != nil {
		return string(value)
	}
	return b.String()
}

// quoted makes one word of a value.
func quoted(value string) string {
	if value == "" || strings.ContainsAny(value, " \t\r\n\"") && value[0] != '{' && value[0] != '[' {
		return strconv.Quote(value)
	}
	return value
}

// stackLines returns the lines of a stack trace, of which each says where it is.
func stackLines(value json.RawMessage) (lines []string) {
	var frames []struct {
		Path, Label string
		Line        int
	}
	if json.Unmarshal(value, &frames) != nil {
		return ownFrames(text(value))
	}
	for _, f := range frames {
		lines = append(lines, fmt.Sprintf("%s:%d %s", f.Path, f.Line, f.Label))
	}
	return lines
}

// ownFrames returns the lines of a stack as debug.Stack writes it that say where
// the program panicked: those between the panic and what called the handler.
func ownFrames(stack string) []string {
	lines := strings.Split(strings.TrimRight(stack, "\n"), "\n")
	begin := 0
	for i, line := range lines {
		if strings.HasPrefix(line, "panic(") {
			begin = i + 2 // the function's line, and that of its place
		}
	}
	end := len(lines)
	for i := begin; i < len(lines); i++ {
		if strings.HasPrefix(lines[i], "github.com/chalice-go/chalice/dispatch.") {
			end = i
			break
		}
	}
	if begin == 0 || begin >= end {
		return lines
	}
	return lines[begin:end]
}
