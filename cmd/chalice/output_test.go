package main

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
)

// results are command lines that print something without an account. Those that ask AWS
// are in testdata/endpoint.
var results = map[string][][]string{
	"":                  {{}, {"--help"}, {"--version"}, {"help", "deploy"}},
	"completion":        {{"completion", "bash"}, {"completion", "zsh"}, {"completion", "fish"}, {"completion", "powershell"}},
	"new-project":       {{"new-project", "another"}},
	"migrate":           {{"migrate", "--python", "./python.sh", ".", "../migrated"}},
	"generate-event":    {{"generate-event", "api_handler"}},
	"generate-models":   {{"generate-models"}, {"generate-models", "--format", "yaml"}},
	"openapi":           {{"openapi"}, {"openapi", "--format", "json"}},
	"generate-pipeline": {{"generate-pipeline", "pipeline.json"}, {"generate-pipeline", "--ci", "github", "deploy.yml"}},
	"doctor":            {{"doctor"}, {"doctor", "--json"}},
	"package":           {{"package", "out"}, {"package", "--single-file", "out.zip"}},
	"validate":          {{"validate"}},
	"describe":          {{"describe"}},
	"graph":             {{"graph"}, {"graph", "--format", "svg"}, {"graph", "--format", "json"}},
	"gen-policy":        {{"gen-policy"}, {"gen-policy", "--format", "table"}, {"gen-policy", "--explain"}},
	"dev":               {{"dev"}, {"dev", "appgraph"}},
	"config-schema":     {{"config-schema"}},
	"version":           {{"version"}},
	"invoke":            {{"invoke", "--local", "api_handler"}},
	"local":             {{"local", "--port", "0", "--json"}},
}

// asksAWS are the commands that print what AWS says.
var asksAWS = []string{"deploy", "rollback", "diff", "status", "url", "delete", "logs", "generate-sdk"}

// TestFullOutput: a result that can't be written is a failure, which is told.
func TestFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	t.Chdir(t.TempDir())
	chalice(t, "new-project", "shop")
	t.Chdir("shop")
	// Not a Python, but what one would have written.
	write(t, "app.py", "")
	write(t, "python.sh", "#!/bin/sh\necho '{\"name\": \"shop\"}' >\"$6\"\n")
	if err := os.Chmod("python.sh", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range newRoot().Commands() {
		if len(results[c.Name()]) == 0 && !slices.Contains(asksAWS, c.Name()) {
			t.Errorf("no command line of %s is tried", c.Name())
		}
	}
	for _, lines := range results {
		for _, args := range lines {
			var stderr bytes.Buffer
			status := run(context.Background(), args, full, &stderr)
			if want := "Error: write to standard output: no space left on device\n"; status != 1 || !strings.HasSuffix(stderr.String(), want) {
				t.Errorf("chalice %s: status %d, %q", strings.Join(args, " "), status, &stderr)
			}
		}
	}
}

// TestForeignText: what programs print reaches nobody's terminal as it is.
func TestForeignText(t *testing.T) {
	t.Chdir(t.TempDir())
	chalice(t, "new-project", "shop")
	t.Chdir("shop")
	const program = `package main

import (
	"context"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

var _ = dispatch.Start

func f(context.Context, *app.Request) (any, error) { return nil, nil }

func main() {
	`
	const evil = `\x1b]0;mine\x07\x1b[31mred\x1b[0m\u202e\u009b2J`
	for name, tc := range map[string]struct{ main, want string }{
		"a program's last lines": {`println("` + evil + `")`, "\ufffd]0;mine\ufffdred\ufffd\ufffd2J"},
		"a mistake":              {`a := app.New("shop"); a.Route("/` + evil + `", f); dispatch.Start(a)`, "main.go:15: "},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, "main.go", program+tc.main+"\n}\n")
			var stdout, stderr bytes.Buffer
			if status := run(context.Background(), []string{"validate"}, &stdout, &stderr); status != 1 {
				t.Errorf("status %d", status)
			}
			got := stderr.String()
			if strings.ContainsAny(got, "\x1b\x07\u202e\u009b") || !strings.Contains(got, tc.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}
