package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// AllowOption is what [Allow] returns: an option of every function, route and
// builtin authorizer.
type AllowOption struct{ handlerOption }

// Allow lets a handler's function do what its source doesn't show, or what the
// analysis of the source doesn't know. An action is service:Action, with * and
// ? as wildcards, such as "s3:GetObject" or "dynamodb:*Item". A resource is an
// ARN, which can have wildcards too, or "*" for all. In an ARN,
// ${AWS::Partition}, ${AWS::Region} and ${AWS::AccountId} stand for those that
// the app is deployed to:
//
//	a.LambdaFunction(report, app.Allow("s3:GetObject", "arn:${AWS::Partition}:s3:::reports/*"))
//
// All routes share one function, so what one of them is allowed, all are. The
// option can be given several times. It has no effect where a policy file or a
// role of the configuration takes the place of the generated policy.
func Allow(action string, resources ...string) AllowOption {
	permission := AllowModel{Actions: []string{action}, Resources: slices.Clone(resources)}
	return AllowOption{handlerOption{func(s *settings) { s.allow = append(s.allow, permission) }}}
}

// allowed reports what is wrong with the permissions of one call's options.
func (s *settings) allowed(r reporter) {
	for _, a := range s.allow {
		if len(a.Resources) == 0 {
			r.report("Allow(%q) names no resource: give its ARN, or \"*\" for all", a.Actions[0])
		}
	}
}

// AllowModel is a permission that the app asks for by hand.
type AllowModel struct {
	Actions   []string `json:"actions"`
	Resources []string `json:"resources,omitempty"` // empty: all
}

// Check reports the first action or resource that IAM would not take.
func (m AllowModel) Check() error {
	if len(m.Actions) == 0 {
		return errors.New("there is no action, such as s3:GetObject")
	}
	for _, action := range m.Actions {
		if !isAction(action) {
			return fmt.Errorf("action %q has to be service:Action, such as s3:GetObject or s3:Get*", action)
		}
	}
	for _, resource := range m.Resources {
		if !isResource(resource) {
			return fmt.Errorf("resource %q of %s is neither an ARN nor \"*\"", resource, m.Actions[0])
		}
		if name := unknownPseudo(resource); name != "" {
			return fmt.Errorf("resource %q of %s: ${AWS::%s} isn't known; there are ${AWS::Partition}, ${AWS::Region} and ${AWS::AccountId}", resource, m.Actions[0], name)
		}
	}
	return nil
}

func isAction(action string) bool {
	service, operation, ok := strings.Cut(action, ":")
	return ok && consistsOf(service, '-') && service == strings.ToLower(service) && consistsOf(operation, '*', '?')
}

// consistsOf reports whether a text isn't empty and all its characters are
// ASCII letters, digits, or among others.
func consistsOf(text string, others ...rune) bool {
	return text != "" && !strings.ContainsFunc(text, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || slices.Contains(others, c))
	})
}

func isResource(resource string) bool {
	if resource == "*" {
		return true
	}
	if start := strings.TrimPrefix(resource, "arn:"); strings.HasPrefix(start, "${") && !strings.HasPrefix(start, "${AWS::") && fillIn(start) != start {
		return true // an expression gives the ARN, or a token of the CDK's what follows arn:
	}
	parts := strings.SplitN(fillIn(resource), ":", 6)
	return len(parts) == 6 && parts[0] == "arn" && parts[1] != "" && parts[2] != "" && parts[5] != ""
}

// fillIn replaces each ${...} by a text of the kind that CloudFormation or
// Terraform puts there.
func fillIn(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "${")
		_, after, closed := strings.Cut(rest, "}")
		b.WriteString(before)
		if !ok || !closed {
			return b.String() + text[len(before):]
		}
		b.WriteByte('?')
		text = after
	}
}

// unknownPseudo returns the first pseudo parameter that Terraform has no
// counterpart of, "" if there is none.
func unknownPseudo(resource string) string {
	for {
		_, rest, ok := strings.Cut(resource, "${AWS::")
		if !ok {
			return ""
		}
		name, after, _ := strings.Cut(rest, "}")
		if name != "Partition" && name != "Region" && name != "AccountId" {
			return name
		}
		resource = after
	}
}
