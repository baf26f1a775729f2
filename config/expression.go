package config

import (
	"regexp"
	"slices"
	"strings"
)

// cdkToken matches what stands in the CDK for a value that it fills in itself.
var cdkToken = regexp.MustCompile(`\$\{Token\[[A-Za-z0-9:._-]+\]\}`)

// CheckLiterals reports the values with ${ in them, which is an expression in
// Terraform and nothing elsewhere: they would reach AWS as they are. In
// environment variables it is text, and the tokens of the CDK are filled in. Only
// someone who knows the format can ask this.
func (s *Stage) CheckLiterals() error {
	ms := mistakes{file: File, names: s.Names}
	for _, setting := range s.Settings() {
		if strings.HasPrefix(setting.Key, "environment_variables.") || !anyText(setting.Value, isLeftOpen) {
			continue
		}
		key := keyPath{setting.Key}
		if setting.Function != "" {
			key = keyPath{"lambda_functions", setting.Function, setting.Key}
		}
		ms.add(setting.Line, key, "has ${...} in it, which only Terraform fills in: write the value itself")
	}
	return ms.err()
}

// isLeftOpen reports whether the CDK leaves an expression in a text.
func isLeftOpen(text string) bool {
	return holdsExpression(cdkToken.ReplaceAllString(text, "token"))
}

// holdsExpression reports whether a text has ${ in it.
func holdsExpression(text string) bool { return strings.Contains(text, "${") }

// anyText reports whether a text in a value has a property.
func anyText(v any, has func(string) bool) bool {
	switch v := v.(type) {
	case string:
		return has(v)
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return anyText(e, has) })
	case map[string]any:
		for _, e := range v {
			if anyText(e, has) {
				return true
			}
		}
	}
	return false
}

// NotInTerraform ends a message about an intrinsic function where the format is
// Terraform.
const NotInTerraform = "is an intrinsic function of CloudFormation's, which Terraform does not know; use text, with ${...} for an expression"
