package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chalice-go/chalice/config"
)

const policy = "arn:aws:iam::123456789012:policy/"

// TestRoles reads the keys about roles and tags, each where it can stand.
func TestRoles(t *testing.T) {
	s, err := config.Parse([]byte(`{
"permissions_boundary": "arn:aws:iam::123456789012:policy/team/Boundary", "role_path": "/", "managed_policies": ["arn:aws:iam::aws:policy/A"],
"lambda_functions": {"f": {"managed_policies": [{"Ref": "B"}]}, "g": {"managed_policies": []}},
"stages": {"dev": {"role_path": "/team/app/", "tag_resources": true}}}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	type rest struct {
		Boundary, Path config.Value
		Tags           bool
		Policies       map[string]config.List
	}
	got := rest{s.PermissionsBoundary, s.RolePath, s.TagResources, map[string]config.List{}}
	for _, f := range []string{"f", "g", "h"} {
		got.Policies[f] = s.Function(f).ManagedPolicies
	}
	want := rest{
		config.Value{Text: policy + "team/Boundary"}, config.Value{Text: "/team/app/"}, true,
		map[string]config.List{
			"f": {Items: []config.Value{{Intrinsic: map[string]any{"Ref": "B"}}}},
			"g": {}, "h": config.Texts("arn:aws:iam::aws:policy/A"),
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(config.Value{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// TestRoleMistakes: what IAM would refuse is a mistake at its line.
func TestRoleMistakes(t *testing.T) {
	policies := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("%q", policy+fmt.Sprint(i))
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	domain := `"domain_name": "a.test", "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/c"`
	for name, tc := range map[string]struct{ file, want string }{
		"no policy": {
			`{"permissions_boundary": "arn:aws:iam::123456789012:role/r", "managed_policies": ["ReadOnlyAccess"]}`,
			`1: permissions_boundary must be the ARN of an IAM policy, not "arn:aws:iam::123456789012:role/r"
1: managed_policies must be a list of strings, but item 1 is "ReadOnlyAccess", which isn't the ARN of an IAM policy`,
		},
		"no path":            {`{"role_path": "team"}`, `1: role_path must be a path that starts and ends with /, not "team"`},
		"a path with spaces": {`{"role_path": "/my team/"}`, `1: role_path must be a path that starts and ends with /, not "/my team/"`},
		"in the wrong place": {
			`{"lambda_functions": {"f": {"permissions_boundary": "${x}", "role_path": "/", "tag_resources": true}}}`,
			`1: lambda_functions.f.permissions_boundary belongs to the top level or a stage, not to a function
1: lambda_functions.f.role_path belongs to the top level or a stage, not to a function
1: lambda_functions.f.tag_resources belongs to the top level or a stage, not to a function`,
		},
		"a long path":       {"{\n\"role_path\": \"/" + strings.Repeat("a", 511) + "/\"}", `2: role_path has 513 characters, 1 more than the 512 that IAM takes`},
		"an expression":     {`{"role_path": "${` + strings.Repeat("a", 512) + `}"}`, ``},
		"AWS's own path":    {`{"role_path": "/aws-service-role/x/"}`, `1: role_path starts with /aws-service-role/, where only AWS itself makes roles: choose another path`},
		"all that there is": {`{"managed_policies": ` + policies(25) + `}`, ``},
		"a policy too many": {
			"{\"lambda_functions\": {\"f\": {\n\"managed_policies\": " + policies(26) + "}}}",
			`2: managed_policies are 26, 1 more than the 25 that IAM lets a role have (function f)`,
		},
		"a policy twice": {
			`{"managed_policies": [{"Ref": "A"}, "` + policy + `a", {"Ref": "A"}]}`, `1: managed_policies has {"Ref":"A"} twice (function f)`,
		},
		"policies of a role that isn't made": {
			"{\"manage_iam_role\": false, \"iam_role_arn\": \"arn:aws:iam::123456789012:role/r\", \"lambda_functions\": {\"f\": {\n\"managed_policies\": " + policies(1) + "}}}",
			`2: managed_policies has no role to be in: the function has one that is not made here, by iam_role_arn; attach the policies to that (function f)`,
		},
		"policies of other roles": {
			`{"managed_policies": ` + policies(1) + `, "lambda_functions": {"f": {"manage_iam_role": false, "iam_role_arn": "arn:aws:iam::123456789012:role/r"}}}`, ``,
		},
		"tags of one name": {
			"{\"tag_resources\": true, \"tags\": {\"Team\": \"a\"}, \"lambda_functions\": {\"f\": {\n\"tags\": {\"team\": \"b\"}}}}",
			`2: tags has Team and team, which IAM takes for one name, so that no role can have both; with tag_resources roles have the tags (function f)`,
		},
		"tags of one name, of functions alone": {`{"tags": {"Team": "a", "team": "b"}}`, ``},
		"a domain's tags": {
			`{"tag_resources": true, "tags": {` + tags(49) + `}, "api_gateway_custom_domain": {` + domain + `, "tags": {"t1": "x"}}}`, ``,
		},
		"a domain's tags, one too many": {
			"{\"tag_resources\": true, \"tags\": {" + tags(49) + "},\n\"api_gateway_custom_domain\": {" + domain + `, "tags": {"x": "x"}}}`,
			`2: api_gateway_custom_domain.tags are 51 with the app's and chalice's own, 1 more than the 50 that API Gateway takes`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{})
			if err == nil {
				err = s.Check([]string{"f"}, nil)
			}
			got := ""
			if err != nil {
				got = strings.ReplaceAll(err.Error(), config.File+":", "")
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}
