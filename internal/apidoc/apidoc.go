// Package apidoc says where a program finds the OpenAPI document of its app.
//
// The document is made of the app's description, its configuration and its source, by
// whoever packages the program, and lies beside the program in a file. In a test there is
// no such file: package apptest puts the document into the context of each invocation.
package apidoc

import (
	"context"
	"strings"
)

// File is the name of the document beside the program.
const File = "openapi.json"

type key struct{}

// With returns a context whose invocations answer with the document that made returns.
func With(ctx context.Context, made func() ([]byte, error)) context.Context {
	return context.WithValue(ctx, key{}, made)
}

// Of returns what [With] put into the context; nil: the document is in a file.
func Of(ctx context.Context) func() ([]byte, error) {
	made, _ := ctx.Value(key{}).(func() ([]byte, error))
	return made
}

// Missing is what an error says first of a program without its document. A program has
// this text in it only if it may serve the document, by which whoever packages it knows.
const Missing = "ServeOpenAPI: the OpenAPI document isn't beside the program"

// Root returns the URL of an API, relative to that of the route with the document: from
// /openapi.json "." and from /docs/openapi.json "..".
func Root(path string) string {
	if depth := strings.Count(path, "/"); depth > 1 {
		return strings.TrimSuffix(strings.Repeat("../", depth-1), "/")
	}
	return "."
}
