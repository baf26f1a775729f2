package devserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/delivery"
	"github.com/chalice-go/chalice/internal/gateway"
	"github.com/chalice-go/chalice/internal/lambdarun"
	"github.com/chalice-go/chalice/internal/requestid"
	"github.com/chalice-go/chalice/internal/timing"
	packager "github.com/chalice-go/chalice/package"
)

// Generation is one version of the app's source, built and running. It never
// changes; a change of the source makes another one.
type Generation struct {
	Number  int
	Model   *app.Model
	Stage   *config.Stage
	Program string    // path of the compiled program
	Built   time.Time // when it was ready

	server    *Server
	input     packager.Input // what it was built from
	folder    string
	env       environment
	madeUp    map[string][]string // variables behind a made-up source of events, by function
	routes    func() (*delivery.App, error)
	functions map[string]*lambdarun.Pool
	gateway   *gateway.Gateway
	stop      func()    // ends the companions, and waits for them
	changed   time.Time // when the source changed
	answered  sync.Once
	sources   *packager.Sources
	document  func() ([]byte, error)

	mu      sync.Mutex
	users   int
	retired bool
}

// UnknownFunctionError means that the app has no function of that name.
type UnknownFunctionError struct {
	Name  string
	Known []string
}

// Error names the functions that there are.
func (e *UnknownFunctionError) Error() string {
	return fmt.Sprintf("the app has no function %q; it has %q", e.Name, e.Known)
}

// newGeneration builds the app's current source.
func (s *Server) newGeneration(ctx context.Context, number int) (*Generation, error) {
	ctx, ended := timing.Start(ctx, "build")
	defer ended()
	variables, err := readEnvFile(s.options.EnvFile)
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(s.work.Path, strconv.Itoa(number))
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	in := s.input()
	in.Variables = list(variables)
	program, err := packager.BuildProgram(ctx, in, folder, s.options.Debug)
	in.Progress, in.Working = nil, nil // the progress was printed before
	if err != nil {
		os.RemoveAll(folder)
		return nil, err
	}
	for _, w := range program.Warnings {
		s.warn(w.Message)
	}
	g := &Generation{
		routes: sync.OnceValues(func() (*delivery.App, error) { return delivery.New(program.Model) }),
		Number: number, Model: program.Model, Stage: program.Stage, Program: program.File, madeUp: program.MadeUp,
		env:      environment{configuration: program.Stage.File(), passed: s.passed, file: variables, fileName: s.options.EnvFile, aws: s.aws, management: gateway.ManagementVariable(s.address, program.Stage.APIGatewayStage)},
		document: sync.OnceValues(func() ([]byte, error) { return program.OpenAPI(context.WithoutCancel(ctx), "/") }),
		server:   s, sources: program.Sources, input: in, folder: folder, functions: map[string]*lambdarun.Pool{}, users: 1, stop: func() {},
	}
	g.start()
	return g, nil
}

// input returns the packager's input for the project.
func (s *Server) input() packager.Input {
	o := s.options
	return packager.Input{
		ProjectDir: cmp.Or(o.ProjectDir, "."), Stage: o.Stage, BuildTags: o.BuildTags, LinkerFlags: o.LinkerFlags, PassEnv: o.PassEnv,
		MergeTemplate: o.MergeTemplate,
		Cache:         o.Cache, Force: o.Force && s.isFirst(), Timeout: o.DescribeLimit, Names: o.Names, Version: o.Version, Progress: o.Progress, Working: o.Working,
	}
}

// Input returns the packager's input for the same app.
func (g *Generation) Input() packager.Input { return g.input }

// OpenAPI returns the OpenAPI document of the app, as JSON, with the comments of its source
// and this server.
func (g *Generation) OpenAPI() ([]byte, error) { return g.document() }

// start starts the functions and the gateway in front of them.
func (g *Generation) start() {
	for _, name := range g.Model.FunctionNames() {
		f := g.Stage.Function(name)
		variables, unset := g.env.variables(f)
		g.server.warnUnset(name, unset)
		c := lambdarun.Command{
			Path: g.Program, Dir: g.server.dir, Env: variables, Handler: name, Name: g.FunctionName(name),
			MemorySize: f.MemorySize, Timeout: time.Duration(f.Timeout) * time.Second,
			LogLevel: f.Logging.LeastLevel(), LogGroup: knownGroup(f.Logging.Group),
			Unleveled: func(lambdarun.Line) { g.server.warnUnleveled(name, f.Logging.LeastLevel()) },
			Log: func(l lambdarun.Line) {
				g.server.journal.Print(Line{Time: l.Time, Function: name, RequestID: l.RequestID, Text: l.Text})
			},
		}
		if d := g.server.debugger; d != nil {
			c.Runner, c.Unlimited = d.runner(name), true
		}
		g.functions[name] = lambdarun.NewPool(c, g.server.workers(), g.server.patience())
	}
	g.gateway = gateway.New(gateway.API{
		Type: g.Front(), Model: g.Model, Stage: g.Stage.FrontStage(), StagePath: true, Functions: g,
		StageVariables: g.Stage.KnownStageVariables(), AskPools: true, Keys: g.server.tokenKeys,
		APIKeys: []string{g.server.key}, Timeout: g.server.integrationTimeout(),
		Log:  func(line string) { g.server.journal.Print(Line{Level: levelError, Text: line}) },
		Warn: g.server.warn,
	})
}

// knownGroup returns the name of a log group, empty if it is known only in AWS.
func knownGroup(group config.Value) string {
	if strings.Contains(group.Text, "${") {
		return ""
	}
	return group.Text
}

// Front returns what is in front of the routes.
func (g *Generation) Front() gateway.Type { return gateway.TypeOf(g.Stage.APIType) }

// StagePrefix returns the stage as it is in front of the paths of the deployed
// API's URL, /api for example; empty if it isn't there.
func (g *Generation) StagePrefix() string {
	if stage := g.Stage.FrontStage(); stage != "" && stage != config.DefaultHTTPStage {
		return "/" + stage
	}
	return ""
}

// FunctionName returns a function's name in AWS, as templates have it.
func (g *Generation) FunctionName(name string) string {
	return g.Stage.FunctionName(g.Model.Name, name)
}

// FunctionARN returns the ARN that a function has here, for its name in AWS.
// The account is the one in AWS's examples.
func (g *Generation) FunctionARN(name string) string {
	return lambdarun.ARN(g.server.Region(), name)
}

// Invoke invokes a function. The invocation belongs to the journal's entry in
// the context, if there is one; see [WithEntry]. An error of the handler is a
// [*gateway.FunctionError], and its document is returned with it. Other errors
// are those of [lambdarun.Pool.Send], an [*UnknownFunctionError], and that of
// ctx: when ctx ends, Invoke stops waiting, but the function goes on.
func (g *Generation) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	return g.invoke(ctx, requestid.New(), function, event, nil)
}

// InvokeStream is Invoke for an answer that the function may send piece by piece:
// the pieces are written to w.
func (g *Generation) InvokeStream(ctx context.Context, function string, event []byte, w io.Writer) ([]byte, error) {
	return g.invoke(ctx, requestid.New(), function, event, &recorded{w: w})
}

// recorded is where the pieces of an answer go, of which the journal gets the
// first ones.
type recorded struct {
	w    io.Writer
	mu   sync.Mutex
	head []byte
}

// maxRecorded is the number of bytes of a streamed answer that the journal gets.
const maxRecorded = 64 << 10

// Write passes a piece on.
func (r *recorded) Write(p []byte) (int, error) {
	r.mu.Lock()
	r.head = append(r.head, p[:min(len(p), maxRecorded-len(r.head))]...)
	r.mu.Unlock()
	return r.w.Write(p)
}

// start returns what the journal gets.
func (r *recorded) start() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.head
}

// invoke is Invoke with an id for the invocation.
func (g *Generation) invoke(ctx context.Context, id, function string, event []byte, w *recorded) ([]byte, error) {
	pool := g.functions[function]
	if pool == nil {
		return nil, &UnknownFunctionError{Name: function, Known: g.Model.FunctionNames()}
	}
	g.server.journal.invoke(entryOf(ctx), id, function, event)
	g.remark(ctx, id, function, event)
	outcome := make(chan answer, 1)
	g.use()
	send := func(done func(lambdarun.Result, error)) error { return pool.Send(ctx, id, event, done) }
	if w != nil {
		send = func(done func(lambdarun.Result, error)) error { return pool.SendStream(ctx, id, event, w, done) }
	}
	err := send(func(r lambdarun.Result, err error) {
		defer g.release()
		a := answerOf(r, err)
		response := a.payload
		if r.Streamed {
			response = w.start()
		}
		g.server.journal.invoked(id, r.Facts, response, a.err)
		outcome <- a
	})
	if err != nil {
		g.server.journal.invoked(id, lambdarun.Facts{Logged: nothingLogged}, nil, err)
		g.release()
		return nil, err
	}
	select {
	case a := <-outcome:
		return a.payload, a.err
	case <-ctx.Done(): // the function goes on, as in Lambda
		return nil, context.Cause(ctx)
	}
}

// located adds to a function's error where the function is registered, for the
// developer.
func (g *Generation) located(function string, err error) error {
	source := g.Model.FunctionSource(function)
	if err == nil || source == nil {
		return err
	}
	return fmt.Errorf("%w\nthe function is registered at %s", err, source)
}

// nothingLogged is the channel Logged of invocations that never began.
var nothingLogged = closed()

func closed() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// answer is how an invocation ended.
type answer struct {
	payload []byte
	err     error
}

func answerOf(r lambdarun.Result, err error) answer {
	if err == nil && r.Error != nil {
		return answer{r.Error.Document, &gateway.FunctionError{Type: r.Error.Type, Message: r.Error.Message}}
	}
	return answer{r.Payload, err}
}

// warm starts a process of the routes' function ahead of the first request.
func (g *Generation) warm(ctx context.Context) error {
	ctx, ended := timing.Start(ctx, "start a process")
	defer ended()
	pool := g.functions[app.RESTHandler]
	if pool == nil {
		return nil
	}
	err := pool.Warm(ctx)
	if errors.Is(err, lambdarun.ErrClosed) {
		return nil
	}
	return err
}

// use keeps the generation running until release is called. It reports false if
// the generation was replaced and is gone.
func (g *Generation) use() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.users == 0 {
		return false
	}
	g.users++
	return true
}

func (g *Generation) release() {
	g.mu.Lock()
	g.users--
	last := g.users == 0
	g.mu.Unlock()
	if last {
		g.close()
	}
}

// retire ends the generation when nobody uses it anymore.
func (g *Generation) retire() {
	g.mu.Lock()
	first := !g.retired
	g.retired = true
	g.mu.Unlock()
	if first {
		g.stop()
		g.release()
	}
}

// close ends all processes at once.
func (g *Generation) close() {
	g.stop()
	var all sync.WaitGroup
	for _, pool := range g.functions {
		all.Go(pool.Close)
	}
	all.Wait()
	os.RemoveAll(g.folder)
}
