package migrate

import (
	"go/token"
	"testing"
)

func TestNames(t *testing.T) {
	n := newNamer()
	for _, tc := range []struct{ python, want string }{
		{"index", "index"},
		{"get_user", "getUser"},
		{"getUser", "getUser2"},
		{"Get_User", "getUser3"},
		{"_private_", "private"},
		{"HTTPHandler", "httpHandler"},
		{"URL", "url2"},
		{"type", "type2"},     // a keyword
		{"string", "string2"}, // predeclared
		{"main", "main2"},     // the program's own
		{"app", "app2"},       // a package
		{"a", "a2"},           // a variable of newApp
		{"func_", "func2"},
		{"größe", "größe"},
		{"Ärger", "ärger"},
		{"日本", "日本"},
		{"<lambda>", "lambda"},
		{"__", "handler"},
		{"", "handler2"},
		{"2nd", "nd"},
		{"e\u0301tat", "eTat"}, // Go's names have no combining marks
	} {
		got := n.name(tc.python, "handler")
		if got != tc.want || !token.IsIdentifier(got) {
			t.Errorf("%q became %q, want %q, a Go name", tc.python, got, tc.want)
		}
	}
}

func TestModuleName(t *testing.T) {
	for app, want := range map[string]string{
		"shop": "shop", "my shop": "my-shop", "../evil": "evil", "2shop": "shop", "größe": "gr--e", "日本": "", "a_b-c": "a_b-c",
	} {
		if got := moduleName(app); got != want {
			t.Errorf("the module of %q is %q, want %q", app, got, want)
		}
	}
}
