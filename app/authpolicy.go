package app

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// AuthPolicy is an IAM policy as an authorizer returns it, decoded by
// encoding/json. Its conditions can't be checked outside of AWS: those of an
// Allow count as met, those of a Deny as not met; see Decide.
type AuthPolicy struct {
	Statement statements
}

type statement struct {
	Effect                string
	Action, NotAction     patterns
	Resource, NotResource patterns
	Condition             json.RawMessage
}

// valid reports whether IAM would take the statement.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func (s statement) valid() bool {
	return (s.Effect == "Allow" || s.Effect == "Deny") &&
		(s.Action == nil) != (s.NotAction == nil) &&
		(s.Resource == nil) != (s.NotResource == nil)
}

// statements is a list of statements, or a single one.
type statements []statement

// UnmarshalJSON reads either form.
func (s *statements) UnmarshalJSON(data []byte) error {
	return unmarshalList(data, (*[]statement)(s))
}

// patterns is a list of texts with * and ?, or a single one.
type patterns []string

// UnmarshalJSON reads either form.
func (p *patterns) UnmarshalJSON(data []byte) error {
	return unmarshalList(data, (*[]string)(p))
}

// unmarshalList reads a list, or a value as a list with one element.
func unmarshalList[T any](data []byte, list *[]T) error {
	if bytes.HasPrefix(data, []byte("[")) || isNull(string(data)) {
		return json.Unmarshal(data, list)
	}
	*list = make([]T, 1)
	return json.Unmarshal(data, &(*list)[0])
}

// AuthDecision is what a policy decides about a request.
type AuthDecision int

// The decisions.
const (
	AuthNotAllowed AuthDecision = iota // no statement allows it
	AuthDenied                         // a statement denies it
	AuthAllowed
)

// Decide reports whether a policy allows to invoke a method: some statement has
// to allow it, and no statement may deny it. A nil policy allows nothing, nor does one
// with a statement that IAM wouldn't take: it could be a Deny that is misspelt. With
// strict, conditions and variables count against the client: an Allow that has some
// doesn't count, and a Deny does.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (p *AuthPolicy) Decide(arn string, strict bool) AuthDecision {
	if p == nil {
		return AuthNotAllowed
	}
	outcome, valid := AuthNotAllowed, true
	for _, s := range p.Statement {
		valid = valid && s.valid()
		switch {
		case strict && s.varies():
			if s.Effect == "Deny" {
				return AuthDenied
			}
		case !s.covers(arn):
		case s.Effect == "Deny" && (strict || s.unconditional()):
			return AuthDenied
		case s.Effect == "Allow" && (!strict || s.unconditional()):
			outcome = AuthAllowed
		}
	}
	if !valid {
		return AuthNotAllowed
	}
	return outcome
}

func (s statement) unconditional() bool {
	return len(s.Condition) == 0 || isNull(string(s.Condition))
}

// varies reports whether the statement has variables of IAM's, such as
// ${aws:SourceIp}, so that only AWS knows which methods it is about.
func (s statement) varies() bool {
	variable := func(pattern string) bool { return strings.Contains(pattern, "${") }
	return slices.ContainsFunc(s.Resource, variable) || slices.ContainsFunc(s.NotResource, variable)
}

// covers reports whether the statement is about invoking the method.
func (s statement) covers(arn string) bool {
	const action = "execute-api:invoke" // actions are compared without case
	acts := s.Action.lower().match(action)
	if s.NotAction != nil {
		acts = !s.NotAction.lower().match(action)
	}
	if s.NotResource != nil {
		return acts && !s.NotResource.match(arn)
	}
	return acts && s.Resource.match(arn)
}

func (p patterns) lower() patterns {
	lower := make(patterns, len(p))
	for i, pattern := range p {
		lower[i] = strings.ToLower(pattern)
	}
	return lower
}

func (p patterns) match(text string) bool {
	for _, pattern := range p {
		if glob(pattern, text) {
			return true
		}
	}
	return false
}

// glob matches a whole text with a pattern, in which * stands for any number
// of characters and ? for one.
func glob(pattern, text string) bool {
	p, t := 0, 0
	star, resume := -1, 0 // the last *, and where in text the part behind it is tried next
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			resume++
			p, t = star+1, resume
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
