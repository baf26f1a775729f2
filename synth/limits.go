package synth

import (
	"errors"
	"fmt"
)

// Limits of AWS that an app can reach. See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const (
	maxTemplateSize       = 1_000_000 // bytes; the service takes "1 MB" for that
	maxTemplateParameters = 200       // and as many outputs
	maxDocumentSize       = 6_000_000 // bytes of an OpenAPI document
	maxEnvironmentSize    = 4 << 10   // bytes, of a function's names and values
	maxBinaryTypes        = 25
)

// MaxResources is how many resources CloudFormation takes in one stack.
const MaxResources = 500

// limitError is a limit that has been passed.
type limitError struct {
	what  string // "the app needs"
	n     int
	unit  string // resourcesLimit, bytesLimit
	note  string // what to know about n, in brackets
	max   int
	whose string // "that CloudFormation takes"
}

const (
	resourcesLimit = "resources"
	bytesLimit     = "bytes"
)

// Error says which limit, and by how much.
func (e limitError) Error() string {
	return fmt.Sprintf("%s %d %s%s, %d more than the %d %s", e.what, e.n, e.unit, e.note, e.n-e.max, e.max, e.whose)
}

// excess is all limits that one thing passes.
type excess []limitError

// add takes note of a limit if it has been passed.
func (e *excess) add(l limitError) {
	if l.n > l.max {
		*e = append(*e, l)
	}
}

// of returns the limit on a unit, if that is among those passed.
func (e excess) of(unit string) (limitError, bool) {
	for _, l := range e {
		if l.unit == unit {
			return l, true
		}
	}
	return limitError{}, false
}

// err is the excess as one error, which ends with what can be done.
func (e excess) err(advice string) error {
	problems := make([]error, len(e))
	for i, l := range e {
		problems[i] = l
	}
	last := len(e) - 1
	problems[last] = fmt.Errorf("%w; %s", e[last], advice)
	return errors.Join(problems...)
}

// limits finds what Lambda and API Gateway have too little room for.
func (v *validator) limits() {
	if n := len(v.Model.BinaryTypes()); n > maxBinaryTypes {
		v.fail(nil, "the app has %d binary types, %d more than the %d that API Gateway takes", n, n-maxBinaryTypes, maxBinaryTypes)
	}
	for _, name := range v.Model.FunctionNames() {
		size := 0
		for variable, value := range v.Stage.Function(name).Environment {
			size += len(variable) + len(value.Text) // how long an intrinsic function's is, only AWS knows
		}
		if size > maxEnvironmentSize {
			v.fail(v.Model.FunctionSource(name), "the environment variables of function %s have %d bytes, %d more than the %d that Lambda takes", name, size, size-maxEnvironmentSize, maxEnvironmentSize)
		}
	}
}
