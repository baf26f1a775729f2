package rta_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy/programtest"
	"github.com/chalice-go/chalice/internal/policy/rta"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// program hands values to packages without source at its cold start. Methods whose names
// start with Does are what its functions are to reach.
const program = `package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
)

type dbDriver struct{}

var _ driver.Driver = dbDriver{}

func (dbDriver) Open(string) (driver.Conn, error) { doesOpen(); return &conn{}, nil }

type conn struct{}

func (*conn) Prepare(string) (driver.Stmt, error)                                                { return nil, nil }
func (*conn) Begin() (driver.Tx, error)                                                          { doesBegin(); return nil, nil }
func (*conn) Close() error                                                                       { return nil }
func (*conn) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error)    { doesExec(); return nil, nil }
func (*conn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error)     { doesQuery(); return nil, nil }

type logs struct{ slog.Handler }

func (logs) Enabled(context.Context, slog.Level) bool  { return true }
func (logs) Handle(context.Context, slog.Record) error { doesLog(); return nil }

type asserted struct{}

func (asserted) RoundTrip(*http.Request) (*http.Response, error) { doesTrip(); return nil, nil }

var _ http.RoundTripper = (*asserted)(nil)

func doesOpen()  {}
func doesBegin() {}
func doesExec()  {}
func doesQuery() {}
func doesLog()   {}
func doesTrip()  {}

var (
	db     *sql.DB
	logger = slog.New(logs{})
	runner interface {
		Exec(string, ...any) (sql.Result, error)
	}
	ping = (*sql.DB).Ping
)

func init() {
	sql.Register("own", dbDriver{})
	db, _ = sql.Open("own", "")
	runner = db
}

func main() {}

func plain()        { json.Marshal(1) }
func reads()        { db.Query("") }
func changes()      { db.Exec("") }
func begins()       { db.Begin() }
func pings()        { ping(db) }
func behind()       { runner.Exec("") }
func logging()      { logger.Info("x") }
func deep()         { func() { go reads() }() }
func closes(c io.Closer) { c.Close() }
func fetches()      { http.Get("") }
func hands()        { http.DefaultTransport = asserted{} }
`

// does returns what a run reaches of what is looked for.
func does(r *rta.Run) []string {
	var found []string
	for _, n := range r.Order {
		if what, ok := strings.CutPrefix(n.Name, "main.does"); ok {
			found = append(found, what)
		}
	}
	slices.Sort(found)
	return found
}

// TestHanded runs from functions that call code out of sight, or don't.
func TestHanded(t *testing.T) {
	p := programtest.Read(t, "handed", program)
	cold := rta.ColdStart(p)
	if found := does(cold); found != nil {
		t.Errorf("the cold start reaches %v", found)
	}
	for function, want := range map[string][]string{
		"plain":   nil,
		"reads":   {"Open", "Query"},
		"changes": {"Exec", "Open"},
		"begins":  {"Begin", "Open"},
		"pings":   {"Open"},
		"behind":  {"Exec", "Open"},
		"logging": {"Log"},
		"deep":    {"Open", "Query"},
		"closes":  nil,
		"fetches": nil,
		"hands":   nil,
	} {
		t.Run(function, func(t *testing.T) {
			own := cold.From([]*source.Node{programtest.Node(t, p, function)}, false)
			if diff := cmp.Diff(want, does(own)); diff != "" {
				t.Errorf("reached (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPath explains what code out of sight calls: by who called it, and who handed the
// value over.
func TestPath(t *testing.T) {
	p := programtest.Read(t, "handed", program)
	own := rta.ColdStart(p).From([]*source.Node{programtest.Node(t, p, "deep")}, false)
	var path []string
	for _, s := range own.Path(programtest.Node(t, p, "doesQuery")) {
		_, line := p.Position(s.Pos)
		if line == 0 {
			t.Errorf("%s has no place", s.Node.Name)
		}
		path = append(path, s.Node.Name)
	}
	want := []string{
		"main.deep", "func literal in main.deep", "main.reads", "sql.(*DB).Query",
		"init of package handed", "main.dbDriver.Open", "main.(*conn).QueryContext", "main.doesQuery",
	}
	if diff := cmp.Diff(want, path); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
}
