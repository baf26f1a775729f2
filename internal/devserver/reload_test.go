package devserver_test

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
)

const embedding = `package main

import (
	"context"
	"embed"
	"os"
	"time"

	"example.com/lib"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

//go:embed static/*
var static embed.FS

func main() {
	a := app.New("shop")
	a.Route("/", index)
	a.Route("/slow", slow)
	dispatch.Start(a)
}

func index(ctx context.Context, r *app.Request) (any, error) {
	text, err := static.ReadFile("static/page.html")
	return "one " + string(text) + " " + os.Getenv("WHO") + " " + os.Getenv("FILE") + " " + lib.Word, err
}

func slow(ctx context.Context, r *app.Request) (any, error) {
	time.Sleep(3 * time.Second)
	return "one", nil
}
`

// TestReload edits a project step by step. Each answer has to come from the
// source as it is when the request is sent.
func TestReload(t *testing.T) {
	library := t.TempDir()
	write(t, library, "go.mod", "module example.com/lib\n\ngo 1.26\n")
	write(t, library, "lib.go", "package lib\n\nconst Word = \"lib\"\n")
	dir := project(t, map[string]string{
		"main.go": embedding, "static/page.html": "page",
		".chalice/config.json": `{"version": "2.0", "app_name": "shop", "environment_variables": {"WHO": "world"}}`,
	})
	data := readFile(t, filepath.Join(dir, "go.mod"))
	write(t, dir, "go.mod", data+"\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => "+library+"\n")
	env := envFile(t, "FILE=f1\n")
	s := devservertest.Serve(t, devserver.Options{ProjectDir: dir, AutoReload: true, EnvFile: env})
	await(t, s.URL()+"/", 200, "one page world f1 lib")

	slow := make(chan string)
	go func() {
		_, body := get(t, s.URL()+"/slow")
		slow <- body
	}()
	time.Sleep(300 * time.Millisecond)
	source := strings.ReplaceAll(embedding, `"one`, `"two`)
	for _, step := range []struct {
		what, dir, file, text string
		path                  string
		status                int
		want                  string
	}{
		{"a Go file", dir, "main.go", source, "/", 200, "two page world f1 lib"},
		{"an embedded file", dir, "static/page.html", "new", "/", 200, "two new world f1 lib"},
		{"the configuration", dir, ".chalice/config.json", `{"version": "2.0", "app_name": "shop", "environment_variables": {"WHO": "you"}}`, "/", 200, "two new you f1 lib"},
		{"the env-file", filepath.Dir(env), filepath.Base(env), "FILE=f2\n", "/", 200, "two new you f2 lib"},
		{"a module that go.mod replaces", library, "lib.go", "package lib\n\nconst Word = \"changed\"\n", "/", 200, "two new you f2 changed"},
		{"a mistake", dir, "main.go", source + "\nvar x int = \"<b>\"\n", "/", 502, "./main.go:"},
		{"it is mended by a package in a new folder", dir, "extra/sub/sub.go", "package sub\n\nconst Path = \"/new\"\n", "/", 502, "./main.go:"},
		{"with a new route", dir, "main.go", strings.Replace(strings.Replace(source, `a.Route("/", index)`, `a.Route(sub.Path, index)`, 1), `"example.com/lib"`, "\"example.com/lib\"\n\t\"example.com/shop/extra/sub\"", 1), "/new", 200, "two new you f2 changed"},
		{"and in that folder", dir, "extra/sub/sub.go", "package sub\n\nconst Path = \"/newer\"\n", "/newer", 200, "two new you f2 changed"},
		{"a route that is gone", dir, "extra/sub/sub.go", "package sub\n\nconst Path = \"/newest\"\n", "/newer", 403, "Missing Authentication Token"},
	} {
		write(t, step.dir, step.file, step.text)
		await(t, s.URL()+step.path, step.status, step.want)
		t.Log(step.what)
	}
	if body := <-slow; body != "one" {
		t.Errorf("the request under way got %q, want the answer of the source that it began with", body)
	}
	if b := s.Journal().Build(); b.Generation < 8 {
		t.Errorf("the journal's last build is %+v", b)
	}
}

// TestConfigurationAbove: if the program is in a folder of its module, the
// configuration above that folder is watched.
func TestConfigurationAbove(t *testing.T) {
	dir := project(t, map[string]string{"cmd/api/main.go": shop, ".chalice/config.json": `{"version": "2.0", "environment_variables": {"WHO": "you"}}`})
	s := devservertest.Serve(t, devserver.Options{ProjectDir: filepath.Join(dir, "cmd", "api"), AutoReload: true})
	await(t, s.URL()+"/", 200, "hello you")
	write(t, dir, ".chalice/config.json", `{"version": "2.0", "environment_variables": {"WHO": "me"}}`)
	await(t, s.URL()+"/", 200, "hello me")
}

// TestFlags: local mode compiles and watches the files that the build flags
// select.
func TestFlags(t *testing.T) {
	main := "package main\n\nimport (\n\t\"context\"\n\n\t\"github.com/chalice-go/chalice/app\"\n\t\"github.com/chalice-go/chalice/dispatch\"\n)\n\n" +
		"var version, edition = \"none\", \"free\"\n\nfunc main() {\n\ta := app.New(\"shop\")\n\ta.Route(\"/\", index)\n\tdispatch.Start(a)\n}\n\n" +
		"func index(ctx context.Context, r *app.Request) (any, error) { return version + \" \" + edition, nil }\n"
	tagged := "//go:build paid\n\npackage main\n\nimport \"example.com/shop/paid\"\n\nfunc init() { edition = paid.Edition }\n"
	edition := "package paid\n\nconst Edition = \"paid\"\n"
	dir := project(t, map[string]string{"main.go": main, "paid.go": tagged, "paid/paid.go": edition, ".chalice/config.json": `{"version": "2.0", "app_name": "shop", "ldflags": "-X main.version=1"}`})
	s := devservertest.Serve(t, devserver.Options{ProjectDir: dir, AutoReload: true, BuildTags: []string{"paid"}})
	await(t, s.URL()+"/", 200, "1 paid")
	write(t, dir, "paid/paid.go", strings.Replace(edition, `"paid"`, `"well paid"`, 1))
	await(t, s.URL()+"/", 200, "1 well paid")
	write(t, dir, ".chalice/config.json", `{"version": "2.0", "app_name": "shop", "ldflags": "-X main.version=2"}`)
	await(t, s.URL()+"/", 200, "2 well paid")
}

// A change also counts if it comes right after the first answer, before the
// server knows that the file is source.
func TestChangeBeforeItIsKnown(t *testing.T) {
	for name, tc := range map[string]struct{ file, text, want string }{
		"an embedded file":    {"static/page.html", "new", "one new   lib"},
		"a replaced module's": {"../lib/lib.go", "package lib\n\nconst Word = \"new\"\n", "one page   new"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, map[string]string{
				"main.go": embedding, "static/page.html": "page", ".chalice/config.json": `{"version": "2.0", "app_name": "shop"}`,
			})
			library := filepath.Join(dir, "..", "lib")
			write(t, library, "go.mod", "module example.com/lib\n\ngo 1.26\n")
			write(t, library, "lib.go", "package lib\n\nconst Word = \"lib\"\n")
			write(t, dir, "go.mod", readFile(t, filepath.Join(dir, "go.mod"))+"\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ../lib\n")
			s := devservertest.Serve(t, devserver.Options{ProjectDir: dir, AutoReload: true})
			await(t, s.URL()+"/", 200, "one page   lib")
			write(t, dir, tc.file, tc.text)
			await(t, s.URL()+"/", 200, tc.want)
		})
	}
}

// await repeats a request until it gets the wanted answer: it takes a moment
// until a change is noticed.
func await(t *testing.T, url string, status int, want string) {
	t.Helper()
	gotStatus, body := 0, ""
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if gotStatus, body = get(t, url); gotStatus == status && strings.Contains(body, want) {
			return
		}
	}
	t.Fatalf("%s: got %d %s\nwant %d %s", url, gotStatus, body, status, want)
}

func TestFailureIsReadable(t *testing.T) {
	s := devservertest.Serve(t, devserver.Options{AutoReload: true, ProjectDir: project(t, map[string]string{
		"main.go": "package main\n\nfunc main() { var s string = \"<script>\" + 1 + `<b>`; }\n", ".chalice/config.json": shopConfig,
	})})
	for accept, want := range map[string]struct{ contentType, text string }{
		"text/html,*/*":    {"text/html; charset=utf-8", "&lt;script&gt;"},
		"application/json": {"application/json", `"error":"the program doesn't compile:\n\t./main.go:3:`},
		"*/*":              {"text/plain; charset=utf-8", "the program doesn't compile:\n\t./main.go:3:"},
	} {
		r, err := http.NewRequest("GET", s.URL()+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", accept)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if got := response.Header.Get("Content-Type"); response.StatusCode != 502 || got != want.contentType || !strings.Contains(string(body), want.text) || strings.Contains(string(body), "<script>") && accept == "text/html,*/*" {
			t.Errorf("Accept: %s: got %d %s\n%s", accept, response.StatusCode, got, body)
		}
	}
}

const chat = `package main

import (
	"context"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("chat")
	a.OnWSMessage(message)
	dispatch.Start(a)
}

func message(ctx context.Context, e *app.WebsocketEvent) (any, error) {
	fmt.Println("one got", e.Body())
	return nil, nil
}
`

// TestReloadKeepsWebsockets sends messages over one connection, before and
// after a change.
func TestReloadKeepsWebsockets(t *testing.T) {
	dir := project(t, map[string]string{"main.go": chat, ".chalice/config.json": `{"version": "2.0", "app_name": "chat"}`})
	s := devservertest.Serve(t, devserver.Options{ProjectDir: dir, AutoReload: true})
	conn, _, _, err := ws.Dial(t.Context(), "ws"+strings.TrimPrefix(s.URL(), "http")+"/api")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, word := range []string{"one", "two"} {
		write(t, dir, "main.go", strings.ReplaceAll(chat, "one got", word+" got"))
		for deadline := time.Now().Add(time.Minute); !strings.Contains(printed(s), word+" got hi"); time.Sleep(100 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: there is only\n%s", word, printed(s))
			}
			if err := ws.WriteFrame(conn, ws.MaskFrame(ws.NewTextFrame([]byte("hi")))); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestBesideTheEnvFile: Go files that come beside the env-file are no source, not even
// while nobody knows what is, since the program doesn't compile.
func TestBesideTheEnvFile(t *testing.T) {
	env := envFile(t, "WHO=a\n")
	s := devservertest.Serve(t, devserver.Options{AutoReload: true, EnvFile: env, ProjectDir: project(t, map[string]string{
		"main.go": "package main\n\nfunc main() { var s string = 1 }\n", ".chalice/config.json": shopConfig,
	})})
	await(t, s.URL()+"/", 502, "./main.go:3:")
	events := s.Journal().Subscribe(t.Context())
	write(t, filepath.Dir(env), "beside.go", "package beside\n")
	write(t, filepath.Dir(env), "go-build1/b001/cgo.go", "package cgo\n")
	write(t, filepath.Dir(env), filepath.Base(env), "WHO=b\n")
	for e := range events {
		if e.Build != nil && e.Build.Reason != "" {
			if e.Build.Reason != env {
				t.Errorf("%s is a change of the source, want %s alone", e.Build.Reason, env)
			}
			return
		}
	}
	t.Error("the env-file has changed, and nothing was built")
}
