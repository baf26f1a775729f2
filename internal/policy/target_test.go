package policy_test

import (
	"go/build"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy"
)

// TestCompiledForAnotherTarget: packages are looked at as they are compiled for another
// target already, unless the program differs there.
func TestCompiledForAnotherTarget(t *testing.T) {
	here, other := runtime.GOARCH, "arm64"
	if here == other {
		other = "amd64"
	}
	variant := func(action string) string {
		return strings.NewReplacer("ACTION", action).Replace(`package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func act(ctx context.Context, c *sqs.Client) { c.ACTION(ctx, &sqs.ACTIONInput{}) }
`)
	}
	head := "package main\n\nimport "
	for name, tc := range map[string]struct {
		files          map[string]string
		system, target string // of what is compiled, beside another system's or processor's
		alike          bool
		want           []string
	}{
		"alike":               {nil, "linux", other, true, nil},
		"another system":      {nil, "darwin", other, true, nil},
		"too different":       {nil, "windows", other, false, nil},
		"another size":        {nil, "linux", "386", false, nil},
		"files by name":       {map[string]string{"x_" + here + ".go": variant("PurgeQueue"), "x_" + other + ".go": variant("DeleteQueue"), "act.go": ""}, "linux", other, false, []string{"sqs:PurgeQueue"}},
		"files by constraint": {map[string]string{"more.go": "//go:build " + other + "\n\npackage main\n\nfunc init() {}\n"}, "linux", other, false, nil},
		"other files":         {map[string]string{"more.go": "//go:build never\n\npackage main\n", "x_test.go": "package main\n"}, "linux", other, true, nil},
		"the name of it":      {map[string]string{"more.go": head + "\"runtime\"\n\nvar name = runtime.GOARCH\n"}, "linux", other, false, nil},
		"syscalls":            {map[string]string{"more.go": head + "_ \"syscall\"\n"}, "linux", other, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			module := programModule(t)
			dir := filepath.Join(module, "targets")
			write(t, filepath.Join(dir, "main.go"), []byte(targetProgram))
			write(t, filepath.Join(dir, "act.go"), []byte(variant("SendMessage")))
			for file, text := range tc.files {
				if text == "" {
					text = "package main\n"
				}
				write(t, filepath.Join(dir, file), []byte(text))
			}
			requireChalice(t, module)
			compiling := 0
			in := policy.Input{
				Dir: dir, Env: []string{"GOOS=linux", "GOARCH=" + here}, Cache: t.TempDir(),
				Compiled:  &policy.Target{Env: []string{"CGO_ENABLED=0", "GOOS=" + tc.system, "GOARCH=" + tc.target}, Files: build.Default},
				Compiling: func() func(error) { compiling++; return func(error) {} },
			}
			if tc.alike { // nothing but this machine's packages are compiled by this test
				in.Env, in.Compiled.Env = []string{"GOOS=" + tc.system, "GOARCH=" + tc.target}, []string{"GOOS=" + runtime.GOOS, "GOARCH=" + here}
				tc.system, tc.target = runtime.GOOS, here
			}
			in.Compiled.Files.GOOS, in.Compiled.Files.GOARCH, in.Compiled.Files.CgoEnabled = tc.system, tc.target, false
			want := tc.want
			if want == nil {
				want = []string{"sqs:SendMessage"}
			}
			for range 2 { // the second report is a kept one
				report := analyze(t, in)
				if diff := cmp.Diff(want, actions(report.Functions["send"])); diff != "" {
					t.Errorf("actions (-want +got):\n%s\n%v", diff, report.Warnings)
				}
			}
			if alike := compiling == 0; alike != tc.alike {
				t.Errorf("for the other target the program is the same: %v, want %v", alike, tc.alike)
			}
		})
	}
}

const targetProgram = `package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

var queues = sqs.New(sqs.Options{})

func main() {
	a := app.New("small")
	a.LambdaFunction(send)
	dispatch.Start(a)
}

func send(ctx context.Context, in json.RawMessage) (any, error) {
	act(ctx, queues)
	return nil, nil
}
`
