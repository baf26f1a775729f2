package comments_test

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/openapi"
	"github.com/chalice-go/chalice/internal/openapi/comments"
)

// program is a module in a folder, and what it says of its handlers: their symbols, and
// where they are registered.
type program struct {
	dir    string
	routes []app.RouteModel
	list   *golist.List
}

// run writes a module, which is testdata/program, and runs it.
func run(t *testing.T) program { return runIn(t, "-mod=mod") }

// runIn is run with a flag that says where the go command looks for modules.
func runIn(t *testing.T, mod string) program {
	t.Helper()
	p := program{dir: t.TempDir()}
	if err := os.CopyFS(p.dir, os.DirFS("testdata/program")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.mod", "other/go.mod", "vendored/go.mod"} {
		// A folder with a go.mod isn't a part of our module.
		if err := os.Rename(filepath.Join(p.dir, name+".txt"), filepath.Join(p.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	goCommand := func(ctx context.Context, stdout io.Writer, args []string) error {
		c := exec.CommandContext(ctx, "go", args...)
		c.Dir, c.Stdout, c.Stderr = p.dir, stdout, os.Stderr
		c.Env = append(os.Environ(), "GOFLAGS="+mod, "GOWORK=off", "PWD="+p.dir)
		return c.Run()
	}
	if mod == "-mod=vendor" {
		if err := goCommand(t.Context(), io.Discard, []string{"mod", "vendor"}); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	if err := goCommand(t.Context(), &out, []string{"run", "-trimpath", "."}); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out.String()), &p.routes); err != nil {
		t.Fatalf("%v in\n%s", err, out.String())
	}
	var err error
	if p.list, err = golist.Find(t.Context(), goCommand, nil, "."); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestHandlers: each route of the program has the path that says what is to be found.
func TestHandlers(t *testing.T) {
	p := run(t)
	c := comments.Read(p.list, p.dir, &app.Model{Routes: p.routes})
	if want := "Command program registers handlers of all kinds.\n"; c.Package != want {
		t.Errorf("the package's comment is %q, want %q", c.Package, want)
	}
	if len(p.routes) < 15 {
		t.Fatalf("the program has %d routes", len(p.routes))
	}
	for _, r := range p.routes {
		got, ok := c.Of[r.Handler]
		if !ok {
			got = c.At[*r.Source]
		}
		if got = strings.TrimSpace(got); got != r.Path {
			t.Errorf("%s at %v has the comment %q, want %q", r.Handler, r.Source, got, r.Path)
		}
	}
}

// TestTypes looks for comments of types and fields.
func TestTypes(t *testing.T) {
	p := run(t)
	want := map[string]string{
		"main.Order":                             "Order is an order.",
		"example.com/program.Order":              "Order is an order.",
		"main.Order.ID":                          "ID names it.",
		"main.Order.Total":                       "in cents",
		"main.Order.Buyer":                       "Buyer pays.",
		"main.Order.Buyer.Name":                  "Name of the buyer.",
		"main.Order.Lines.Count":                 "Count of one thing.",
		"main.Order.ByName.Size":                 "Size of it.",
		"main.Order.Stamped":                     "Stamped is embedded.",
		"main.Order.Made":                        "Made is when.",
		"main.Order.First":                       "First and Second.",
		"main.Order.Second":                      "First and Second.",
		"main.Order.Plain":                       "",
		"main.Order.Missing":                     "",
		"main.Copy.Total":                        "in cents",
		"main.Remote.Weight":                     "Weight in grams.",
		"main.Grouped":                           "Grouped is one of two.",
		"main.Second":                            "",
		"main.Page[main.Order]":                  "Page is a page.",
		"main.Page[example.com/x.Order].Items":   "Items on it.",
		"main.Pages.Items":                       "Items on it.",
		"main.local":                             "local is declared in a function.",
		"main.local.Field":                       "Field of it.",
		"main.Status":                            "Status says how it is.",
		"example.com/other/v2.Parcel.Weight":     "Weight in grams.",
		"example.com/vendored/yaml.v3.Node":      "Node has a dot in its path.",
		"example.com/vendored/yaml.v3.Node.Line": "Line of it.",
		"example.com/unknown.Order":              "",
		"time.Time":                              "",
		"nonsense":                               "",
		"":                                       "",
	}
	schemas := map[string]any{}
	for symbol := range want {
		schemas["S"+symbol] = map[string]any{openapi.GoSymbol: symbol}
	}
	data, err := json.Marshal(schemas)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	c := comments.Read(p.list, p.dir, &app.Model{Schemas: data})
	for symbol := range want {
		got[symbol] = strings.TrimSpace(c.Of[symbol])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestVendored: a type of a vendored module has its comments from the folder vendor.
func TestVendored(t *testing.T) {
	p := runIn(t, "-mod=vendor")
	if err := os.RemoveAll(filepath.Join(p.dir, "other")); err != nil {
		t.Fatal(err)
	}
	const field = "example.com/other/v2.Parcel.Weight"
	c := comments.Read(p.list, p.dir, &app.Model{Schemas: json.RawMessage(`{"P":{"x-go":"` + field + `"}}`)})
	if want := "Weight in grams.\n"; c.Of[field] != want {
		t.Errorf("got %q, want %q", c.Of[field], want)
	}
}

// TestUnreadable: source that is gone, or isn't Go any more, has no comments.
func TestUnreadable(t *testing.T) {
	p := run(t)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("main.go", "package main\n\nfunc {")
	if err := os.Remove(filepath.Join(p.dir, "types.go")); err != nil {
		t.Fatal(err)
	}
	c := comments.Read(p.list, p.dir, &app.Model{Routes: p.routes, Schemas: json.RawMessage(`{"Order":{"x-go":"main.Order"},"P":{"x-go":"example.com/other/v2.Parcel"}}`)})
	if c.Package != "" || c.Of["main.Order"] != "" || c.Of["example.com/other/v2.Parcel"] == "" {
		t.Errorf("got %+v", c)
	}
}
