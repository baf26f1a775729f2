package main

import (
	"slices"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// kindOf returns the kind of a field, nil if it is of none.
func kindOf(operation string, in input) *sdk.Kind {
	k, ok := sdk.KindOf(operation, sdk.InputField{Path: in.path, Name: in.name, Type: in.typ, Text: in.holds == text, Doc: in.doc})
	if !ok {
		return nil
	}
	return &k
}

// isKind reports whether there is a kind of a name.
func isKind(name string) bool {
	return slices.ContainsFunc(sdk.Kinds(), func(k sdk.Kind) bool { return k.Name == name })
}
