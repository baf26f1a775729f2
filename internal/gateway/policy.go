package gateway

import (
	"bytes"
	"encoding/json"
	"strings"
)

// policy is an IAM policy as an authorizer returns it. Its conditions can't be
// checked here: those of an Allow count as met, those of a Deny as not met.
type policy struct {
	Statement statements
}

type statement struct {
	Effect                string
	Action, NotAction     patterns
	Resource, NotResource patterns
	Condition             json.RawMessage
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
	if bytes.HasPrefix(data, []byte("[")) || isNull(data) {
		return json.Unmarshal(data, list)
	}
	*list = make([]T, 1)
	return json.Unmarshal(data, &(*list)[0])
}

// decision is what a policy decides about a request.
type decision int

const (
	notAllowed decision = iota // no statement allows it
	explicitlyDenied
	allowed
)

// decide reports whether a policy allows to invoke a method: some statement has
// to allow it, and no statement may deny it. A nil policy allows nothing.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (p *policy) decide(arn string) decision {
	if p == nil {
		return notAllowed
	}
	outcome := notAllowed
	for _, s := range p.Statement {
		switch {
		case !s.covers(arn):
		case s.Effect == "Deny" && s.unconditional():
			return explicitlyDenied
		case s.Effect == "Allow":
			outcome = allowed
		}
	}
	return outcome
}

func (s statement) unconditional() bool {
	return len(s.Condition) == 0 || isNull(s.Condition)
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
