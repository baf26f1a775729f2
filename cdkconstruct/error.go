package cdkconstruct

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/internal/termtext"
)

// Error is what the calls of this package panic with.
type Error struct {
	Path   string // of the construct
	Source string // the app's SourceDir, as it was given
	Err    error
}

// Error names the app and the cause. It has further lines where the cause has:
// the compiler's, or several mistakes.
func (e *Error) Error() string {
	return fmt.Sprintf("Chalice app %s (source in %s): %v", e.Path, e.Source, e.Err)
}

// Unwrap returns the cause, such as a *packager.CompileError.
func (e *Error) Unwrap() error { return e.Err }

// ExitOnError ends the program with status 1 and the message alone, without Go's
// stack, if an [Error] ended main. Only a deferred call does so:
//
//	defer jsii.Close()
//	defer cdkconstruct.ExitOnError()
func ExitOnError() {
	switch p := recover().(type) {
	case nil:
	case *Error:
		fmt.Fprintln(os.Stderr, termtext.Harmless(p.Error()))
		jsii.Close()
		os.Exit(1)
	default:
		panic(p)
	}
}

// rescue turns a panic into one of ours.
func (c *chalice) rescue() {
	switch p := recover().(type) {
	case nil:
	case *Error, runtime.Error: // the latter is a mistake of our own
		panic(p)
	case error:
		c.fail(reason(p.Error()))
	default:
		c.fail(reason(fmt.Sprint(p)))
	}
}

// fail panics.
func (c *chalice) fail(err error) {
	panic(&Error{Path: c.path, Source: c.source, Err: err})
}

// reason takes from what the CDK panics with the stack of its other language.
func reason(message string) error {
	line, _, _ := strings.Cut(message, "\n")
	return errors.New(strings.TrimPrefix(line, "Error: "))
}
