package synth

import (
	"slices"

	"github.com/chalice-go/chalice/config"
)

// roleSettings is what every role has, whatever it is for.
type roleSettings struct {
	Boundary config.Value // ARN of a policy; zero: none
	Path     config.Value // zero: IAM's default, /
	Managed  config.List  // ARNs of policies, of roles that are no function's
}

func (in Input) roleSettings() roleSettings {
	return roleSettings{in.Stage.PermissionsBoundary, in.Stage.RolePath, in.Stage.Defaults.ManagedPolicies}
}

// joinPolicies adds managed policies of a function to the role that it shares.
func (b *builder) joinPolicies(r *role, more config.List) {
	switch {
	case len(more.Items) == 0:
		return
	case len(r.managed.Items) == 0:
		r.managed = config.List{Items: slices.Clone(more.Items), Single: more.Single}
		return
	case r.managed.Single || more.Single:
		if !slices.EqualFunc(r.managed.Items, more.Items, config.Value.Equal) {
			b.fail(more.Items[0].Mistake("would be one list with that of another function, which shares the role, but a list that is known only when the app is deployed can't be put together: write lists of ARNs, or %s", r.remedy(b.Stage.Names)))
		}
		return
	}
	before := len(r.managed.Items)
	for _, v := range more.Items {
		if !slices.ContainsFunc(r.managed.Items, v.Equal) {
			r.managed.Items = append(r.managed.Items, v)
		}
	}
	if n := len(r.managed.Items); n > config.MaxManagedPolicies && n > before {
		b.fail(more.Items[0].Mistake("are %d with those of the other functions that share the role, %d more than the %d that IAM lets one have: %s", n, n-config.MaxManagedPolicies, config.MaxManagedPolicies, r.remedy(b.Stage.Names)))
	}
}
