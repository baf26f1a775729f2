package cdkconstruct_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/cdkconstruct"
)

// outdir takes what all tests synthesize, so that each program is compiled
// once.
var outdir string

// TestMain starts the CDK's other process for all tests; it takes a second.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if _, err := exec.LookPath("node"); err == nil {
		defer jsii.Close()
	}
	var err error
	if outdir, err = os.MkdirTemp("", "cdkconstruct-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(outdir)
	return m.Run()
}

// newStack returns a stack of an app of its own, for a stack that has been
// synthesized can't change.
func newStack(t *testing.T) awscdk.Stack {
	t.Helper()
	return awscdk.NewStack(newCDKApp(t), jsii.String("Shop"), nil)
}

// needNode skips what can't run without Node, but for CI, where it is to be.
func needNode(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("node"); err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("the CDK needs Node, which is missing")
	}
	t.Skip("the CDK needs Node, which is missing: install it to run this test")
}

func newCDKApp(t *testing.T) awscdk.App {
	t.Helper()
	needNode(t)
	return awscdk.NewApp(&awscdk.AppProps{Outdir: &outdir, AnalyticsReporting: jsii.Bool(false)})
}

// shop is the app of most tests.
func shop(config *cdkconstruct.StageConfig) *cdkconstruct.ChaliceProps {
	return &cdkconstruct.ChaliceProps{SourceDir: jsii.String("testdata/shop"), StageConfig: config}
}

// environment configures variables alone: names and values in turn.
func environment(pairs ...*string) *cdkconstruct.StageConfig {
	variables := map[string]*string{}
	for i := 0; i < len(pairs); i += 2 {
		variables[*pairs[i]] = pairs[i+1]
	}
	return &cdkconstruct.StageConfig{EnvironmentVariables: &variables}
}

// synthesized returns the template of a stack.
func synthesized(stack awscdk.Stack) object {
	return object(*assertions.Template_FromStack(stack, nil).ToJSON())
}

// object is a JSON object.
type object map[string]any

// at returns what is below the keys, nil if it isn't there.
func (o object) at(keys ...string) any {
	var v any = map[string]any(o)
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// property returns a resource's property.
func (o object) property(resource string, keys ...string) any {
	return o.at(append([]string{"Resources", resource, "Properties"}, keys...)...)
}

// only returns the id and the properties of the only resource of a type.
func (o object) only(t *testing.T, typ string) (string, object) {
	t.Helper()
	var found string
	for id := range o["Resources"].(map[string]any) {
		if o.at("Resources", id, "Type") == typ {
			if found != "" {
				t.Fatalf("%s and %s are both of type %s", found, id, typ)
			}
			found = id
		}
	}
	if found == "" {
		t.Fatalf("there is no %s in %s", typ, text(o))
	}
	properties, _ := o.property(found).(map[string]any)
	return found, properties
}

// text is a JSON value in one line.
func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// want compares a value with JSON.
func want(t *testing.T, what string, got any, json string) {
	t.Helper()
	if text(got) != json {
		t.Errorf("%s: got %s, want %s", what, text(got), json)
	}
}

// panics returns what a function panics with.
func panics(t *testing.T, fn func()) (err error) {
	t.Helper()
	defer func() {
		p := recover()
		var ok bool
		if err, ok = p.(error); !ok {
			t.Fatalf("got panic %v, want an error", p)
		}
	}()
	fn()
	return nil
}

// parse reads a JSON file.
func parse(t *testing.T, file string) object {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// resolved returns the logical id that a reference to a resource becomes.
func resolved(t *testing.T, stack awscdk.Stack, ref *string) string {
	t.Helper()
	value, _ := stack.Resolve(ref).(map[string]any)
	id, ok := value["Ref"].(string)
	if !ok {
		t.Fatalf("got %s, want a Ref", text(value))
	}
	return id
}

// files lists all files in a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		names = append(names, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
