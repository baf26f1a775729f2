package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/chalice-go/chalice/internal/deploy/function"
	"github.com/chalice-go/chalice/internal/smallfile"
)

// readPayload reads the event. It is nil if there is none.
func readPayload(stdin io.Reader, file string) ([]byte, error) {
	if file == "" && isTerminal(stdin) {
		return nil, nil
	}
	name := payloadName(file)
	var event []byte
	var err error
	if name == file {
		event, err = smallfile.Read(file, function.MaxPayload)
	} else {
		event, err = io.ReadAll(io.LimitReader(stdin, function.MaxPayload+1))
	}
	switch {
	case errors.Is(err, smallfile.ErrTooLarge), len(event) > function.MaxPayload:
		return nil, fmt.Errorf("%s has more than %d bytes (6 MB), the most that Lambda takes as the event of a call", name, function.MaxPayload)
	case err != nil:
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
