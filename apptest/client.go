package apptest

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/awsrules"
	"github.com/chalice-go/chalice/internal/delivery"
	"github.com/chalice-go/chalice/internal/gateway"
	"github.com/chalice-go/chalice/internal/jwt"
)

// Client calls an app: as a client of its routes, as a caller of its functions, or, with
// [Client.Deliver], as AWS when something has happened. Make one with [NewClient]. Its
// methods can be called by several goroutines at a time.
type Client struct {
	HTTP   *HTTP   // sends requests to the routes
	Lambda *Lambda // invokes functions
	Events *Events // makes events for functions

	// routes says which functions AWS delivers an event to.
	routes func() (*delivery.App, error)
}

// Option is an option of [NewClient] and [Setenv].
type Option func(*options)

type options struct {
	stage, dir      string
	keys            []string
	balancer, lists bool
	jwks            []any
	checked         bool // tokens are checked by jwks
}

// Stage chooses the stage whose configuration is used; without this option it
// is dev.
func Stage(name string) Option {
	return func(o *options) { o.stage = name }
}

// ProjectDir is the folder of the project. Its configuration,
// .chalice/config.json, is in that folder or in the nearest one above it that
// has one, up to that of go.mod. Without this option it is the folder of the
// test's package.
func ProjectDir(dir string) Option {
	return func(o *options) { o.dir = dir }
}

// APIKeys are the keys that a route with app.APIKeyRequired accepts. Without
// this option it accepts any key, but there has to be one: send it with
// Header("X-Api-Key", ...).
func APIKeys(keys ...string) Option {
	return func(o *options) { o.keys = append(o.keys, keys...) }
}

// LoadBalancer puts an Application Load Balancer in front of the app, with the
// function of the routes as its target, whatever the stage's api_type is.
func LoadBalancer() Option {
	return func(o *options) { o.balancer = true }
}

// MultiValueHeaders is [LoadBalancer] with a target group that sends and takes
// headers and query parameters as lists: lambda.multi_value_headers.enabled is
// true. Without it a response has one cookie at most.
func MultiValueHeaders() Option {
	return func(o *options) { o.balancer, o.lists = true, true }
}

// front returns what is in front of the app.
func (o options) front(stage *config.Stage) gateway.Type {
	if o.balancer {
		return gateway.LoadBalancer
	}
	return gateway.TypeOf(stage.APIType)
}

// JWKS are the public keys by which the tokens of routes with app.JWT or
// app.CognitoUserPool are checked, whichever issuer they are of: JSON Web Key Sets
// or JSON Web Keys, as JSON ([]byte or string) or as values whose JSON that is,
// such as a go-jose JSONWebKeySet; or *rsa.PublicKey and *ecdsa.PublicKey. A test
// signs a token by the private key, with RS256 or ES256. A key that is none ends
// the test.
//
// Without this option an HTTP API asks each issuer for its keys, at
// ISSUER/.well-known/openid-configuration, which can be a server of the test on
// loopback. A REST API checks no tokens then: it takes claims as they are.
func JWKS(keys ...any) Option {
	return func(o *options) { o.jwks, o.checked = append(o.jwks, keys...), true }
}

// NewClient makes a client of an app for a test. Mistakes in the configuration
// or in the app's registrations, including those that only AWS would refuse,
// end the test. An app without a configuration has the default one.
//
// The environment variables that the stage sets for all functions are set until
// the test ends. If there are any, the test can't be parallel, but its subtests
// can. While a function runs that has variables or values of its own, those are
// set. Functions that differ in this take turns, so one must not wait for a
// call of the other that it makes through the same client. A variable whose
// value is a CloudFormation intrinsic has no value here, and isn't set.
//
// This function can't set the variables for an app that reads them while it is
// declared, since that has already happened: call [Setenv] before the app is
// made.
//
// What the app logs while the client waits for it, with the default logger of
// log/slog or with package log, is logged by the test, from the level of the stage's
// log_level on, unless the program has set a default logger of its own.
func NewClient(t testing.TB, a *app.App, opts ...Option) *Client {
	t.Helper()
	if a == nil {
		t.Fatal("apptest.NewClient needs an app")
	}
	o := newOptions(opts)
	stage, err := o.load()
	registry, mistakes := checked(a)
	if mistakes != nil {
		t.Fatalf("the app has mistakes:\n%v%s", mistakes, adviseSetenv(stage))
	}
	if err != nil {
		t.Fatal(err)
	}
	fns := newFunctions(t, a, registry, stage)
	keys, err := o.tokenKeys()
	if err != nil {
		t.Fatalf("apptest.JWKS: %v", err)
	}
	front := gateway.New(gateway.API{
		Keys:              keys,
		Type:              o.front(stage),
		Model:             registry.Model(),
		Functions:         fns,
		Stage:             stage.FrontStage(),
		MultiValueHeaders: o.lists,
		APIKeys:           o.keys,
		Log:               func(line string) { t.Log(line) },
		StageVariables:    stage.KnownStageVariables(),
	})
	return &Client{
		HTTP:   &HTTP{t, front},
		Lambda: &Lambda{t, fns},
		Events: &Events{t},
		routes: sync.OnceValues(func() (*delivery.App, error) { return delivery.New(registry.Model()) }),
	}
}

// tokenKeys returns the keys that the test gives, nil if it gives none.
func (o options) tokenKeys() (*jwt.Keys, error) {
	if !o.checked {
		return nil, nil
	}
	return jwt.GivenKeys(nil, o.jwks...)
}

// checked returns an app's registry, or all that is wrong with the app,
// including what only AWS would refuse.
func checked(a *app.App) (*app.Registry, error) {
	model := a.Describe()
	if mistakes := append(model.Mistakes, awsrules.Check(model)...); len(mistakes) > 0 {
		return nil, mistakes
	}
	return a.Registry()
}

// Setenv sets the environment variables that the stage's configuration has for
// the function of the routes, until the test ends. It is for an app that reads
// variables while it is declared: call it before the app is made.
func Setenv(t testing.TB, opts ...Option) {
	t.Helper()
	stage, err := newOptions(opts).load()
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range texts(stage.API()) {
		t.Setenv(name, value)
	}
}

// adviseSetenv returns advice for mistakes of an app that may have been
// declared without the stage's variables, "" if the stage has none.
func adviseSetenv(stage *config.Stage) string {
	if stage == nil {
		return ""
	}
	var missing []string
	for name, value := range texts(stage.API()) {
		if os.Getenv(name) != value {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	slices.Sort(missing)
	return fmt.Sprintf("\nThe app was made without the stage's value of %s. If it reads the environment while it is declared, call apptest.Setenv(t) before it is made.",
		strings.Join(missing, ", "))
}

func newOptions(opts []Option) options {
	o := options{stage: config.DefaultStage}
	for _, set := range opts {
		set(&o)
	}
	return o
}

// load reads the configuration of a stage.
func (o options) load() (*config.Stage, error) {
	dir := cmp.Or(o.dir, ".")
	stage, err := config.Load(dir, config.Options{Stage: o.stage})
	if errors.Is(err, fs.ErrNotExist) {
		return config.New(o.stage), nil
	}
	if err != nil {
		return nil, fmt.Errorf("the configuration of stage %s in %s: %w", o.stage, dir, err)
	}
	return stage, nil
}
