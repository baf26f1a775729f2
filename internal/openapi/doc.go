// Package openapi writes the OpenAPI document of an app: what people and programs read that
// call its routes.
//
//	app.Model + config.Stage + doc comments + servers --Build--> document
//
// A typed route says itself what it takes and answers; its operation in the model is one of
// OpenAPI 3.1. Of other routes the document has what is known: path parameters, methods,
// media types, who may call them. The document that API Gateway gets is another one, which
// package synth writes.
//
// Build is pure: equal inputs give equal bytes. Version 3.0 is made of the same document, by
// changing what it spells in another way and leaving out what it lacks (see
// docs/typed.md).
package openapi
