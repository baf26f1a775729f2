// Package tftext tells the expressions in a text of Terraform's from what is
// literal in it.
//
// In JSON, Terraform reads every text as a template of its language, where ${...}
// is an expression, with texts of its own in quotes and templates again in those,
// and $${ stands for ${.
// https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
package tftext

import "strings"

// Split cuts a text into what is literal and expressions, in turn: the first, the
// third and so on are literal, and can be empty; the others are expressions, with
// their ${ and }. From an expression on that has no end, all is literal. Joined, the
// parts are the text.
func Split(text string) []string {
	parts := []string{}
	from := 0
	for i := 0; i < len(text); {
		end := i + 1
		switch {
		case strings.HasPrefix(text[i:], "$${"):
			end = i + len("$${")
		case strings.HasPrefix(text[i:], "${"):
			if end = expression(text, i); end < 0 {
				return append(parts, text[from:])
			}
			parts, from = append(parts, text[from:i], text[i:end]), end
		}
		i = end
	}
	return append(parts, text[from:])
}

// Expression returns what is between ${ and }, and reports whether the text is that
// one expression.
func Expression(text string) (inner string, ok bool) {
	parts := Split(text)
	if len(parts) != 3 || parts[0] != "" || parts[2] != "" {
		return "", false
	}
	return parts[1][len("${") : len(parts[1])-len("}")], true
}

// expression returns where the expression ends that starts at an offset; -1: nowhere.
func expression(text string, at int) int {
	depth := 0
	for i := at + len("$"); i < len(text); {
		end := i + 1
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return end
			}
		case '"':
			if end = quoted(text, i); end < 0 {
				return -1
			}
		}
		i = end
	}
	return -1
}

// quoted returns where the text in quotes ends that starts at an offset; -1:
// nowhere.
func quoted(text string, at int) int {
	for i := at + len(`"`); i < len(text); {
		end := i + 1
		switch {
		case text[i] == '"':
			return end
		case text[i] == '\\':
			end = i + len(`\"`)
		case strings.HasPrefix(text[i:], "$${"):
			end = i + len("$${")
		case strings.HasPrefix(text[i:], "${"):
			if end = expression(text, i); end < 0 {
				return -1
			}
		}
		i = end
	}
	return -1
}
