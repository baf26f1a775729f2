package app_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

func TestBlueprintPaths(t *testing.T) {
	for _, tc := range []struct{ prefix, path, want string }{
		{"/p", "/", "/p"}, {"/p/", "/a", "/p/a"}, {"/p", "a", "/p/a"}, {"/p", "/a/", "/p/a"},
		{"/", "/a", "/a"}, {"/", "/", "/"}, {"/a/b", "/c/{d}", "/a/b/c/{d}"}, {"", "/a", "/a"},
	} {
		b := app.NewBlueprint()
		b.Route(tc.path, index)
		a := app.New("blueprints")
		a.RegisterBlueprint(b, app.URLPrefix(tc.prefix), app.NamePrefix("p_"))
		m := model(t, a)
		if got := m.Routes[0]; got.Path != tc.want || got.Name != "p_index" {
			t.Errorf("%q and %q: got %q named %q, want %q", tc.prefix, tc.path, got.Path, got.Name, tc.want)
		}
	}
}

// TestBlueprintTwice: a blueprint that is registered again with other prefixes
// declares everything once more, and its routes have the authorizer of the same
// registration.
func TestBlueprintTwice(t *testing.T) {
	b := app.NewBlueprint()
	auth := b.Authorizer(check, app.TTL(0))
	b.Route("/x", index, app.Methods("PUT"), app.CORS(), app.Auth(auth), app.Name("explicit"))
	b.OnSQSMessage("q", work)
	a := app.New("twice")
	a.RegisterBlueprint(b, app.NamePrefix("one_"), app.URLPrefix("/1"))
	a.RegisterBlueprint(b, app.NamePrefix("two_"), app.URLPrefix("/2"))
	m := model(t, a)
	var got []string
	for _, r := range m.Routes {
		got = append(got, fmt.Sprintln(r.Path, r.Methods, r.Name, r.Authorizer, r.CORS.Enabled))
	}
	for _, f := range m.Functions {
		got = append(got, f.Name)
	}
	for _, auth := range m.Authorizers {
		got = append(got, fmt.Sprint(auth.Name, *auth.TTLSeconds))
	}
	want := []string{
		"/1/x [PUT] one_explicit one_check true\n", "/2/x [PUT] two_explicit two_check true\n",
		"one_work", "two_work", "one_check0", "two_check0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBlueprintInTwoApps(t *testing.T) {
	b := app.NewBlueprint()
	b.Route("/", index)
	for _, name := range []string{"first", "second"} {
		a := app.New(name)
		a.RegisterBlueprint(b)
		if m := model(t, a); len(m.Routes) != 1 {
			t.Errorf("%s has %d routes", name, len(m.Routes))
		}
	}
}
