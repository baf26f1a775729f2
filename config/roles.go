package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
var (
	policyARN = lazyregexp.New(`^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$`)
	rolePath  = lazyregexp.New(`^/([!-.0-~]+/)*$`)
)

// roleKeys are about every role that a template makes, and tags of everything.
var roleKeys = []Key{
	{
		Name: "permissions_boundary", Scope: stageScopes, intrinsic: true,
		form: "the ARN of an IAM policy", pattern: policyARN,
		Doc: "Policy that is the permissions boundary of every role that is made.",
	},
	{
		Name: "role_path", Scope: stageScopes, intrinsic: true,
		form: "a path that starts and ends with /", pattern: rolePath,
		Doc: "Path of every role that is made.",
	},
	{
		Name: "managed_policies", Scope: allScopes, Kind: TextList, intrinsic: true,
		form: "the ARN of an IAM policy", pattern: policyARN,
		Doc: "ARNs of managed policies that every role has which is made, or that of a function.",
	},
	{
		Name: "tag_resources", Scope: stageScopes, Kind: Bool, Default: "false",
		Doc: "Whether not only functions have the tags, but everything that is made and can have tags.",
	},
}

func (s *source) mergeRoles(out *Stage) {
	out.PermissionsBoundary = s.value("", "permissions_boundary")
	out.RolePath = s.value("", "role_path")
	out.TagResources = s.flag("", "tag_resources", false)
}

// DomainTags returns the tags that the configuration gives a domain: its own, and with
// TagResources those of the app that it has no own value for.
func (s *Stage) DomainTags(d *Domain) map[string]Value {
	if !s.TagResources {
		return d.Tags
	}
	all := maps.Clone(s.Defaults.Tags)
	if all == nil {
		all = map[string]Value{}
	}
	maps.Copy(all, d.Tags)
	return all
}

// MaxManagedPolicies is how many managed policies a role can have, if AWS has raised the
// account's quota, which is 10.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MaxManagedPolicies = 25

// maxRolePath is how many characters the path of a role can have.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
const maxRolePath = 512

// ownPaths are those of the roles that AWS makes in an account.
var ownPaths = []string{"/aws-service-role/", "/aws-reserved/"}

// checkRolePath reports a path that IAM would refuse.
func (s *Stage) checkRolePath(ms *mistakes) {
	const key = "role_path"
	line, path := s.source.line("", key), s.RolePath.Text
	if n := len(path); n > maxRolePath && !holdsExpression(path) {
		ms.add(line, keyPath{key}, "has %d characters, %d more than the %d that IAM takes", n, n-maxRolePath, maxRolePath)
	}
	for _, own := range ownPaths {
		if strings.HasPrefix(path, own) {
			ms.add(line, keyPath{key}, "starts with %s, where only AWS itself makes roles: choose another path", own)
		}
	}
}

// checkManagedPolicies reports what a function's role can't have.
func checkManagedPolicies(r functionReport, f Function) {
	const key = "managed_policies"
	if n := f.ManagedPolicies.certain(); n > MaxManagedPolicies {
		r.add(key, "are %d, %d more than the %d that IAM lets a role have", n, n-MaxManagedPolicies, MaxManagedPolicies)
	}
	for i, v := range f.ManagedPolicies.Items {
		if slices.ContainsFunc(f.ManagedPolicies.Items[:i], v.Equal) {
			r.add(key, "has %s twice", v)
		}
	}
	own := r.stage.source.lookup(r.function, key)
	if !f.RoleARN.IsZero() && own != nil && own != r.stage.source.lookup("", key) && len(f.ManagedPolicies.Items) > 0 {
		r.beside(key, "has no role to be in: the function has one that is not made here, by %s; attach the policies to that", "iam_role_arn")
	}
}

// checkResourceTags reports tags that functions can have, but not all that has them with
// tag_resources.
func checkResourceTags(r functionReport, f Function) {
	if !r.stage.TagResources {
		return
	}
	if a, b := sameName(f.Tags); a != "" {
		r.add("tags", "has %s and %s, which IAM takes for one name, so that no role can have both; with tag_resources roles have the tags", a, b)
	}
}

// sameName returns two tags of one name, but for the case of its letters; empty: there are
// none.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
func sameName(tags map[string]Value) (a, b string) {
	names := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		lower := strings.ToLower(name)
		if other, twice := names[lower]; twice {
			return other, name
		}
		names[lower] = name
	}
	return "", ""
}
