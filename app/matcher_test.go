package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

func TestMatcher(t *testing.T) {
	routes := []string{
		"/", "/foo", "/foo/{capture}", "/foo/bar", "/a/{x}/c", "/{p}/zz", "/{q}/yy", "/names/{n}",
		"/{b}/same", "/{a}/same", "/~tilde/{x}", "/{t}/tail", "/~x/tail", "/pre{z}", "/files/{path+}", "/files/{id}/meta",
		"/all/{proxy+}", "/all/{one}", "/foo/é",
	}
	type match struct {
		Route  string
		Params map[string]string
	}
	for path, want := range map[string]match{
		"/":              {"/", nil},
		"/foo":           {"/foo", nil},
		"/foo/":          {"/foo", nil},
		"/foo/bar":       {"/foo/bar", nil},
		"/foo/other":     {"/foo/{capture}", map[string]string{"capture": "other"}},
		"/foo/bar/x":     {},
		"/a//c":          {"/a/{x}/c", map[string]string{"x": ""}},
		"/names//":       {"/names/{n}", map[string]string{"n": ""}},
		"/names/":        {},
		"/names/a%20b":   {"/names/{n}", map[string]string{"n": "a%20b"}},
		"/names/a%20b/":  {"/names/{n}", map[string]string{"n": "a%20b"}},
		"/1/zz":          {"/{p}/zz", map[string]string{"p": "1"}},
		"/1/yy":          {"/{q}/yy", map[string]string{"q": "1"}},
		"/1/same":        {"/{a}/same", map[string]string{"a": "1"}},
		"/~x/tail":       {"/{t}/tail", map[string]string{"t": "~x"}}, // a brace sorts before a tilde
		"/foo/é":         {"/foo/{capture}", map[string]string{"capture": "é"}},
		"/pre{z}":        {"/pre{z}", nil},
		"/prex":          {},
		"/files/a/b":     {"/files/{path+}", map[string]string{"path": "a/b"}},
		"/files/a":       {"/files/{path+}", map[string]string{"path": "a"}},
		"/files/a/meta":  {"/files/{id}/meta", map[string]string{"id": "a"}},
		"/files/a/meta2": {"/files/{path+}", map[string]string{"path": "a/meta2"}},
		"/files":         {},
		"/files/":        {},
		"/all/x":         {"/all/{one}", map[string]string{"one": "x"}},
		"/all/x/y":       {"/all/{proxy+}", map[string]string{"proxy": "x/y"}},
		"/FOO":           {},
		"":               {},
		"foo":            {},
		"//":             {"/", nil}, // one slash is ignored
	} {
		t.Run(path, func(t *testing.T) {
			var got match
			var ok bool
			got.Route, got.Params, ok = app.NewMatcher(routes).Match(path)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if ok != (want.Route != "") {
				t.Errorf("reports %v", ok)
			}
		})
	}
}

// naiveMatch does what the reference does: it tries all routes in the order of
// their texts.
func naiveMatch(routes []string, path string) string {
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	routes = slices.Clone(routes)
	slices.Sort(routes)
	parts := strings.Split(path, "/")
	for _, route := range routes {
		template := strings.Split(route, "/")
		if len(template) == len(parts) && !slices.ContainsFunc(slices.Collect(indexes(parts)), func(i int) bool {
			capture := strings.HasPrefix(template[i], "{") && strings.HasSuffix(template[i], "}")
			return !capture && template[i] != parts[i]
		}) {
			return route
		}
	}
	return ""
}

func indexes[T any](s []T) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range s {
			if !yield(i) {
				return
			}
		}
	}
}

// FuzzMatcher holds the matcher against trying all routes one by one.
func FuzzMatcher(f *testing.F) {
	f.Add("/,/a,/{x},/a/{y},/{x}/b", "/a/b")
	f.Add("/~a/{x},/{y}/b,/{z}/{w}", "/~a/b")
	f.Add("/a//c,/a/{x}/c,/{a}/b,/{b}/b", "/a//c")
	f.Add("/{a},/{aa}", "/x")
	f.Add("/{a}/{b}/c,/{a}/x/{c},/y/{b}/{c}", "/y/x/z/")
	f.Fuzz(func(t *testing.T, list, path string) {
		var routes []string
		for route := range strings.SplitSeq(list, ",") {
			if !strings.HasPrefix(route, "/") || route != "/" && strings.HasSuffix(route, "/") || odd(route) {
				return
			}
			routes = append(routes, route)
		}
		if !strings.HasPrefix(path, "/") {
			return
		}
		got, params, _ := app.NewMatcher(routes).Match(path)
		if want := naiveMatch(routes, path); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
		for name := range params {
			if !strings.Contains(got, "{"+name+"}") {
				t.Errorf("parameter %q is none of %q", name, got)
			}
		}
	})
}

// odd reports whether the matcher can't be compared with naiveMatch for a
// route: because it has braces that aren't a whole part, for which the
// reference has no fixed order, or because it is greedy, which the reference
// doesn't know.
func odd(route string) bool {
	for part := range strings.SplitSeq(route, "/") {
		inner := strings.TrimSuffix(strings.TrimPrefix(part, "{"), "}")
		whole := part == "{"+inner+"}" && inner != ""
		if strings.ContainsAny(inner, "{}+,") || strings.ContainsAny(part, "{}") && !whole {
			return true
		}
		if whole && strings.IndexFunc(inner, func(r rune) bool { return r < 'a' || r > 'z' }) >= 0 {
			return true
		}
	}
	return false
}
