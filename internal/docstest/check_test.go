package docstest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/docstest"
)

// TestCheck: what a snippet leaves out is tolerated, and what isn't there isn't.
func TestCheck(t *testing.T) {
	c, err := docstest.NewChecker("../..")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ text, want string }{
		"a file": {"package main\n\nimport \"github.com/chalice-go/chalice/app\"\n\nfunc main() { _ = app.New(\"x\") }\n", ""},
		"a file with a wrong name": {
			"package main\n\nimport \"github.com/chalice-go/chalice/app\"\n\nfunc main() { _ = app.Now(\"x\") }\n", "page.md:7: undefined: app.Now",
		},
		"statements, and handlers that aren't shown": {"a.Route(\"/x\", hello, app.CORS())\nn := 1\n", ""},
		"a name that isn't there":                    {"a.Route(\"/x\", hello, app.Cors())\n", "page.md:3: undefined: app.Cors"},
		"a method that isn't there":                  {"n := 1\na.Rout(\"/x\", hello)\n", "page.md:4: a.Rout undefined"},
		"too many arguments":                         {"a.Schedule(app.Rate(5), tick)\n", "not enough arguments in call to app.Rate"},
		"statements, then declarations": {
			"a.Route(\"/x\", hello)\n\nfunc hello(ctx context.Context, r *app.Request) (any, error) {\n\treturn r.Param(\"x\"), nil\n}\n", "",
		},
		"a wrong method in a declaration": {
			"a.Route(\"/x\", hello)\n\nfunc hello(ctx context.Context, r *app.Request) (any, error) {\n\treturn r.Parm(\"x\"), nil\n}\n", "page.md:6: r.Parm undefined",
		},
		"a wrong field":              {"x := app.CORSConfig{\n\tAllowOrigin: \"*\",\n\tAllowedOrigins: \"*\",\n}\n", "unknown field AllowedOrigins"},
		"a handler without a body":   {"func list(ctx context.Context, in *List) (*Orders, error)\n", ""},
		"a handler that is left out": {"func work(ctx context.Context, r *app.SQSRecord) error { … }\n", ""},
		"a wrong type of an event":   {"func work(ctx context.Context, r *app.SQSRecords) error { … }\n", "undefined: app.SQSRecords"},
		"an import":                  {"import \"github.com/chalice-go/chalice/codedeploy\"\n\nvar x = codedeploy.ShiftOf\n", ""},
		"a package that isn't there": {"import \"github.com/chalice-go/chalice/nowhere\"\n\nvar x = nowhere.X\n", "could not import"},
		"what is no Go":              {"a.Route(\n", "expected"},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := docstest.Parse("page.md", "\n```go\n"+tc.text+"```\n")
			if err != nil {
				t.Fatal(err)
			}
			got := errors.Join(c.Check(page, page.Blocks[0])...)
			switch {
			case tc.want == "" && got != nil:
				t.Error(got)
			case tc.want != "" && (got == nil || !strings.Contains(got.Error(), tc.want)):
				t.Errorf("got %v, want %s", got, tc.want)
			}
		})
	}
	for _, name := range [][3]string{{"app", "Rout", ""}, {"app", "App", "Rout"}, {"apptest", "Client", "HTTPS"}} {
		if c.Has(name[0], name[1], name[2]) {
			t.Errorf("there is %v", name)
		}
	}
	for _, name := range [][3]string{{"app", "New", ""}, {"app", "App", "Route"}, {"apptest", "Client", "HTTP"}} {
		if !c.Has(name[0], name[1], name[2]) {
			t.Errorf("there is no %v", name)
		}
	}
}
