package synth

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// MaxRolePolicies is how many characters the policies within a role may have
// in all, not counting white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MaxRolePolicies = 10240

// PolicySize counts the characters, without white space, of a policy with some
// statements: as they are, and as [Build] puts them together for a role whose policies
// would be more than [MaxRolePolicies]. What only a deployment knows counts as short.
func PolicySize(statements []Statement) (asIs, shortened int, err error) {
	var list []statement
	for _, s := range statements {
		read, err := s.read()
		if err != nil {
			return 0, 0, err
		}
		list = append(list, read...)
	}
	return policySize(policyDocument(list, shortest)), policySize(policyDocument(compacted(list), shortest)), nil
}

// checkRoles settles the roles' policies, and refuses those that are too large
// for IAM.
func (b *builder) checkRoles() {
	beside := map[*role]apart{}
	for _, r := range b.resources {
		switch p := r.(type) {
		case *ownPolicy:
			beside[p.Role] = beside[p.Role].and(p.Function, p.statements())
		case *destinationPolicy:
			beside[p.Function.Role] = beside[p.Function.Role].and(p.Function, p.statements)
		}
	}
	for _, r := range b.resources {
		if role, ok := r.(*role); ok {
			b.checkRole(role, beside[role])
		}
	}
}

// apart are the policies of a role that are apart from it.
type apart struct {
	size int         // in characters
	at   *app.Source // of the first function that one is for; nil: not known
}

func (a apart) and(f *function, statements []statement) apart {
	return apart{a.size + policySize(policyDocument(statements, shortest)), cmp.Or(a.at, f.Source)}
}

// checkRole looks at a role, and at its policies apart from it.
func (b *builder) checkRole(r *role, beside apart) {
	for i := range r.needed {
		needed := &r.needed[i]
		needed.resources = standIns(b.StandIns).resources(needed.resources)
		needed.condition = standIns(b.StandIns).condition(needed.condition)
	}
	r.settle(grouped)
	if beside.size+r.size() > MaxRolePolicies {
		r.settle(compacted)
	}
	if n := beside.size + r.size(); n > MaxRolePolicies {
		b.fail(&Mistake{beside.at, fmt.Sprintf("%s needs policies of %d characters, %d more than the %d that IAM takes; %s",
			r.ID(), n, n-MaxRolePolicies, MaxRolePolicies, r.remedy(b.Stage.Names))})
	}
}

// remedy says what helps against a policy that is too large.
func (r *role) remedy(names config.Names) string {
	switch {
	case r.Document != nil:
		return "shorten the policy file"
	case r.own:
		return "allow more with less, such as with wildcards in app.Allow, or give the function a role that exists, with " + names.Of("iam_role_arn")
	}
	if called := names.Of("iam_roles"); called != "iam_roles" {
		return "with " + called + " per_function each function has a role of its own"
	}
	return `with "iam_roles": "per_function" each function has a role of its own`
}

func (r *role) size() int { return policySize(r.policy(shortest)) }

// policySize counts the characters of a policy.
func policySize(policy *ordered.Object, err error) int {
	if policy == nil || err != nil {
		return 0
	}
	document, ok := known(policy).(*ordered.Object)
	if !ok { // an intrinsic function gives all of it
		return 0
	}
	return len(ordered.CompactJSON(document))
}

// shortest returns a text as short as it can be in the end.
func shortest(parts text) (any, error) {
	var b strings.Builder
	for _, part := range parts {
		switch part := part.(type) {
		case string:
			b.WriteString(part)
		case pseudo:
			b.WriteString(shortestValues[part])
		default:
			b.WriteString("x")
		}
	}
	return b.String(), nil
}

var shortestValues = map[pseudo]string{OwnPartition: "aws", OwnRegion: "us-west-1", OwnAccount: "123456789012"}

// expression matches what Terraform or a CDK token fills in.
var expression = regexp.MustCompile(`\$\{[^}]*\}`)

// known puts a short text in place of what only the stack knows, so that its
// length isn't overrated.
func known(v any) any {
	switch v := v.(type) {
	case string:
		return expression.ReplaceAllString(v, "x")
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = known(e)
		}
		return list
	case *ordered.Object:
		o := &ordered.Object{}
		for _, m := range v.Members {
			if len(v.Members) == 1 && (m.Key == "Ref" || strings.HasPrefix(m.Key, "Fn::")) {
				return "x"
			}
			o.Add(m.Key, known(m.Value))
		}
		return o
	}
	return v
}
