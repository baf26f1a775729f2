// Package values finds what strings of a program can be: the fields of the SDK's
// inputs that name resources, and the statements that operations run.
//
//	field --stores of that field--> ssa.Value --backward--> constants, environment variables
//
// It goes backwards, on demand, from a value to those that it was made of; what is
// stored in memory is found by going forwards from where the memory was made, over
// all its aliases. What it finds is a set of [arn.Name], or nothing where it meets
// anything that it doesn't know: then the value can be anything.
//
// Where to add what: a function whose result is known although its source isn't
// read is a line in texts.go if it makes text of texts, otherwise a case in known.go; an SSA instruction that strings come through is a case
// in tracer.stepBack (trace.go); a function of others that only reads what it gets,
// or copies it, is a line in readers.go.
package values

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// Scope is the part of a program that one Lambda function can run, as a call graph
// tells. What is outside of it doesn't count for where values come from.
type Scope interface {
	// Runs reports whether a function can run.
	Runs(*ssa.Function) bool
	// Callers returns the calls of a function that can run, and false if there can
	// be others.
	Callers(*ssa.Function) ([]ssa.CallInstruction, bool)
	// Callees returns the functions that a dynamic call can be of, also those without
	// a body, and false if it can be of others.
	Callees(ssa.CallInstruction) ([]*ssa.Function, bool)
	// Exposed returns the functions that code out of sight calls, with arguments
	// of its own.
	Exposed() []*ssa.Function
	// IsHandler reports whether what a function returns is an answer to Lambda.
	IsHandler(*ssa.Function) bool
	// Buckets returns the buckets whose events the handlers get, and false if they
	// aren't known.
	Buckets() ([]string, bool)
}

// Analysis finds where the values of one Lambda function come from.
type Analysis struct {
	form        *ssaform.Program
	scope       Scope
	opaqueTypes map[any]bool
	storesOf    map[ssa.Value]*stores
	loads       *typeutil.Map
	outOfSight  map[*types.TypeName]bool
	globals     map[any][]*ssa.Global    // structs, by their type; nil until it is asked for
	foreign     []foreignCall            // nil until it is asked for
	made        []madeInterfaces         // nil until it is asked for
	outputsOf   map[*types.TypeName]bool // whose names are being found
	recursive   map[*ssa.Function]bool
	escaping    typeutil.Map           // whether values of a type escape
	visited     map[types.Type]bool    // by the search of one type in another
	emptiedOnes []*ssa.ChangeInterface // nil until they are asked for
}

// New returns an analysis of the part of a program that is in a scope.
func New(form *ssaform.Program, scope Scope) *Analysis {
	return &Analysis{form: form, scope: scope, opaqueTypes: map[any]bool{}, outOfSight: map[*types.TypeName]bool{}, storesOf: map[ssa.Value]*stores{}, outputsOf: map[*types.TypeName]bool{}, recursive: map[*ssa.Function]bool{}, visited: map[types.Type]bool{}}
}
