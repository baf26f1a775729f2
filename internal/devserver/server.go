package devserver

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/gateway"
	"github.com/chalice-go/chalice/internal/jwt"
	"github.com/chalice-go/chalice/internal/lambdarun"
	"github.com/chalice-go/chalice/internal/poller"
	"github.com/chalice-go/chalice/internal/scratch"
)

// maxWait is how long a request can wait for a process, and for a build: as
// long as API Gateway waits for an integration.
const maxWait = 29 * time.Second

// Server answers requests to an app on this machine. [Run] makes one.
type Server struct {
	options Options
	started time.Time
	dir     string            // absolute
	aws     map[string]string // of the functions
	passed  map[string]string // likewise, from the shell
	work    *scratch.Folder   // for programs
	journal *Journal
	address string // HOST:PORT that it listens at
	url     string
	key     string // accepted by routes that require one
	own     []Mount
	// debugger is nil if functions don't run under a debugger.
	debugger *debugger
	said     sync.Map // warnings that were given
	// tokenKeys are the keys of issuers, which outlive generations.
	tokenKeys *jwt.Keys
	// poller is nil if nothing is polled.
	poller *poller.Poller

	mu      sync.Mutex
	number  int         // of the last build that was begun
	current *Generation // nil: there is none yet
	failure error       // of the last build; requests are answered with it
	settled chan struct{}
	// socketAPI is the websocket API of the stage socketStage; nil before the
	// first build.
	socketAPI   *gateway.Sockets
	socketStage string
	// fired is when each function's schedule had its last time.
	fired map[string]time.Time
}

// Run serves an app until the context is done, and then returns nil. It returns
// an error if it can't start. When it returns, all its processes have ended.
func Run(ctx context.Context, o Options) error {
	s, err := newServer(ctx, o)
	if err != nil {
		return err
	}
	defer s.work.Remove()
	listener, err := s.listen(ctx)
	if err != nil {
		return cmp.Or(s.noProject(), err)
	}
	defer listener.Close()
	if !o.Once {
		if err := s.announce(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// For API Gateway, OPTIONS * is a request like any other.
	server := &http.Server{Handler: s.handler(), ReadHeaderTimeout: time.Minute, DisableGeneralOptionsHandler: true}
	var running sync.WaitGroup
	running.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			cancel(err)
		}
	})
	if o.Listening != nil {
		o.Listening(s)
	}
	if exposed(s.options.Host) {
		s.warnf("everyone who can reach %s can call the app; 127.0.0.1 is for this machine alone", s.options.Host)
	}
	err = s.run(ctx)
	server.Close()
	s.close()
	running.Wait()
	return err
}

func newServer(ctx context.Context, o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o.Host = cmp.Or(strings.TrimSuffix(strings.TrimPrefix(o.Host, "["), "]"), "127.0.0.1")
	o.Stage = cmp.Or(o.Stage, config.DefaultStage)
	dir, err := filepath.Abs(o.ProjectDir)
	if err != nil {
		return nil, err
	}
	passed, err := passedOn(&o)
	if err != nil {
		return nil, err
	}
	aws, err := awsVariables(o)
	if err != nil {
		return nil, err
	}
	var d *debugger
	if o.Debug {
		if d, err = newDebugger(); err != nil {
			return nil, err
		}
	}
	s := &Server{
		debugger: d,
		options:  o, started: time.Now(), dir: dir, aws: aws, passed: passed,
		key: cmp.Or(o.APIKey, rand.Text()), journal: NewJournal(), settled: make(chan struct{}),
		tokenKeys: jwt.NewKeys(nil), fired: map[string]time.Time{},
	}
	if err := s.preparePolling(ctx); err != nil {
		return nil, err
	}
	if o.Schedules {
		s.options.Companions = append(slices.Clip(s.options.Companions), runSchedules)
	}
	s.work, err = makeWork()
	return s, err
}

// listen listens before anything is built: a port in use is the most frequent
// mistake.
func (s *Server) listen(ctx context.Context) (net.Listener, error) {
	address := net.JoinHostPort(s.options.Host, strconv.Itoa(s.options.Port))
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, listenError(s.options.Host, s.options.Port, err)
	}
	s.address = listener.Addr().String()
	port := listener.Addr().(*net.TCPAddr).Port
	s.url = "http://" + net.JoinHostPort(reachable(s.options.Host), strconv.Itoa(port))
	ownEndpoints(s.aws, s.options, s.url)
	return listener, nil
}

// noProject says what is wrong with the project, as far as that is known before a build.
// Elsewhere than in a project nobody has to know that the port is in use.
func (s *Server) noProject() error {
	_, err := s.input().LoadStage()
	return err
}

// reachable returns the host by which this machine can reach an address at
// which it listens.
func reachable(host string) string {
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return host
}

// run builds the app, and builds it again for each change.
func (s *Server) run(ctx context.Context) error {
	if !s.options.AutoReload {
		if _, err := s.rebuild(ctx, change{at: s.started}); err != nil && ctx.Err() == nil {
			return err
		}
		<-ctx.Done()
		return nil
	}
	w, err := newWatcher(s.dir, s.options.EnvFile, s.warn)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go w.run(ctx)
	return s.reload(ctx, w)
}

// URL returns the server's URL, without a slash at the end.
func (s *Server) URL() string { return s.url }

// Account is the account of functions and events here, which is that of AWS's examples.
const Account = "123456789012"

// Region returns the region of functions and events here.
func (s *Server) Region() string { return cmp.Or(s.aws["AWS_REGION"], lambdarun.DefaultRegion) }

// Options returns the options that the server was started with, with defaults
// filled in.
func (s *Server) Options() Options { return s.options }

// Journal returns the record of what happened.
func (s *Server) Journal() *Journal { return s.journal }

// Own returns the mounts whose paths the server reserves for itself.
func (s *Server) Own() []Mount { return s.own }

// Current returns the running generation. If the source has changed since and
// doesn't build, it returns an error instead, which says what is wrong. Before
// the end of the first build both are nil.
func (s *Server) Current() (*Generation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure != nil {
		return nil, s.failure
	}
	return s.current, nil
}

// Last returns the generation of the last successful build, also if the source
// doesn't build anymore; nil: there is none yet.
func (s *Server) Last() *Generation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// Await waits for a build that has begun, and returns the generation that
// answers then. The error says what is wrong with the source, or is that of
// ctx.
func (s *Server) Await(ctx context.Context) (*Generation, error) {
	for {
		g, err := s.acquire(ctx)
		if errors.Is(err, errBuilding) {
			continue
		}
		if err != nil {
			return nil, err
		}
		g.release()
		return g, nil
	}
}

// Invoke invokes a function of the current generation for a new entry of the
// journal; see [Generation.Invoke].
func (s *Server) Invoke(ctx context.Context, kind Kind, function string, event []byte) ([]byte, error) {
	return s.invoke(ctx, Entry{Kind: kind, Path: function}, function, event)
}

func (s *Server) invoke(ctx context.Context, e Entry, function string, event []byte) ([]byte, error) {
	g, err := s.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer g.release()
	id := s.journal.begin(e).ID
	if e.Kind == Invoke {
		ctx = byHand(ctx)
	}
	payload, err := g.Invoke(WithEntry(ctx, id), function, event)
	s.journal.End(id, 0, g.located(function, err))
	return payload, err
}

// acquire waits for a build that has begun, and returns the generation that
// answers then. The caller has to release it.
func (s *Server) acquire(ctx context.Context) (*Generation, error) {
	limit := time.NewTimer(maxWait)
	defer limit.Stop()
	for {
		s.mu.Lock()
		settled, g, failure := s.settled, s.current, s.failure
		s.mu.Unlock()
		select {
		case <-settled:
			if failure != nil {
				return nil, failure
			}
			if g.use() {
				return g, nil
			}
			continue // it was just replaced
		default:
		}
		select {
		case <-settled:
		case <-limit.C:
			return nil, errBuilding
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

var errBuilding = fmt.Errorf("the app is still being built after %s", maxWait)

// integrationTimeout returns how long the gateway waits; 0: as long as API
// Gateway.
func (s *Server) integrationTimeout() time.Duration {
	if s.options.Debug {
		return debugTimeout
	}
	return 0
}

// patience returns how long an event waits for a process; 0: without a limit.
// For a request, the gateway stops waiting earlier.
func (s *Server) patience() time.Duration {
	if s.options.Debug {
		return 0
	}
	return maxWait + 2*time.Second // an HTTP API waits a second longer
}

// debugTimeout leaves time to step through a handler.
const debugTimeout = 24 * time.Hour

func (s *Server) workers() int {
	if s.options.Debug {
		return 1
	}
	return cmp.Or(s.options.Workers, DefaultWorkers)
}

// close ends the current generation.
func (s *Server) close() {
	s.mu.Lock()
	g, sockets := s.current, s.socketAPI
	s.mu.Unlock()
	if sockets != nil {
		sockets.Close()
	}
	if s.poller != nil {
		s.poller.Close()
	}
	if g != nil {
		g.close()
	}
}
