package migrate_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/docstest"
)

const document = "../../docs/migrating.md"

// docRow is a row of a table that has Python and Go side by side.
type docRow struct {
	line       int
	parameters string // what the table's Go code is about
	python, in string
}

// docRows reads the tables.
func docRows(t *testing.T) []docRow {
	t.Helper()
	table, err := docstest.Rows(document, "| Python | Go |")
	if err != nil || len(table) < 100 {
		t.Fatal(len(table), err)
	}
	var rows []docRow
	for _, row := range table {
		parameters, ok := strings.CutPrefix(row.Above, "<!-- go:")
		if !ok {
			t.Fatalf("line %d: the table doesn't say what its Go code is about, as <!-- go: r *app.Request -->", row.Line)
		}
		rows = append(rows, docRow{row.Line, strings.TrimSpace(strings.TrimSuffix(parameters, "-->")), row.Cells[0], row.Cells[1]})
	}
	return rows
}

var codeSpan = regexp.MustCompile("`([^`]+)`")

// notCode are spans of the Go column that are names alone.
var notCode = map[string]bool{"RegisterBlueprint": true, "*apptest.UnknownFunctionError": true}

// TestMigratingDoc compiles the Go column.
func TestMigratingDoc(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, row := range docRows(t) {
		for i, m := range codeSpan.FindAllStringSubmatch(row.in, -1) {
			if notCode[m[1]] {
				continue
			}
			fmt.Fprintf(&b, "\nfunc _(%s) {\n//line migrating.md:%d\n\t%s\n}\n", row.parameters, row.line, statement(t, row.line, m[1], i))
		}
	}
	file := filepath.Join(t.TempDir(), "doc.go")
	code := head + b.String()
	if formatted, err := format.Source([]byte(code)); err == nil {
		code = string(formatted)
	}
	if err := os.WriteFile(file, []byte(code), 0o666); err != nil {
		t.Fatal(err)
	}
	// The package isn't there: the overlay puts it into the module.
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, "internal/migrate/documented/doc.go"): file}})
	if err != nil {
		t.Fatal(err)
	}
	overlayFile := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o666); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("go", "build", "-overlay", overlayFile, "-gcflags=-e", "./internal/migrate/documented")
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("the Go column of docs/migrating.md doesn't compile: %v\n%s", err, out)
	}
}

// statement makes a statement of code, which uses what it declares.
func statement(t *testing.T, line int, code string, number int) string {
	t.Helper()
	if e, err := parser.ParseExpr(code); err == nil {
		if _, isCall := e.(*ast.CallExpr); isCall {
			if strings.HasPrefix(code, "string(") {
				return "_ = " + code
			}
			return code
		}
		return "_ = " + code
	}
	if name, _, ok := strings.Cut(code, " := "); ok && !strings.Contains(name, " ") {
		if number == 0 && name == "auth" {
			return code + "; _ = auth"
		}
		return "{ " + code + "; _ = " + name + " }"
	}
	if name, ok := strings.CutPrefix(code, "var "); ok {
		name, _, _ = strings.Cut(name, " ")
		return "{ " + code + "; _ = &" + name + " }"
	}
	return code
}

// head declares what the documentation takes for granted: handlers of each kind.
const head = `package documented

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
	"github.com/chalice-go/chalice/cdkconstruct"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/websocket"
)

var (
	user     func(context.Context, *app.Request) (any, error)
	check    func(context.Context, *app.AuthRequest) (*app.AuthResponse, error)
	tick     func(context.Context, *app.CloudWatchEvent) error
	changed  func(context.Context, *app.CloudWatchEvent) error
	resize   func(context.Context, *app.S3Event) error
	notify   func(context.Context, *app.SNSEvent) error
	work     func(context.Context, *app.SQSEvent) error
	clicked  func(context.Context, *app.KinesisEvent) error
	stored   func(context.Context, *app.DynamoDBEvent) error
	report   func(context.Context, json.RawMessage) (any, error)
	typed    func(context.Context, int) (string, error)
	socket   func(context.Context, *app.WebsocketEvent) (any, error)
	logging  func(app.Handler) app.Handler
	wrapper  func(lambda.Handler) lambda.Handler
	auth     *app.BuiltinAuth
)
`

// notOurs are names of the reference's that its users don't use: plumbing, and the fields
// of values that are only made.
var notOurs = regexp.MustCompile(`\.(to_swagger|create_from_dict|handler_map|middleware_handlers)$|^BaseClient$|^(Rate|Cron)\.|^LambdaFunctionEvent$|^DynamoDBEvent$|^KinesisEvent$|^SQSEvent$`)

// TestMigratingNames: the documentation has every name that Chalice for Python has for
// its users. CHALICE_PYTHON names a Python with it.
func TestMigratingNames(t *testing.T) {
	python := os.Getenv("CHALICE_PYTHON")
	if python == "" {
		t.Skip("CHALICE_PYTHON names no Python with Chalice: make conformance-migrate installs one")
	}
	c := exec.Command(python, "-B", "tools/conformance/reference.py", "api")
	c.Dir = "../.."
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var documented strings.Builder
	for _, row := range docRows(t) {
		documented.WriteString(row.python + "\n")
	}
	names := strings.Fields(string(out))
	if len(names) < 100 {
		t.Fatalf("the reference has %d names", len(names))
	}
	for _, name := range names {
		if whole := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`); !notOurs.MatchString(name) && !whole.MatchString(documented.String()) {
			t.Errorf("docs/migrating.md doesn't have %s", name)
		}
	}
}
