package migrate_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/migrate"
)

// python makes what stands for an interpreter: it writes a description, as the script
// does in a real one.
func python(t *testing.T, description string) string {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell here")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "answer.json"), []byte(description), 0o666); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "python")
	if err := os.WriteFile(file, []byte("#!/bin/sh\ncat "+dir+"/answer.json >\"$6\"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	return file
}

// project makes a folder with an app.py and further files.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "app.py"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// run migrates a project whose Python gives a description.
func run(t *testing.T, description string, files map[string]string) (dir string, result migrate.Result, err error) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "out")
	result, err = migrate.Run(t.Context(), migrate.Input{App: project(t, files), Out: dir, Python: python(t, description), Source: "../.."})
	return dir, result, err
}

const handlers = `"handlers": [{"function": "index", "module": "app", "file": "app.py", "line": 3, "source": "def index(): pass"},
	{"function": "check", "module": "chalicelib.auth_linux", "file": "chalicelib/auth_linux.py", "line": 4, "source": ""}]`

// TestNotes: what isn't carried over, or won't do, is told with its place.
func TestNotes(t *testing.T) {
	for name, tc := range map[string]struct {
		description     string
		files           map[string]string
		leftOut, toMend []string
	}{
		"nothing": {description: `{"name": "shop"}`, files: map[string]string{".chalice/config.json": `{"app_name": "shop"}`}},
		"no configuration": {
			description: `{"name": "shop"}`,
			leftOut:     []string{"there is no .chalice/config.json: the project has one with its name alone"},
		},
		"a name that is none": {
			description: `{"name": "größe \"x\"\n"}`,
			leftOut:     []string{"there is no .chalice/config.json: the project has one with its name alone"},
		},
		"a kind of handlers that is newer": {
			description: `{"name": "shop", "steps": [{"type": "on_mail", "site": "app.py:3", "name": "index"}], ` + handlers + `}`,
			files:       map[string]string{".chalice/config.json": `{}`},
			leftOut:     []string{"app.py:3: on_mail of index, which this chalice has no counterpart of"},
		},
		"blueprints": {
			description: `{"name": "shop", "steps": [{"type": "blueprint", "order": 3, "site": "app.py:9", "blueprint": 1, "count": 1}], "blueprints": [
				{"name": "unused", "site": "chalicelib/unused.py:3", "steps": [{"type": "route", "order": 1, "site": "chalicelib/unused.py:3", "path": "/unused", "name": "index"}]},
				{"name": "late", "site": "chalicelib/late.py:3", "steps": [
					{"type": "route", "order": 2, "site": "chalicelib/late.py:3", "path": "/", "name": "index"},
					{"type": "route", "order": 4, "site": "chalicelib/late.py:9", "path": "/late", "name": "check", "handler": 1}]}], ` + handlers + `}`,
			files: map[string]string{".chalice/config.json": `{}`},
			leftOut: []string{
				"chalicelib/unused.py:3: the blueprint unused is never registered",
				"chalicelib/late.py:3: the last 1 registrations of the blueprint late come after it is registered, so that the app doesn't have them",
			},
		},
		"middleware for nothing": {
			description: `{"name": "shop", "steps": [{"type": "middleware", "site": "app.py:3", "event_type": "mail"}], ` + handlers + `}`,
			files:       map[string]string{".chalice/config.json": `{}`},
			leftOut:     []string{`app.py:3: middleware for events of the kind "mail", which there is none of, so that it is never called`},
		},
		"what chalice and AWS refuse": {
			description: `{"name": "shop", "steps": [
				{"type": "route", "site": "app.py:3", "path": "/a/", "name": "index", "methods": ["get"]},
				{"type": "on_sqs_message", "site": "app.py:6", "queue": "no queue", "name": "check", "handler": 1, "batch_size": 1},
				{"type": "lambda_function", "site": "app.py:9", "name": "check", "handler": 1}], ` + handlers + `}`,
			files: map[string]string{".chalice/config.json": `{}`},
			toMend: []string{
				`app.py:3: unknown method "get": write GET`,
				`app.py:3: path "/a/" can't end in a slash: write "/a"`,
				`app.py:3: path "/a/" has two slashes one after the other, which a REST API can't have`,
				`app.py:6: "no queue" is no name of a queue: that has 1 to 80 letters, digits, - and _, or ends in .fifo`,
				`app.py:9: two functions are named "check", the other one at app.py:6: use app.Name`,
			},
		},
		"an authorizer that is refused": {
			description: `{"name": "shop", "steps": [
				{"type": "authorizer", "site": "app.py:3", "name": "prüfe", "handler": 1},
				{"type": "route", "site": "app.py:6", "path": "/a", "name": "index", "authorizer": {"kind": "builtin", "function": 1, "name": "prüfe"}},
				{"type": "route", "site": "app.py:9", "path": "/a b", "name": "index", "authorizer": {"kind": "builtin", "function": 1, "name": "prüfe"}}], ` + handlers + `}`,
			files: map[string]string{".chalice/config.json": `{}`},
			toMend: []string{
				`app.py:3: "prüfe" is no name for a function`,
				`app.py:9: path "/a b": a REST API takes only letters`,
			},
		},
		"keys of the configuration": {
			description: `{"name": "shop"}`,
			files: map[string]string{".chalice/config.json": `{"automatic_layer": false, "mine": {}, "stages": {
				"dev": {"mine": 1, "app_name": "x", "lambda_memory_size": 1, "api_gateway_custom_domain": {"domain_name": "a.example.com", "certificate_arn": "arn:x", "url_prefixes": []}},
				"prod": {"iam_policy_file": "gone.json", "api_gateway_policy_file": "../../outside.json", "lambda_functions": {"ghost": {}}}}}`},
			leftOut: []string{
				"automatic_layer of .chalice/config.json, which has no meaning in Go: one artifact holds everything",
				"mine of .chalice/config.json: chalice has no such key",
				"stages.dev.mine of .chalice/config.json: chalice has no such key",
				"stages.dev.app_name of .chalice/config.json: it belongs to the top level, not to a stage",
				"stages.dev.api_gateway_custom_domain.url_prefixes of .chalice/config.json: chalice has no such key",
				"stages.prod.lambda_functions.ghost of .chalice/config.json: the app has no function of that name",
				"the policy .chalice/gone.json can't be read: no such file or directory",
				"the policy ../outside.json, which is outside of the project",
			},
			toMend: []string{".chalice/config.json:5: stages.dev.lambda_memory_size must be a whole number from 128 to 10240, not 1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, result, err := run(t, tc.description, tc.files)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.leftOut, result.LeftOut); diff != "" {
				t.Errorf("left out: want -, got +\n%s", diff)
			}
			for i, want := range tc.toMend {
				if i >= len(result.ToMend) || !strings.HasPrefix(result.ToMend[i], want) {
					t.Errorf("to mend: got\n%s\nwant as number %d\n%s", strings.Join(result.ToMend, "\n"), i+1, want)
				}
			}
			if len(result.ToMend) != len(tc.toMend) {
				t.Errorf("to mend: got %d, want %d: %q", len(result.ToMend), len(tc.toMend), result.ToMend)
			}
			migrating, err := os.ReadFile(filepath.Join(dir, "MIGRATING.md"))
			if err != nil {
				t.Fatal(err)
			}
			if (strings.Contains(string(migrating), "## Not carried over")) != (len(tc.leftOut) > 0) {
				t.Errorf("MIGRATING.md doesn't have what is left out:\n%s", migrating)
			}
		})
	}
}

// TestSame: the same app gives the same project, and its handlers lie in files that
// every platform compiles.
func TestSame(t *testing.T) {
	const description = `{"name": "shop", "steps": [
		{"type": "authorizer", "order": 1, "site": "chalicelib/auth_linux.py:4", "name": "check", "handler": 1},
		{"type": "route", "order": 2, "site": "app.py:3", "path": "/", "name": "index",
			"authorizer": {"kind": "builtin", "function": 1, "name": "check"}}], ` + handlers + `}`
	var first map[string]string
	for range 2 {
		dir, _, err := run(t, description, nil)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				data, readErr := os.ReadFile(path)
				name, _ := filepath.Rel(dir, path)
				files[name], err = string(data), readErr
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, files); first != nil && diff != "" {
			t.Errorf("not the same:\n%s", diff)
		}
		first = files
	}
	if first["auth_linux_handlers.go"] == "" {
		t.Errorf("the authorizer's file isn't there: %v", len(first))
	}
	if !strings.Contains(first["main.go"], "app.Auth(checkAuthorizer)") {
		t.Errorf("the route isn't protected:\n%s", first["main.go"])
	}
}

// TestRefused: what can't be migrated is an error, and nothing is there.
func TestRefused(t *testing.T) {
	for name, tc := range map[string]struct{ description, want string }{
		"no JSON":     {`{`, "read the description of the app: unexpected end of JSON input"},
		"an error":    {`{"error": {"message": "it is broken", "where": "app.py:3"}}`, "/app.py:3: it is broken"},
		"a library's": {`{"error": {"message": "it is broken", "where": "<frozen os>:3"}}`, "<frozen os>:3: it is broken"},
		"a value of another type": {
			`{"name": "shop", "steps": [{"type": "on_sqs_message", "site": "app.py:3", "batch_size": "5"}]}`,
			"/app.py:3: batch_size of on_sqs_message is a string, and has to be of Go's type int",
		},
		"an authorizer of nobody's": {
			`{"name": "shop", "steps": [{"type": "route", "site": "app.py:3", "path": "/a", "name": "index", "authorizer": {"kind": "builtin", "function": 1, "name": "check"}}], ` + handlers + `}`,
			"/app.py:3: the authorizer check of /a belongs to another app, or to a blueprint that isn't registered",
		},
		"a pattern that is none": {
			`{"name": "shop", "steps": [{"type": "on_cw_event", "site": "app.py:3", "event_pattern": "all", "name": "index"}], ` + handlers + `}`,
			"/app.py:3: a pattern of events has to be a dict",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _, err := run(t, tc.description, nil)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want an error with %q", err, tc.want)
			}
			if entries, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(entries) > 0 {
				t.Errorf("something is there: %v %v", entries, err)
			}
		})
	}
}

// TestFull: a folder that can't be written to is an error, and stays as it was.
func TestFull(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root can write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	_, err := migrate.Run(t.Context(), migrate.Input{App: project(t, nil), Out: filepath.Join(dir, "out"), Python: python(t, `{"name": "shop"}`), Source: "../.."})
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v, want an error about permissions", err)
	}
}
