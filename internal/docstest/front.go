package docstest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/child"
	"github.com/chalice-go/chalice/internal/gateway"
)

// frontVariable tells the curl of the pages where the APIs are that a page has deployed.
const frontVariable = "DOCSTEST_FRONT"

// front answers requests to the APIs that a page has deployed, for an endpoint for tests has
// APIs that can be described but not called. It is a gateway of our own, which calls
// the deployed functions as chalice invoke does.
type front struct {
	server  *http.Server
	address string

	mu    sync.Mutex
	hosts map[string]http.Handler // of the deployed APIs
}

func startFront() (*front, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &front{address: l.Addr().String(), hosts: map[string]http.Handler{}}
	f.server = &http.Server{Handler: f, ReadHeaderTimeout: time.Minute}
	go f.server.Serve(l)
	return f, nil
}

// close ends the front; that there is none is fine.
func (f *front) close() {
	if f != nil {
		f.server.Close()
	}
}

// ServeHTTP answers as the API whose host a request names.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	api := f.hosts[r.Host]
	f.mu.Unlock()
	if api == nil {
		http.Error(w, "the page has deployed no API at "+r.Host, http.StatusBadGateway)
		return
	}
	api.ServeHTTP(w, r)
}

var (
	isDeploy  = regexp.MustCompile(`\bchalice deploy\b`)
	stageFlag = regexp.MustCompile(`--stage[ =]\S+`)
)

// deployed learns what a command has deployed from a project's folder.
func (f *front) deployed(ctx context.Context, command, dir string, env []string) error {
	p := deployedProject{dir: dir, env: env, stage: strings.FieldsFunc(stageFlag.FindString(command), func(r rune) bool { return r == ' ' || r == '=' })}
	var urls []struct{ Front, URL string }
	var model app.Model
	if err := p.ask(ctx, &urls, "url", "--json"); err != nil {
		if strings.Contains(err.Error(), "has no URL") {
			return nil
		}
		return err
	}
	if err := p.ask(ctx, &model, "describe"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range urls {
		u, err := url.Parse(one.URL)
		if err != nil {
			return err
		}
		stage := strings.TrimSuffix(u.Path, "/")
		api := gateway.API{Type: gateway.REST, Model: &model, Functions: p, Stage: strings.TrimPrefix(stage, "/")}
		switch {
		case strings.Contains(u.Host, ".lambda-url."):
			api.Type = gateway.FunctionURL
		case strings.Contains(one.Front, "HTTP"):
			api.Type = gateway.HTTP
		}
		// The gateway's own StagePath is for who may leave the stage away: a route that begins
		// as the stage is called would win.
		f.hosts[u.Host] = http.StripPrefix(stage, gateway.New(api))
	}
	return nil
}

// deployedProject is the project of a deployed app.
type deployedProject struct {
	dir   string
	env   []string
	stage []string // its flag
}

// ask has a command print JSON.
func (p deployedProject) ask(ctx context.Context, answer any, args ...string) error {
	out, err := p.chalice(ctx, nil, args...)
	if err != nil {
		return err
	}
	return json.Unmarshal(out, answer)
}

// Invoke calls a deployed function.
func (p deployedProject) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	return p.chalice(ctx, event, "invoke", function, "--payload", "-")
}

func (p deployedProject) chalice(ctx context.Context, input []byte, args ...string) ([]byte, error) {
	var out, errs bytes.Buffer
	script := `exec chalice "$@"` // which is found by the path of the page
	c := exec.Command("bash", append(append([]string{"-c", script, "chalice"}, args...), p.stage...)...)
	c.Dir, c.Env = p.dir, p.env
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(input), &out, &errs
	if err := child.Run(ctx, c, time.Second); err != nil {
		return nil, fmt.Errorf("chalice %s: %w: %s", strings.Join(args, " "), err, &errs)
	}
	return out.Bytes(), nil
}
