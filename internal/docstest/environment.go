package docstest

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Environment is what pages run in: the command, as users have it, and nothing of the user's
// own configuration.
type Environment struct {
	checkout  string
	bin       string // first on the path
	variables []string
	// Python runs the endpoint that is AWS for a page; empty: commands for AWS are skipped.
	Python string
}

// NewEnvironment builds the command from a checkout. It needs bash and curl; see [Need].
func NewEnvironment(t testing.TB, checkout string) *Environment {
	t.Helper()
	curl := Need(t, "curl")
	Need(t, "bash")
	checkout, err := filepath.Abs(checkout)
	if err != nil {
		t.Fatal(err)
	}
	e := &Environment{bin: t.TempDir(), Python: os.Getenv(PythonVariable), checkout: checkout}
	c := exec.Command("go", "build", "-trimpath", "-tags", "nethttpomithttp2", "-gcflags", "github.com/aws/...=-l",
		"-ldflags", "-s -w -X '"+module+"/internal/scaffold.madeIn="+checkout+"'", "-o", filepath.Join(e.bin, "chalice"), "./cmd/chalice")
	c.Dir, c.Env = checkout, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("build the command: %v\n%s", err, out)
	}
	shims := map[string]string{"curl": strings.Replace(curlShim, "CURL", curl, 1)}
	if aws, err := exec.LookPath("aws"); err == nil && e.Python != "" {
		shims["aws"] = strings.Replace(awsShim, "AWS", aws, 1)
	}
	for name, text := range shims {
		if err := os.WriteFile(filepath.Join(e.bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if e.variables, err = shared(checkout); err != nil {
		t.Fatal(err)
	}
	return e
}

// curlShim is the curl of the pages. Curl shows how far it is where its output isn't a terminal.
// Deployed APIs are at the front of the page.
const curlShim = `#!/bin/bash
args=()
for arg; do
	case "$arg" in
	https://*.execute-api.*.amazonaws.com/*|https://*.lambda-url.*.on.aws/*)
		rest=${arg#https://}
		args+=("http://$` + frontVariable + `/${rest#*/}" -H "Host: ${rest%%/*}") ;;
	*) args+=("$arg") ;;
	esac
done
exec 'CURL' -sS "${args[@]}"
`

// awsShim is the AWS CLI of the pages. By itself it asks old addresses of some services,
// whatever its variables say.
const awsShim = `#!/bin/bash
exec 'AWS' --endpoint-url "$AWS_ENDPOINT_URL" "$@"
`

// Need returns the path of a program. Where it is missing, the test is skipped, but in CI
// fails.
func Need(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path
	case os.Getenv("CI") != "":
		t.Fatalf("there is no %s, which the pages' commands need", name)
	}
	t.Skipf("there is no %s, which the pages' commands need", name)
	return ""
}

// shared returns the variables that all pages have, among them those by which Go finds what
// it has already, since nothing is downloaded.
func shared(checkout string) ([]string, error) {
	out, err := exec.Command("go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	var goEnv map[string]string
	if err := json.Unmarshal(out, &goEnv); err != nil {
		return nil, err
	}
	return []string{
		"GOCACHE=" + goEnv["GOCACHE"], "GOMODCACHE=" + goEnv["GOMODCACHE"],
		"GOPROXY=off", "GOSUMDB=off", "GOTOOLCHAIN=local", "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0",
		"LANG=C.UTF-8", "TERM=dumb", "TZ=UTC",
		"GIT_AUTHOR_NAME=You", "GIT_AUTHOR_EMAIL=you@example.com", "GIT_COMMITTER_NAME=You", "GIT_COMMITTER_EMAIL=you@example.com",
		// Who clones the project gets the last commit of this checkout.
		"GIT_CONFIG_COUNT=2", "GIT_CONFIG_KEY_0=url." + checkout + ".insteadOf", "GIT_CONFIG_VALUE_0=https://" + module,
		"GIT_CONFIG_KEY_1=safe.directory", "GIT_CONFIG_VALUE_1=*",
		"NO_PROXY=127.0.0.1,localhost", "AWS_EC2_METADATA_DISABLED=true", "SAM_CLI_TELEMETRY=0",
	}, nil
}
