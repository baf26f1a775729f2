package source

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// These functions of package app make something of a function that is called later: a
// handler of batches of one that gets each record, a handler of CodeDeploy's events of one
// that gets none, and an option of a handler of batches.
var (
	recordHandlers = []string{"Each", "EachJSON", "TrafficHook"}
	recordOption   = "Poison"
)

// HandsRecords reports whether a function makes a handler of its first argument, which gets
// the records of a batch, or nothing of an event.
func HandsRecords(f *types.Func) bool { return isApps(f) && slices.Contains(recordHandlers, f.Name()) }

// DecidesRecords reports whether a function makes an option of its argument, for such a
// handler.
func DecidesRecords(f *types.Func) bool { return isApps(f) && f.Name() == recordOption }

// isApps reports whether a function is one of package app, and no method.
func isApps(f *types.Func) bool {
	return f != nil && f.Pkg() != nil && f.Pkg().Path() == sdk.AppPath && f.Signature().Recv() == nil
}

// recordHandler returns the handler of single records that a call makes one of batches of;
// nil if it is another call.
func recordHandler(info *types.Info, c *ast.CallExpr) ast.Expr {
	callee, _ := typeutil.Callee(info, c).(*types.Func)
	if !HandsRecords(callee) || len(c.Args) == 0 {
		return nil
	}
	return c.Args[0]
}

// exhaustiveRecords is exhaustive for a call that makes a handler of single records one of
// batches: the registration has to mention what all the functions can be that it gets.
func (ev *evaluator) exhaustiveRecords(c *ast.CallExpr, seen map[*types.Var]bool) bool {
	if c.Ellipsis.IsValid() || !ev.exhaustive(c.Args[0], seen) {
		return false
	}
	return !slices.ContainsFunc(c.Args[1:], func(option ast.Expr) bool {
		call, ok := ast.Unparen(option).(*ast.CallExpr)
		if !ok {
			return true
		}
		callee, _ := typeutil.Callee(ev.info, call).(*types.Func)
		return !isApps(callee) || DecidesRecords(callee) && !ev.exhaustive(call.Args[0], seen)
	})
}
