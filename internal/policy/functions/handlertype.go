package functions

import (
	"go/types"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// CanBeHandler reports whether a function with a signature can be a handler of a type,
// which is nil if it isn't known, or one of single records of what those get batches of.
// Where type parameters are part of either, it can.
func CanBeHandler(s, of *types.Signature) bool {
	return s != nil && (of == nil || gotypes.IdenticalCalls(s, of) || gotypes.HasTypeParams(s) || gotypes.HasTypeParams(of) || getsRecords(s, of, false))
}

// canDecide is CanBeHandler for what decides about records that can't be decoded.
func canDecide(s, of *types.Signature) bool {
	return s != nil && (of == nil || gotypes.HasTypeParams(s) || gotypes.HasTypeParams(of) || getsRecords(s, of, true))
}

// getsRecords reports whether a function gets single records of what handlers of a type get
// batches of: its last parameter is an *SQSRecord where theirs is an *SQSEvent, and an error
// comes after it if the function decides about records.
func getsRecords(s, of *types.Signature, decides bool) bool {
	last := s.Params().Len() - 1
	if decides {
		last--
	}
	n := of.Params().Len()
	if n == 0 || last < 0 {
		return false
	}
	record, event := s.Params().At(last).Type(), of.Params().At(n-1).Type()
	batch, ok := strings.CutSuffix(gotypes.ReceiverName(event), "Event")
	return ok && gotypes.PackagePath(event) == sdk.AppPath && gotypes.PackagePath(record) == sdk.AppPath && gotypes.ReceiverName(record) == batch+"Record"
}

// canCheck is CanBeHandler for what a handler of CodeDeploy's events is made of, which gets
// a context alone.
func canCheck(s, _ *types.Signature) bool {
	return s != nil && s.Params().Len() == 1 && s.Results().Len() == 1 && !s.Variadic() &&
		gotypes.ReceiverName(s.Params().At(0).Type()) == "Context" && types.Identical(s.Results().At(0).Type(), types.Universe.Lookup("error").Type())
}

// HandlerType returns the signature that some handlers have at their sites; nil if it
// isn't known, or not the same for all.
func HandlerType(handlers []*source.Handler) *types.Signature {
	var sig *types.Signature
	for _, h := range handlers {
		args := h.Site.Arguments()
		if len(args) == 0 {
			return nil
		}
		t := h.Site.In.Pkg.TypesInfo.TypeOf(args[0])
		if !gotypes.IsFunc(t) {
			return nil
		}
		s, _ := t.Underlying().(*types.Signature)
		if sig != nil && !types.Identical(sig, s) {
			return nil
		}
		sig = s
	}
	return sig
}
