package dispatch

import "fmt"

// maxChain is how many errors of a chain are told.
const maxChain = 50

// chain lists an error and all that it wraps, in every branch, each with its
// type, depth first.
func chain(err error) []string {
	var all []string
	walk(err, func(e error) { all = append(all, describeError(e)) })
	return all
}

// describeError is an error's type and text. It is fine with an error whose
// method panics.
func describeError(err error) string {
	if p, ok := err.(*panicError); ok {
		return fmt.Sprintf("panic: %v", p.value)
	}
	return fmt.Sprintf("%T: %v", err, err)
}

// walk visits an error and what it wraps, the first 50 of them. A method of an
// error's that panics ends the walk: the error is to be told of all the same.
func walk(err error, visit func(error)) {
	defer func() { _ = recover() }()
	left := maxChain
	var visitAll func(error)
	visitAll = func(e error) {
		if e == nil || left == 0 {
			return
		}
		left--
		visit(e)
		switch w := e.(type) {
		case interface{ Unwrap() error }:
			visitAll(w.Unwrap())
		case interface{ Unwrap() []error }:
			for _, branch := range w.Unwrap() {
				visitAll(branch)
			}
		}
	}
	visitAll(err)
}
