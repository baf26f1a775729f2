package openapi

import (
	"cmp"
	"go/doc"
	"go/doc/comment"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
)

// Comments are doc comments of a program's source, as they are written there without
// their slashes. Package comments finds them.
type Comments struct {
	// Package is the comment of the program's package main.
	Package string
	// Of are the comments of types, fields and functions, by their symbols: such as
	// example.com/shop.Order, example.com/shop.Order.Total, main.getOrder and
	// example.com/shop.(*Shop).getOrder-fm.
	Of map[string]string
	// At are the comments above registrations, by their places.
	At map[app.Source]string
}

// handler returns the comment of a route's handler, or above its registration.
func (c Comments) handler(r *app.RouteModel) string {
	own := c.Of[r.Handler]
	if own == "" && r.Source != nil {
		own = c.At[*r.Source]
	}
	return own
}

// text returns what a doc comment says, in CommonMark: its paragraphs on one line each,
// and code indented.
func text(docComment string) string {
	if strings.TrimSpace(docComment) == "" {
		return ""
	}
	parsed := new(comment.Parser).Parse(docComment)
	printer := comment.Printer{TextWidth: -1, TextCodePrefix: "    "}
	return harmless(strings.TrimSpace(string(printer.Text(parsed))))
}

// harmless returns a text without what pages that show it might run.
func harmless(text string) string {
	return strings.NewReplacer("<script", "&lt;script", "<SCRIPT", "&lt;SCRIPT", "eval(", "eval (").Replace(text)
}

// synopsis returns the first sentence of a text, without the full stop.
func synopsis(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(strings.TrimSpace(cmp.Or(new(doc.Package).Synopsis(first), first)), ".")
}

// withoutName returns a sentence about a function without the function's name, with which
// doc comments start: it means nothing to those who call an API.
func withoutName(sentence, symbol string) string {
	first, rest, ok := strings.Cut(sentence, " ")
	names := strings.FieldsFunc(symbol, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if !ok || !slices.Contains(names, first) || rest == "" {
		return sentence
	}
	start, size := utf8.DecodeRuneInString(rest)
	return string(unicode.ToUpper(start)) + rest[size:]
}

// isDeprecated reports whether a text has a paragraph that says so in Go's way.
// https://go.dev/wiki/Deprecated
func isDeprecated(text string) bool {
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if strings.HasPrefix(strings.TrimSpace(paragraph), "Deprecated: ") {
			return true
		}
	}
	return false
}
