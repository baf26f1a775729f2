package packager

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// TestAuthorizersWithinFunctions: the analysis looks at an authorizer as a part of the
// function that it runs in, whose variables it sees.
func TestAuthorizersWithinFunctions(t *testing.T) {
	builtin := func(name string) app.AuthorizerModel {
		return app.AuthorizerModel{Name: name, Type: app.BuiltinAuthorizerType, Handler: name}
	}
	m := &app.Model{
		Routes:      []app.RouteModel{{Path: "/a", Handler: "a", Authorizer: "both"}, {Path: "/b", Handler: "b", Authorizer: "route"}},
		Authorizers: []app.AuthorizerModel{builtin("both"), builtin("route"), builtin("connect"), {Name: "iam", Type: app.IAMAuthorizerType}},
		Functions:   []app.FunctionModel{{Name: "c", Kind: app.WSConnectKind, Handler: "c", Authorizer: "both"}},
	}
	own := map[string][]string{"api_handler": {"a", "b"}, "both": {"both"}, "route": {"route"}, "connect": {"connect"}, "websocket_connect": {"c"}}
	for apiType, want := range map[string]map[string][]string{
		config.REST: own, config.HTTP: own,
		config.FunctionURL: {"api_handler": {"a", "b", "both", "route"}, "both": {"both"}, "websocket_connect": {"c"}},
	} {
		stage, err := config.Parse([]byte(`{"version": "2.0", "app_name": "a", "api_type": "`+apiType+`"}`), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][]string{}
		for _, r := range (&build{stage: stage}).registrations(m) {
			got[r.Function] = append(got[r.Function], r.Handler)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", apiType, diff)
		}
	}
}
