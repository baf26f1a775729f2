package flow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// perRecord is a handler of batches that package app makes of a handler of single records:
// who calls it has the records handed to that one, with arguments that aren't known.
type perRecord struct{ handler *ssa.Function }

// madeHandler is such a handler, and its type.
type madeHandler struct {
	sig   *types.Signature
	value perRecord
}

// callForRecords follows a call that makes a handler of batches, or the option of one. It
// calls nothing itself.
//
// What an option has is for the handler that it is given for. Where the source shows that,
// the handler's registration mentions it; elsewhere it can be any of those that are looked
// for.
func (f *Flow) callForRecords(site ssa.CallInstruction, callee *types.Func) {
	args := site.Common().Args
	if source.DecidesRecords(callee) {
		if f.search.AnySite || len(f.search.Sites) > 0 {
			f.flowInto(args[0], &location{onValue: f.decides})
		}
		return
	}
	result := f.resultOf(site, 0)
	if result == nil {
		return
	}
	f.edge(f.location(args[0]), &location{onValue: func(v any) {
		if handler, ok := v.(*ssa.Function); ok {
			made := perRecord{handler}
			f.makeRecords(site.Common().Signature().Results().At(0).Type(), made)
			v = made
		}
		f.add(result, v)
	}})
}

// decides makes the function of an option one that code out of sight calls, if it can be
// the function's own.
func (f *Flow) decides(v any) {
	if fn, ok := v.(*ssa.Function); ok && f.isCandidate(fn) {
		f.add(f.escaped, fn)
	}
}

// makeRecords notes a handler, which calls of anything can be of.
func (f *Flow) makeRecords(t types.Type, value perRecord) {
	sig, ok := t.Underlying().(*types.Signature)
	if !ok {
		return
	}
	r := madeHandler{sig, value}
	f.records = append(f.records, r)
	for _, c := range f.anyCalls {
		f.tryRecords(c, r)
	}
}

// tryRecords makes a call of anything one of a handler, if it has its signature.
func (f *Flow) tryRecords(c *dynamicCall, r madeHandler) {
	if c.method == nil && gotypes.IdenticalCalls(c.site.Common().Signature(), r.sig) {
		f.add(f.escaped, r.value.handler)
	}
}
