package devserver

import (
	"encoding/json"
	"time"
)

// Kind is the kind of what the server was asked to do.
type Kind string

// The kinds of entries in the journal.
const (
	HTTP      Kind = "http"      // a request to a route
	Invoke    Kind = "invoke"    // a call of a function: by the Invoke API, the console, a schedule fired by hand
	Websocket Kind = "websocket" // a connection, a message, or the end of a connection
	Poll      Kind = "poll"      // records of a queue or a stream
	Happening Kind = "event"     // an event of the local EventBridge or a topic, or a schedule whose time came
)

// Entry is something that the server was asked to do, and how it went. Entries
// that the journal returns don't change anymore.
type Entry struct {
	ID   string    `json:"id"`
	Kind Kind      `json:"kind"`
	Time time.Time `json:"time"`
	// Method and Path are those of an HTTP request. Entries of other kinds have
	// only a Path, such as $connect or the name of a queue.
	Method string `json:"method,omitempty"`
	Path   string `json:"path,omitempty"`
	// Status is the status of the HTTP response; 0: there is none.
	Status   int           `json:"status,omitempty"`
	Duration time.Duration `json:"duration"` // nanoseconds; 0 until Done
	Done     bool          `json:"done"`
	// Error says what went wrong, for the developer.
	Error string `json:"error,omitempty"`
	// Next says what becomes of the records of a queue or a stream that failed.
	Next string `json:"next,omitempty"`
	// Invocations are the invocations of functions for the entry, in their order:
	// first the authorizer's, then the route's.
	Invocations []Invocation `json:"invocations,omitempty"`
}

// Invocation is one call of a function.
type Invocation struct {
	RequestID string        `json:"request_id"`
	Function  string        `json:"function"`
	Time      time.Time     `json:"time"`
	Cold      bool          `json:"cold"` // a process was started for it
	Duration  time.Duration `json:"duration"`
	// Event and Response are the bytes that the function got and returned. If all
	// entries together are too large, the journal drops these, and the Log, of the
	// oldest, and sets Dropped.
	Event    json.RawMessage `json:"-"`
	Response json.RawMessage `json:"-"`
	Dropped  bool            `json:"dropped,omitempty"`
	// Error is the function's error.
	Error string `json:"error,omitempty"`
	Log   []Line `json:"log,omitempty"`
}

// Line is a line of the log: a program printed it, or it is the server's own.
type Line struct {
	Time time.Time `json:"time"`
	// Level is the level of a line of slog's or of the server's own: DEBUG, INFO,
	// WARN or ERROR; empty for other text.
	Level string `json:"level,omitempty"`
	// Function and RequestID are those of the invocation that the line belongs to;
	// empty: the line is the server's own.
	Function  string `json:"function,omitempty"`
	RequestID string `json:"request_id,omitempty"`
	Text      string `json:"text"`
}

// Build is a change in the state of the program.
type Build struct {
	Generation int        `json:"generation"` // the generation that is being built, or was; the first is 1
	State      BuildState `json:"state"`
	// Reason says what changed, for the state Building; empty: it is the first
	// build.
	Reason string `json:"reason,omitempty"`
	// Error says what is wrong with the source, in the words of the compiler and
	// others, with file and line.
	Error string `json:"error,omitempty"`
	// Fatal means that the server ends with that error.
	Fatal    bool          `json:"fatal,omitempty"`
	Duration time.Duration `json:"duration,omitempty"`
}

// BuildState is a step of a build.
type BuildState string

// The states of a build.
const (
	Building BuildState = "building"
	Ready    BuildState = "ready"  // the new program answers
	Failed   BuildState = "failed" // requests are answered with the error
	// Answered means that a new program has answered for the first time; Duration
	// is the time since the change of the source.
	Answered BuildState = "answered"
)

// Event is something that happened. Exactly one field is set.
type Event struct {
	Begun *Entry // an entry that has begun
	Ended *Entry // an entry that is done
	Line  *Line
	Build *Build
	// Lost is the number of events that a subscriber missed because it was too
	// slow.
	Lost int
}
