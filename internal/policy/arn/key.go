package arn

import (
	"slices"
	"strings"
)

// key makes the ARN of a key: by its alias that of any key, since no policy can name
// one by that; see conditions.
func key(m *Maker, _ Target, value Resource) []Resource {
	switch before, alias := keyAlias(value); {
	case before != nil:
		return []Resource{join(before.with(text("key/*")))}
	case alias != nil:
		return []Resource{m.here("kms", "key/*")}
	case value.isARN():
		return []Resource{value}
	case value[0].Kind == Text && !startsAlias(value):
		return []Resource{m.named("kms", "key/", value)}
	}
	if _, attribute := getAtt(value.intrinsic()["Fn::GetAtt"]); attribute == "KeyId" {
		return []Resource{m.named("kms", "key/", value)}
	}
	return nil // an id, an alias or an ARN
}

// aliasPrefix starts the names of aliases of keys.
const aliasPrefix = "alias/"

// startsAlias reports whether a value whose end isn't known could be an alias.
func startsAlias(value Resource) bool {
	start, isPattern := strings.CutSuffix(value[0].Text, "*")
	return (isPattern || len(value) > 1) && strings.HasPrefix(aliasPrefix, start)
}

// keyAlias returns the alias that a value is: its name, and of an ARN what stands
// before that. It is nil if the value is something else.
func keyAlias(value Resource) (before, alias Resource) {
	if value[0].Kind == Text && strings.HasPrefix(value[0].Text, aliasPrefix) {
		return nil, value
	}
	if !value.isARN() {
		return nil, nil
	}
	for i, p := range value {
		if start, name, ok := strings.Cut(p.Text, ":"+aliasPrefix); ok && p.Kind == Text {
			alias = append(Resource{text(aliasPrefix + name)}, value[i+1:]...)
			return value[:i:i].with(text(start + ":")), alias
		}
	}
	return nil, nil
}

// byAlias is the condition that a key is asked for by its alias. A service that uses
// the key for the caller may ask for it by its ARN, so there it is one that the key has.
// https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
func byAlias(t Target, value Resource) Condition {
	_, alias := keyAlias(value)
	if alias == nil {
		return Condition{}
	}
	operator := "StringEquals"
	if slices.ContainsFunc(alias, func(p ResourcePart) bool { return p.Kind == Text && strings.Contains(p.Text, "*") }) {
		operator = "StringLike"
	}
	if t.Service == "kms" {
		return Condition{operator, "kms:RequestAlias", []Resource{alias}}
	}
	return Condition{"ForAnyValue:" + operator, "kms:ResourceAliases", []Resource{alias}}
}
