package packager

import "fmt"

// InputError means that a field of an [Input] has a value that can't be meant.
type InputError struct {
	Field  string // such as "Code.Bucket"
	Reason string // what is wrong, as a sentence that begins with the field

	called string // what the reader calls the field
	cause  error
}

// Error begins with what the reader calls the field: see Input.Names.
func (e *InputError) Error() string { return e.called + " " + e.Reason }

// Unwrap returns what is behind the mistake, if that is an error itself.
func (e *InputError) Unwrap() error { return e.cause }

// wrong makes an error about a field; %w is as in [fmt.Errorf].
func (in *Input) wrong(field, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	e := &InputError{Field: field, Reason: err.Error(), called: in.Names.Of(field)}
	if w, ok := err.(interface{ Unwrap() error }); ok {
		e.cause = w.Unwrap()
	}
	return e
}
