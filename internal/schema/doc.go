// Package schema says what the JSON of a Go type is like, in JSON Schema's words: its
// members, which of them have to be there, and what their tags ask of the values. The
// decoder of package app checks values by it, and an app's description has it as JSON
// Schema: so the two can't disagree.
//
// It reads types, not JSON. A program pays for a type when the type is first asked for.
package schema
