package config

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/standin"
)

// CheckLiterals reports the values with ${ in them, which is an expression in
// Terraform and nothing elsewhere: they would reach AWS as they are. In
// environment variables it is text, the tokens of the CDK are filled in, and
// so is the text of an Fn::Sub. Only someone who knows the format can ask this.
func (s *Stage) CheckLiterals() error {
	ms := s.mistakes()
	for _, f := range s.inForce() {
		for _, leaf := range f.leaves() {
			if f.key.Kind == Variables || !anyText(leaf.value, isLeftOpen) && !leaf.namedOpen() {
				continue
			}
			or := ""
			if leaf.key.intrinsic {
				or = ", or " + anIntrinsic
			}
			ms.add(leaf.line, leaf.at, "has ${...} in it, which only Terraform fills in: write the value itself%s", or)
		}
	}
	return ms.err()
}

// namedOpen reports whether the name of a tag has an expression in it.
func (l leaf) namedOpen() bool { return l.key.Kind == TextMap && isLeftOpen(l.at[len(l.at)-1]) }

// isLeftOpen reports whether the CDK leaves an expression in a text.
func isLeftOpen(text string) bool {
	return holdsExpression(standin.Token().ReplaceAllString(text, "token"))
}

// holdsExpression reports whether a text has ${ in it.
func holdsExpression(text string) bool { return strings.Contains(text, "${") }

// anyText reports whether a text in a value has a property. In what CloudFormation
// substitutes, ${...} is its own.
func anyText(v any, has func(string) bool) bool {
	switch v := v.(type) {
	case string:
		return has(v)
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return anyText(e, has) })
	case map[string]any:
		for key, e := range v {
			if key != "Fn::Sub" && anyText(e, has) {
				return true
			}
		}
	}
	return false
}
