package layout_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// helloPackages are the packages of the standard library that a program with one
// route has, without those that only other packages of it import. A further one
// needs a reason: what it brings, every user's function has.
var helloPackages = []string{
	"bufio", "bytes", "cmp", "context", "encoding", "encoding/base64", "encoding/binary", "encoding/json", "errors", "fmt", "io", "io/fs", "iter",
	"log", "log/slog", "maps", "math", "math/bits", "os", "path", "path/filepath", "reflect", "runtime", "runtime/debug", "slices",
	"strconv", "strings", "sync", "sync/atomic", "syscall", "time", "unicode", "unicode/utf16", "unicode/utf8", "unsafe",
}

// notInHello are symbols that a program with one route doesn't link, and why.
var notInHello = map[string]string{
	"encoding/json.(*decodeState).value":                                "it decodes no JSON: the metadata of invocations and the events are scanned",
	"reflect.DeepEqual":                                                 "only authorizers are compared",
	"os.(*File).Readdirnames":                                           "it reads no folders",
	"github.com/chalice-go/chalice/app.NewSQSEvent":                     "it has no functions with events of their own",
	"github.com/chalice-go/chalice/app.NewLogsEvent":                    "the same",
	"github.com/chalice-go/chalice/app.gunzip":                          "it decompresses nothing",
	"github.com/chalice-go/chalice/app.NewWebsocketEvent":               "the same",
	"github.com/chalice-go/chalice/app.NewAuthRequest":                  "it has no authorizer",
	"github.com/chalice-go/chalice/dispatch.(*rest).UseAuthorizers":     "no route has an authorizer",
	"github.com/chalice-go/chalice/dispatch.protecting.refuse":          "the same",
	"github.com/chalice-go/chalice/app.(*Protection).Refuse":            "the same",
	"github.com/chalice-go/chalice/app.(*freezer).use":                  "the same",
	"github.com/chalice-go/chalice/app.(*authorizer).describe":          "the same",
	"github.com/chalice-go/chalice/app.(*modelCheck).authorizers":       "the same",
	"github.com/chalice-go/chalice/dispatch.(*rest).UseCORS":            "no route has CORS",
	"github.com/chalice-go/chalice/app.(*modelCheck).functions":         "it has no functions but that of the routes",
	"github.com/chalice-go/chalice/dispatch.(*crossOrigins).preflight":  "the same",
	"github.com/chalice-go/chalice/app.CORSConfig.HeadersFor":           "the same",
	"github.com/chalice-go/chalice/app.CORSConfig.Equal":                "the same",
	"github.com/chalice-go/chalice/app.newErrorCORS":                    "the same",
	"github.com/chalice-go/chalice/dispatch.(*rest).UseStreams":         "no route streams",
	"github.com/chalice-go/chalice/dispatch.appendPrelude":              "the same",
	"github.com/chalice-go/chalice/internal/runtimeapi.(*Stream).Write": "the same",
	"github.com/chalice-go/chalice/internal/runtimeapi.(*Stream).Close": "the same",
	"github.com/chalice-go/chalice/internal/outlet.Of":                  "the same",
	"github.com/chalice-go/chalice/dispatch.(*rest).UseViolations":      "no route is typed",
	"github.com/chalice-go/chalice/app.(*typedHandler).handle":          "the same",
	"github.com/chalice-go/chalice/app.(*typedHandler).read":            "the same",
	"github.com/chalice-go/chalice/app.describeOperations":              "the same",
	"github.com/chalice-go/chalice/app.untypedRoute":                    "the same",
	"github.com/chalice-go/chalice/app.parseMultipart":                  "the same",
	"github.com/chalice-go/chalice/internal/schema.Of":                  "the same",
	"github.com/chalice-go/chalice/internal/schema.RequestOf":           "the same",
	"github.com/chalice-go/chalice/internal/schema.Describe":            "the same",
	"github.com/chalice-go/chalice/dispatch.(*rest).UseProblems":        "errors have the usual form",
	"github.com/chalice-go/chalice/app.NewProblem":                      "the same",
	"github.com/chalice-go/chalice/app.ParseModel":                      "only the command reads models",
	"github.com/chalice-go/chalice/app.(*declarations).OnS3Event":       "methods that aren't called go",
	"github.com/chalice-go/chalice/app.(*Request).DecodeContext":        "the same",
	"github.com/chalice-go/chalice/app.(*Pattern).UnmarshalJSON":        "the same",
	"type:github.com/chalice-go/chalice/app.functionSettings":           "it has no functions with events of their own",
}

// helloCommand is a go command about the program, compiled as for Lambda.
func helloCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command("go", append(args, "-tags=lambda.norpc", "./testdata/hello")...)
	c.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	return c
}

// TestHelloPackages holds the packages that every function has.
func TestHelloPackages(t *testing.T) {
	c := helloCommand(t, "list", "-deps", "-f={{range .Imports}}{{$.Standard}} {{.}}\n{{end}}")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var linked []string
	for line := range strings.Lines(string(out)) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "false "); ok && standard(path) {
			linked = append(linked, path)
		}
	}
	slices.Sort(linked)
	for _, path := range slices.Compact(linked) {
		if !slices.Contains(helloPackages, path) {
			t.Errorf("a hello program imports %s", path)
		}
	}
}

// TestHelloSymbols: what the linker leaves out. Where it finds a method looked up
// by a name that isn't known, it keeps the methods of all types.
func TestHelloSymbols(t *testing.T) {
	c := helloCommand(t, "build", "-trimpath", "-ldflags=-dumpdep", "-o="+filepath.Join(t.TempDir(), "hello"))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "-> github.com/chalice-go/chalice/app.NewRequest") {
		t.Fatal("the linker doesn't say what it links")
	}
	if by := regexp.MustCompile(`(?m)^(.*) <ReflectMethod>`).FindSubmatch(out); by != nil {
		t.Errorf("%s looks methods up by name", by[1])
	}
	for symbol, why := range notInHello {
		if by := regexp.MustCompile(`(?m)^(.*) -> ` + regexp.QuoteMeta(symbol) + `( .*)?$`).FindSubmatch(out); by != nil {
			t.Errorf("%s links %s: %s", by[1], symbol, why)
		}
	}
}
