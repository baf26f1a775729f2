package devserver

import (
	"encoding/json"
	"time"
)

// Kind is what asked for something to be done.
type Kind string

// The kinds of entries in the journal.
const (
	HTTP      Kind = "http"      // a request to a route
	Invoke    Kind = "invoke"    // a call of a function: by the Invoke API, the console, a schedule fired by hand
	Websocket Kind = "websocket" // a connection, a message, or the end of a connection
	Poll      Kind = "poll"      // records of a queue or a stream
)

// Entry is something that the server was asked to do, and how it went. Entries
// that the journal gives away don't change any more.
type Entry struct {
	ID   string    `json:"id"`
	Kind Kind      `json:"kind"`
	Time time.Time `json:"time"`
	// Method and Path are those of an HTTP request. Other kinds have a Path that
	// says what it was about, such as $connect or the name of a queue.
	Method string `json:"method,omitempty"`
	Path   string `json:"path,omitempty"`
	// Status is that of the HTTP response; 0: there is none.
	Status   int           `json:"status,omitempty"`
	Duration time.Duration `json:"duration"` // nanoseconds; 0 until Done
	Done     bool          `json:"done"`
	// Error says what went wrong, for the developer's eyes.
	Error string `json:"error,omitempty"`
	// Invocations are the functions that were invoked for it, an authorizer's
	// before that of the route.
	Invocations []Invocation `json:"invocations,omitempty"`
}

// Invocation is one call of a function.
type Invocation struct {
	RequestID string        `json:"request_id"`
	Function  string        `json:"function"`
	Time      time.Time     `json:"time"`
	Cold      bool          `json:"cold"` // a process was started for it
	Duration  time.Duration `json:"duration"`
	// Event and Response are the bytes that the function got and gave. Where entries
	// are large together, the journal drops these and the Log of the oldest; Dropped
	// says so.
	Event    json.RawMessage `json:"-"`
	Response json.RawMessage `json:"-"`
	Dropped  bool            `json:"dropped,omitempty"`
	// Error is what the function failed with.
	Error string `json:"error,omitempty"`
	Log   []Line `json:"log,omitempty"`
}

// Line is a line of the log: what a function printed, or what the server says.
type Line struct {
	Time time.Time `json:"time"`
	// Level is that of slog's lines, and of the server's own: DEBUG, INFO, WARN or
	// ERROR; empty for other text.
	Level string `json:"level,omitempty"`
	// Function and RequestID are those of the invocation that it belongs to; empty:
	// it is the server's own.
	Function  string `json:"function,omitempty"`
	RequestID string `json:"request_id,omitempty"`
	Text      string `json:"text"`
}

// Build is a change in the state of the program.
type Build struct {
	Generation int        `json:"generation"` // the one that is being made, or was; the first is 1
	State      BuildState `json:"state"`
	// Reason is what changed, for the state Building; empty: it is the first.
	Reason string `json:"reason,omitempty"`
	// Error is what is wrong with the source, as the compiler and others say it,
	// with file and line.
	Error string `json:"error,omitempty"`
	// Fatal: the server ends with that error.
	Fatal    bool          `json:"fatal,omitempty"`
	Duration time.Duration `json:"duration,omitempty"`
}

// BuildState is how far a build is.
type BuildState string

// The states of a build.
const (
	Building BuildState = "building"
	Ready    BuildState = "ready"  // the new program answers
	Failed   BuildState = "failed" // requests are answered with the error
	// Answered is the first answer of a new program; Duration is the time since the
	// change of the source.
	Answered BuildState = "answered"
)

// Event is something that happened. One field is set.
type Event struct {
	Begun *Entry // an entry that has begun
	Ended *Entry // an entry that is done
	Line  *Line
	Build *Build
	// Lost is how many events a subscriber missed, since it was too slow.
	Lost int
}
