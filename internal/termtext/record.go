package termtext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Record is a line of a structured log, as slog and Lambda's own library write
// it. Its texts can contain anything: [Painter.Record] makes them harmless.
type Record struct {
	Level, Message string
	Attributes     []Attribute // in their order
	Stack          []string    // a line for each frame of a stack trace
}

// Attribute is a member of a record. Its value is a single word, quoted if
// necessary.
type Attribute struct{ Key, Value string }

// ParseRecord parses a line that is a JSON object with a message, or one of
// Lambda's own. It reports whether the line is one.
func ParseRecord(line string) (Record, bool) {
	if !strings.HasPrefix(line, "{") || !json.Valid([]byte(line)) {
		return Record{}, false
	}
	var r Record
	names := r.take(line)
	if slices.Contains(names, "message") || slices.Contains(names, "msg") {
		return r, true
	}
	return lambdaRecord(line)
}

// lambdaRecord parses a line that Lambda itself has logged: its type, such as
// platform.report, becomes the message, and the members of its record the
// attributes.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
func lambdaRecord(line string) (Record, bool) {
	var event struct {
		Type   string
		Record json.RawMessage
	}
	if json.Unmarshal([]byte(line), &event) != nil || !strings.HasPrefix(event.Type, "platform.") {
		return Record{}, false
	}
	r := Record{Message: event.Type}
	if bytes.HasPrefix(event.Record, []byte("{")) {
		r.take(string(event.Record))
	} else if event.Record != nil {
		r.set("record", event.Record)
	}
	for _, a := range r.Attributes {
		if a.Key == "status" && a.Value != "success" {
			r.Level = "ERROR"
		}
	}
	return r, true
}

// take adds the members of an object, and returns their names.
func (r *Record) take(object string) (names []string) {
	d := json.NewDecoder(strings.NewReader(object))
	d.UseNumber()
	d.Token() // the brace
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil
		}
		name := key.(string)
		r.set(name, value)
		names = append(names, name)
	}
	return names
}

// set sets a member. It leaves out the time, the request and the function,
// which are known where a line is shown.
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

// quoted returns a value as a single word.
func quoted(value string) string {
	if value == "" || strings.ContainsAny(value, " \t\r\n\"") && value[0] != '{' && value[0] != '[' {
		return strconv.Quote(value)
	}
	return value
}

// stackLines returns the lines of a stack trace, each with its place.
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

// ownFrames returns the lines of a stack in the format of debug.Stack that say
// where the program panicked: those between the panic and the caller of the
// handler.
func ownFrames(stack string) []string {
	lines := strings.Split(strings.TrimRight(stack, "\n"), "\n")
	begin := 0
	for i, line := range lines {
		if strings.HasPrefix(line, "panic(") {
			begin = i + 2 // the line of the function, and that of its place
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
