package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// readPayload reads the event. It is nil if there is none.
func readPayload(stdin io.Reader, file string) ([]byte, error) {
	if file == "" && isTerminal(stdin) {
		return nil, nil
	}
	name, in := payloadName(file), stdin
	if name == file {
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("read the payload: %w", err)
		}
		defer f.Close()
		in = f
	}
	event, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("read the payload: %w", err)
	}
	if len(bytes.TrimSpace(event)) == 0 {
		if name == file {
			return nil, fmt.Errorf("%s is empty: a payload is JSON, such as {}", file)
		}
		return nil, nil
	}
	var any json.RawMessage
	if err := json.Unmarshal(event, &any); err != nil {
		return nil, fmt.Errorf("%s is no JSON: %w", place(name, event, err), err)
	}
	return event, nil
}

// payloadName is what messages call where the event is read.
func payloadName(file string) string {
	if file == "" || file == "-" {
		return "standard input"
	}
	return file
}

// place says in which line a document is no JSON.
func place(name string, document []byte, err error) string {
	syntax := (*json.SyntaxError)(nil)
	if !errors.As(err, &syntax) {
		return name
	}
	offset := min(int(syntax.Offset), len(document))
	return fmt.Sprintf("%s:%d", name, 1+bytes.Count(document[:offset], []byte("\n")))
}

// isTerminal reports whether nobody but a person could write what is read.
func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err != nil || info.Mode()&os.ModeCharDevice != 0
}
