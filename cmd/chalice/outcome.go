package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/chalice-go/chalice/internal/termtext"
)

// outcome is how a call of a function ended.
type outcome struct {
	function string
	result   []byte // the document of its error if it failed
	failed   bool
	tail     string // the end of the call's log, if it was asked for
}

// print prints what came back: a result to stdout as it came, an error of the
// function to stderr, after the end of the log.
func (o *outcome) print(stdout, stderr io.Writer) error {
	printTail(direct(stderr), o.tail)
	if o.failed {
		printFunctionError(stderr, o.result)
		return fmt.Errorf("the function %s failed, details above", o.function)
	}
	_, err := fmt.Fprintf(stdout, "%s\n", o.result)
	return err
}

// printTail prints the end of a log. A terminal gets it readable and harmless.
func printTail(w io.Writer, tail string) {
	if tail == "" {
		return
	}
	painter, terminal := termtext.Painter{Color: termtext.Color(w)}, termtext.IsTerminal(w)
	for line := range strings.Lines(tail) {
		if line = strings.TrimRight(line, "\r\n"); terminal {
			line, _ = painter.Log(line)
		}
		fmt.Fprintln(w, line)
	}
}

// functionError is the document of a function's error, as Lambda's runtimes write it.
type functionError struct {
	Type    string          `json:"errorType"`
	Message string          `json:"errorMessage"`
	Stack   json.RawMessage `json:"stackTrace"`
}

// printFunctionError prints the error of a function, as its type and message. A
// stack of Go's frames, of which the first is the innermost, comes after it. The stack
// of another runtime comes before it, as Python has it. A document that is
// none of Lambda's is printed as it is.
func printFunctionError(w io.Writer, document []byte) {
	var e functionError
	if json.Unmarshal(document, &e) != nil || e.Type == "" && e.Message == "" {
		fmt.Fprintf(w, "%s\n", document)
		return
	}
	frames, ofGo := stackFrames(e.Stack)
	if !ofGo && frames != "" {
		fmt.Fprint(w, "Traceback (most recent call last):\n", frames)
	}
	if e.Type != "" {
		e.Message = e.Type + ": " + e.Message
	}
	fmt.Fprintln(w, e.Message)
	if ofGo {
		fmt.Fprint(w, frames)
	}
}

// stackFrames returns the lines of a stack trace, and whether its frames are those of
// Go's runtime.
func stackFrames(stack json.RawMessage) (lines string, ofGo bool) {
	var frames []json.RawMessage
	if json.Unmarshal(stack, &frames) != nil {
		return "", false
	}
	var b strings.Builder
	for _, frame := range frames {
		text, goFrame := stackFrame(frame)
		ofGo = ofGo || goFrame
		b.WriteString(text)
	}
	return b.String(), ofGo
}

// stackFrame returns the lines of one frame: an object of Go's runtime, a text that
// has its own ends of lines, or Python's list of a file, a line, a function and its
// source.
func stackFrame(frame json.RawMessage) (lines string, ofGo bool) {
	var place struct {
		Path  string `json:"path"`
		Line  int    `json:"line"`
		Label string `json:"label"`
	}
	var list []json.RawMessage
	switch {
	case json.Unmarshal(frame, &place) == nil && place.Path != "":
		return fmt.Sprintf("  %s:%d %s\n", place.Path, place.Line, place.Label), true
	case json.Unmarshal(frame, &list) == nil && len(list) == 4:
		return fmt.Sprintf("  File \"%s\", line %s, in %s\n    %s\n", plain(list[0]), plain(list[1]), plain(list[2]), plain(list[3])), false
	}
	return strings.TrimSuffix(plain(frame), "\n") + "\n", false
}

// plain returns a text as it is, and any other value as JSON.
func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil && len(value) > 0 && value[0] == '"' {
		return text
	}
	return string(value)
}
