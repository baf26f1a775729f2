package functions

import (
	"go/types"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// CanBeHandler reports whether a function with a signature can be a handler of a type,
// which is nil if it isn't known. Where type parameters are part of either, it can.
func CanBeHandler(s, of *types.Signature) bool {
	return s != nil && (of == nil || gotypes.IdenticalCalls(s, of) || gotypes.HasTypeParams(s) || gotypes.HasTypeParams(of))
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
