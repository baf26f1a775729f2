package docstest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const before = `// Command hello is an app.
package main

import (
	"context"
	"fmt"

	"github.com/chalice-go/chalice/app"
)

// newApp makes it.
func newApp() *app.App { return app.New("hello") }

type (
	city  struct{ name string }
	other int
)

func (c *city) String() string { return fmt.Sprint(c.name) }

var ctx context.Context // of all
`

func TestMerge(t *testing.T) {
	for name, tc := range map[string]struct{ declarations, old, new string }{
		"a function, whose comment goes": {
			"func newApp() *app.App { return nil }",
			"// newApp makes it.\nfunc newApp() *app.App { return app.New(\"hello\") }", "func newApp() *app.App { return nil }",
		},
		"a method": {
			`func (c city) String() string { return fmt.Sprint("x") }`,
			`func (c *city) String() string { return fmt.Sprint(c.name) }`, `func (c city) String() string { return fmt.Sprint("x") }`,
		},
		"a variable with the comment behind it": {
			"var ctx = context.TODO() // mine",
			"var ctx context.Context // of all", "var ctx = context.TODO() // mine",
		},
		"a new function": {
			"// bye is new.\nfunc bye() {}",
			"// of all\n", "// of all\n\n// bye is new.\nfunc bye() {}\n",
		},
		"imports": {
			"import (\n\t\"errors\"\n\t\"github.com/chalice-go/chalice/websocket\"\n)\n\nvar ctx = errors.New(websocket.X)",
			"\"context\"\n\t\"fmt\"\n\n\t\"github.com/chalice-go/chalice/app\"\n", "\"errors\"\n\t\"fmt\"\n\n\t\"github.com/chalice-go/chalice/app\"\n\t\"github.com/chalice-go/chalice/websocket\"\n",
		},
		"imports whose packages are called otherwise": {
			"import \"github.com/aws/jsii-runtime-go\"\n\nvar ctx = jsii.Number(1)",
			"\"context\"\n\t\"fmt\"\n\n\t\"github.com/chalice-go/chalice/app\"\n", "\"fmt\"\n\n\t\"github.com/aws/jsii-runtime-go\"\n\t\"github.com/chalice-go/chalice/app\"\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := merge(before, tc.declarations)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Replace(before, tc.old, tc.new, 1)
			if strings.HasPrefix(name, "imports") {
				want = strings.Replace(want, "var ctx context.Context // of all", tc.declarations[strings.Index(tc.declarations, "var ctx"):], 1)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := merge(before, "type city struct{}"); err == nil || !strings.Contains(err.Error(), "show all of city, other") {
		t.Errorf("a part of a group: got error %v", err)
	}
}

// TestNormal: what differs from run to run is equal, and other things aren't.
func TestNormal(t *testing.T) {
	for _, pair := range [][2]string{
		{"ready in 390ms", "ready in 1.2s"},
		{"ok  \thello\t0.012s", "ok  \thello\t(cached)"},
		{"Date: Mon, 30 Nov 2026 21:39:40 GMT", "Date: Tue, 01 Dec 2026 01:00:00 GMT"},
		{"2026-11-30T21:39:40.123Z INFO x", "2027-01-01T00:00:00Z INFO x"},
		{"2026/11/30 21:39:40 x", "2026/12/01 01:02:03 x"},
		{"x-amzn-RequestId: 6f1c0e30-6b0a-4b8e-9f5c-0123456789ab", "x-amzn-RequestId: 00000000-6b0a-4b8e-9f5c-0123456789ab"},
		{"out/deployment.zip  2.7 MB", "out/deployment.zip  3.14 MB"},
		{"https://abcdefghij.execute-api.us-east-1.amazonaws.com/api/", "https://0123456789.execute-api.us-east-1.amazonaws.com/api/"},
		{"chalice 0.0.0-devel, go1.26.8, linux/amd64", "chalice 1.0.0, go1.27, darwin/arm64"},
		{"function hello-dev-APIHandler-1A2B3C4D5E6F", "function hello-dev-APIHandler-ZZZZZZZZZZZZ"},
		{`{"id": "sYWUIGsq-yG59HI="}`, `{"id": "AAAAAAAA-AAAAAA="}`},
		{"RestAPIDeployment093c356197 made", "RestAPIDeploymentffffffffff made"},
		{"built  2s  ago", "built 10s ago"},
	} {
		if a, b := normal(pair[0]), normal(pair[1]); a != b {
			t.Errorf("these differ:\n%s\n%s", a, b)
		}
	}
	for _, pair := range [][2]string{
		{"GET / 200 1ms", "GET / 404 1ms"},
		{"HTTP/1.1 200 OK", "HTTP/1.1 201 OK"},
		{"Content-Length: 17", "Content-Length: 18"},
		{"  indented", "indented"},
		{"batch 10", "batch 20"},
		{"https://abcdefghij.execute-api.us-east-1.amazonaws.com/api/", "https://abcdefghij.execute-api.us-east-1.amazonaws.com/dev/"},
	} {
		if normal(pair[0]) == normal(pair[1]) {
			t.Errorf("%q and %q are taken for equal", pair[0], pair[1])
		}
	}
}

// TestPrinted: what shows only on a slow machine isn't compared.
func TestPrinted(t *testing.T) {
	got := printed("Compiling what hello imports for linux/arm64\nFinding out what the functions of hello do in AWS: done (33s)\nout/sam.yaml\n\n")
	if diff := cmp.Diff([]string{"out/sam.yaml"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestRebuilt: a build counts that has all changes and has ended.
func TestRebuilt(t *testing.T) {
	for name, tc := range map[string]struct {
		printed string
		want    bool
	}{
		"nothing":                      {"", false},
		"an older build":               {"ready in 1s", false},
		"a build that goes on":         {"ready in 1s\nbuilding: a.go, b.go changed", false},
		"a build of one":               {"building: a.go changed\nready in 1s", false},
		"a build of both":              {"building: a.go, b.go changed\nready in 1s", true},
		"a build of each":              {"building: b.go changed\nready in 1s\nbuilding: a.go changed\nready in 1s", true},
		"a build that failed":          {"building: a.go, b.go changed\nno\nrequests are answered with this until it is mended", true},
		"a build of more than it says": {"building: x.go, y.go, z.go and 2 more changed\nready in 1s", true},
	} {
		if got := rebuilt([]string{"a.go", "b.go"}, lines(tc.printed)); got != tc.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestForAWS: commands that ask AWS are told from those that don't.
func TestForAWS(t *testing.T) {
	for command, want := range map[string]bool{
		"chalice deploy --stage prod":         true,
		"AWS_PROFILE=x chalice status":        true,
		"chalice package out && sam deploy":   true,
		"curl $(chalice url)hello":            true,
		"aws sqs send-message --queue-url x":  true,
		"chalice invoke tick":                 true,
		"chalice invoke --local tick":         false,
		"chalice diff --offline":              false,
		"chalice deploy --help":               false,
		"chalice local":                       false,
		"chalice package out":                 false,
		"chalice generate-event tick":         false,
		"ls .aws # what chalice deploy makes": false,
	} {
		if got := isForAWS(command); got != want {
			t.Errorf("%s: got %v", command, got)
		}
	}
}
