package config

import (
	"regexp"
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
		if strings.HasPrefix(setting.Key, "environment_variables.") || !holdsExpression(withoutTokens(setting.Value)) {
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

// withoutTokens returns a value in which the tokens of the CDK are words.
func withoutTokens(v any) any {
	switch v := v.(type) {
	case string:
		return cdkToken.ReplaceAllString(v, "token")
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = withoutTokens(e)
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, e := range v {
			m[key] = withoutTokens(e)
		}
		return m
	}
	return v
}

// holdsExpression reports whether a value has ${ in it.
func holdsExpression(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "${")
	case []any:
		for _, e := range v {
			if holdsExpression(e) {
				return true
			}
		}
	case map[string]any:
		for _, e := range v {
			if holdsExpression(e) {
				return true
			}
		}
	}
	return false
}
