package outside_test

import (
	"go/types"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy/outside"
	"github.com/chalice-go/chalice/internal/policy/programtest"
)

// program has implementations of interfaces of packages that it imports, and as many packages
// as one with a client of HTTP.
const program = `package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"log"
	"log/slog"
	_ "net/http"
)

var (
	_ = sql.OpenDB
	_ = log.Print
	_ = slog.New
)

type handed struct{}

func (handed) Connect(context.Context) (driver.Conn, error)        { return nil, nil }
func (handed) Driver() driver.Driver                               { return nil }
func (handed) Enabled(context.Context, slog.Level) bool            { return true }
func (handed) Handle(context.Context, slog.Record) error           { return nil }
func (h handed) WithAttrs([]slog.Attr) slog.Handler                { return h }
func (h handed) WithGroup(string) slog.Handler                     { return h }
func (handed) Write([]byte) (int, error)                           { return 0, nil }

func hand(driver.Connector, slog.Handler, io.Writer) {}

func main() { hand(handed{}, handed{}, handed{}) }
`

// TestOf asks what functions of the standard library call of what they got.
func TestOf(t *testing.T) {
	p := programtest.Read(t, "handed", program)
	calls := outside.New(p)
	for name, tc := range map[string]struct {
		function outside.Function
		calls    []string // of the methods asked about
		not      []string
	}{
		"keeps a driver":            {outside.Function{Package: "database/sql", Name: "Register"}, nil, []string{"Open", "Connect", "Query", "Close"}},
		"connects on request":       {outside.Function{Package: "database/sql", Name: "OpenDB"}, nil, []string{"Connect", "Query", "Exec"}},
		"asks for a connector":      {outside.Function{Package: "database/sql", Name: "Open"}, []string{"OpenConnector"}, []string{"Connect", "Query", "Exec"}},
		"queries":                   {outside.Function{Package: "database/sql", Receiver: "*DB", Name: "QueryContext"}, []string{"Connect", "Open", "Query", "QueryContext", "Prepare"}, []string{"Exec", "Commit"}},
		"executes":                  {outside.Function{Package: "database/sql", Receiver: "*DB", Name: "Exec"}, []string{"Connect", "Exec", "ExecContext"}, []string{"Query", "Commit"}},
		"all methods of a name":     {outside.Function{Package: "database/sql", Receiver: "*", Name: "Commit"}, []string{"Commit"}, []string{"Query"}},
		"no method of the name":     {outside.Function{Package: "database/sql", Receiver: "*", Name: "Publish"}, nil, []string{"Query", "Connect"}},
		"a whole package":           {outside.Function{Package: "database/sql"}, []string{"Connect", "Query", "Exec", "Commit"}, nil},
		"makes a logger":            {outside.Function{Package: "log/slog", Name: "New"}, nil, []string{"Handle"}},
		"logs":                      {outside.Function{Package: "log/slog", Name: "Info"}, []string{"Handle", "Enabled"}, nil},
		"hands itself on to others": {outside.Function{Package: "log/slog", Name: "SetDefault"}, []string{"Handle"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := calls.Of(tc.function)
			if r.Opaque[tc.function.Package] {
				t.Errorf("%s isn't read", tc.function.Package)
			}
			for _, m := range tc.calls {
				if !r.Methods[m] {
					t.Errorf("%s doesn't call %s", tc.function, m)
				}
			}
			for _, m := range tc.not {
				if r.Methods[m] {
					t.Errorf("%s calls %s", tc.function, m)
				}
			}
		})
	}
}

// TestOpaque asks for a package that too many know to be read.
func TestOpaque(t *testing.T) {
	r := outside.New(programtest.Read(t, "handed", program)).Of(outside.Function{Package: "fmt", Name: "Println"})
	if diff := cmp.Diff([]string{"fmt"}, slices.Collect(maps.Keys(r.Opaque))); diff != "" {
		t.Errorf("opaque packages (-want +got):\n%s", diff)
	}
}

// TestKnows asks which packages know interfaces of others.
func TestKnows(t *testing.T) {
	calls := outside.New(programtest.Read(t, "handed", program))
	for _, tc := range []struct {
		pkg, of string
		want    bool
	}{
		{"database/sql", "database/sql/driver", true},
		{"database/sql/driver", "database/sql/driver", true},
		{"encoding/json", "database/sql/driver", false},
		{"fmt", "io", true},
		{"log", "log/slog", false},
		{"handed", "log/slog", true},
	} {
		if got := calls.Knows(tc.pkg, tc.of); got != tc.want {
			t.Errorf("%s knows %s: %v, want %v", tc.pkg, tc.of, got, tc.want)
		}
	}
}

// TestFunctionOf names functions and methods, also those of generic types.
func TestFunctionOf(t *testing.T) {
	p := programtest.Read(t, "handed", program)
	method := func(pkg, name, of string) *types.Func {
		obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(p.All[pkg].Scope().Lookup(name).Type()), true, nil, of)
		return obj.(*types.Func)
	}
	for want, f := range map[string]*types.Func{
		"sql.Register":        p.All["database/sql"].Scope().Lookup("Register").(*types.Func),
		"sql.(*DB).Query":     method("database/sql", "DB", "Query"),
		"sql.(*Null[T]).Scan": method("database/sql", "Null", "Scan"),
		"slog.Value.Kind":     method("log/slog", "Value", "Kind"),
	} {
		if got := outside.FunctionOf(f).String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
