package devserver

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/chalice-go/chalice/config"
)

// DefaultWorkers is the largest number of a function's processes by default.
const DefaultWorkers = 4

// Options say what to run, and how. The zero value runs the stage dev of the
// current folder on a free port of 127.0.0.1.
type Options struct {
	ProjectDir string // the folder of the program's main package; empty: the current one
	Stage      string // empty: config.DefaultStage
	// BuildTags and LinkerFlags are those of packager.Input.
	BuildTags, LinkerFlags []string
	// Cache is that of packager.Input; Force, likewise, is for the first build.
	Cache string
	Force bool
	// MergeTemplate is that of packager.Input: the types of what variables refer to
	// come from it.
	MergeTemplate string
	// PassEnv is that of packager.Input. Functions get these variables as well.
	// With AWS_PROFILE among them it is like Profile.
	PassEnv []string
	// DescribeLimit is how long the app may take to describe itself; 0: the
	// packager's limit.
	DescribeLimit time.Duration

	Host string // an address or a name; empty: 127.0.0.1
	Port int    // 0: a free one
	// Workers is the largest number of a function's processes; 0: DefaultWorkers.
	Workers int
	// AutoReload builds the program again when its source changes. With it the
	// server also starts if the source doesn't build.
	AutoReload bool
	// EnvFile names a file with environment variables, one KEY=value in each line,
	// which take precedence over the configuration; empty: there is none.
	EnvFile string
	// EndpointURL is where the app's AWS SDK sends its calls, instead of to AWS.
	EndpointURL string
	// Profile is the section of the AWS configuration whose credentials the app
	// gets. With neither a profile nor an endpoint it gets none.
	Profile string
	// Once is for a server that exists for one call: [Find] doesn't find it, and
	// it doesn't say which functions nothing invokes.
	Once bool
	// APIKey is the key that routes with a required key accept; empty: a new one.
	APIKey string
	// Schedules has schedules invoke their functions when it is time.
	Schedules bool
	// Debug runs the functions under a debugger, without time limits.
	Debug bool

	// Working is that of packager.Input.
	Working func(label string) (end func(error))
	// Names are those of packager.Input.
	Names   config.Names
	Version string // chalice's own
	// Progress gets lines about what takes long before the server listens; nil: none.
	Progress io.Writer
	// Listening is called when the server listens, before the first build.
	// Requests wait for that build.
	Listening func(*Server)
	// Mounts returns handlers for paths of the server's own.
	Mounts func(*Server) []Mount
	// Companions run beside each generation of the app, for instance to poll its
	// queues. Their context ends with the generation.
	Companions []func(context.Context, *Server, *Generation)
}

// Mount is a handler for paths that the server reserves, whatever the app's
// routes are. Requests from pages of other sites don't reach it.
type Mount struct {
	Prefix  string // such as /_chalice/
	Name    string // what is there, for the terminal
	Handler http.Handler
	// RoutesPage is a page of the handler's about the app's routes, for the terminal; empty:
	// there is none.
	RoutesPage string
	// Takes reports whether a request at another path is for the handler as well, by
	// what no request to the app has; nil: none is.
	Takes func(*http.Request) bool
}
