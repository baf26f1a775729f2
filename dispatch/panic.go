package dispatch

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/chalice-go/chalice/internal/runtimeapi"
)

// functionPanic is a panic of a function that nothing in the app recovered.
type functionPanic struct {
	value   any
	failure *runtimeapi.Failure
}

func (p *functionPanic) Error() string { return p.failure.Message }

func (p *functionPanic) Unwrap() error {
	err, _ := p.value.(error)
	return err
}

// maxFrames is the largest number of frames of a stack that Lambda is sent.
const maxFrames = 32

// panicFailure makes a failure of a handler's panic. It has to be called by the
// deferred function that recovers.
func panicFailure(value any) *runtimeapi.Failure {
	return &runtimeapi.Failure{Type: typeName(value), Message: fmt.Sprint(value), StackTrace: stackOfPanic()}
}

// stackOfPanic returns the stack, beginning with the line that panicked.
func stackOfPanic() []runtimeapi.Frame {
	const ours = 4 // runtime.Callers, this function, panicFailure, the deferred function
	var callers [maxFrames]uintptr
	n := runtime.Callers(ours, callers[:])
	var stack []runtimeapi.Frame
	for frames := runtime.CallersFrames(callers[:n]); ; {
		frame, more := frames.Next()
		// The frames of the Go runtime that raise the panic say nothing to the user.
		if stack != nil || !strings.HasPrefix(frame.Function, "runtime.") {
			stack = append(stack, frameOf(frame))
		}
		if !more {
			return stack
		}
	}
}

// frameOf returns a frame with the function's name without its package, and the
// file's path beginning with the package's import path.
func frameOf(frame runtime.Frame) runtimeapi.Frame {
	file := frame.File
	// The path is as many folders as the import path has, and the file.
	for at, n := len(file), strings.Count(frame.Function, "/")+2; n > 0; n-- {
		if at = strings.LastIndexByte(file[:at], '/'); at < 0 {
			break
		}
		if n == 1 {
			file = file[at+1:]
		}
	}
	label := frame.Function[strings.LastIndexByte(frame.Function, '/')+1:]
	return runtimeapi.Frame{Path: file, Line: frame.Line, Label: label[strings.IndexByte(label, '.')+1:]}
}
