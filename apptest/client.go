package apptest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/gateway"
)

// Client calls an app. Make one with [NewClient]. Its methods can be called by
// several goroutines at a time.
type Client struct {
	HTTP   *HTTP   // sends requests to the routes
	Lambda *Lambda // invokes functions
	Events *Events // makes events for functions
}

// Option is an option of [NewClient] and [Setenv].
type Option func(*options)

type options struct{ stage, dir string }

// Stage chooses the stage whose configuration counts; without this option dev.
func Stage(name string) Option {
	return func(o *options) { o.stage = name }
}

// ProjectDir is the folder with the project's .chalice/config.json. Without
// this option it is the nearest one upwards of the test's own folder, if there
// is any.
func ProjectDir(dir string) Option {
	return func(o *options) { o.dir = dir }
}

// NewClient makes a client of an app for a test. Mistakes in the app's
// registrations, or in the configuration, end the test; an app without a
// configuration has the default one.
//
// The environment variables that the stage gives all functions are set until
// the test ends, so the test can't be a parallel one if there are any; its
// subtests can. While a function runs that has variables or values of its own,
// those are set. Functions that differ in this take turns, so one must not wait
// for a call of the other that it makes through the same client. A variable
// that is a CloudFormation intrinsic has no value here, and isn't set.
func NewClient(t testing.TB, a *app.App, opts ...Option) *Client {
	t.Helper()
	if a == nil {
		t.Fatal("apptest.NewClient needs an app")
	}
	registry, err := a.Registry()
	if err != nil {
		t.Fatalf("the app has mistakes:\n%v", err)
	}
	stage := load(t, opts)
	fns := newFunctions(t, a, registry.FunctionNames(), stage)
	front := gateway.New(gateway.API{
		Model:     registry.Model(),
		Functions: fns,
		Stage:     stage.APIGatewayStage,
		Log:       func(line string) { t.Log(line) },
	})
	return &Client{
		HTTP:   &HTTP{t, front},
		Lambda: &Lambda{t, fns},
		Events: &Events{t},
	}
}

// Setenv sets a stage's environment variables until the test ends, those of
// the function of the routes. An app needs it that reads them while it is
// declared; call it before the app is made.
func Setenv(t testing.TB, opts ...Option) {
	t.Helper()
	for name, value := range texts(load(t, opts).API()) {
		t.Setenv(name, value)
	}
}

// load gives the configuration of a stage, or ends the test.
func load(t testing.TB, opts []Option) *config.Stage {
	t.Helper()
	o := options{stage: config.DefaultStage}
	for _, set := range opts {
		set(&o)
	}
	stage, err := o.load()
	if err != nil {
		t.Fatal(err)
	}
	return stage
}

func (o options) load() (*config.Stage, error) {
	dir := o.dir
	if dir == "" {
		var err error
		if dir, err = nearestProject(); err != nil {
			return nil, err
		}
	}
	stage, err := config.Load(dir, config.Options{Stage: o.stage})
	if errors.Is(err, fs.ErrNotExist) {
		return config.New(o.stage), nil
	}
	if err != nil {
		return nil, fmt.Errorf("the configuration of stage %s in %s: %w", o.stage, dir, err)
	}
	return stage, nil
}

// nearestProject finds the nearest folder upwards that has a configuration, or
// gives the current one. A test runs in the folder of its package.
func nearestProject() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(config.File))); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return here, nil
		}
	}
}
