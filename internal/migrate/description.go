package migrate

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// description is what describe.py writes.
type description struct {
	Error       *failure    `json:"error"`
	Chalice     string      `json:"chalice"` // version
	Python      string      `json:"python"`  // version
	Name        string      `json:"name"`
	Debug       bool        `json:"debug"`
	BinaryTypes []string    `json:"binary_types"`
	CORS        *cors       `json:"cors"`
	Steps       []rawStep   `json:"steps"`
	Blueprints  []blueprint `json:"blueprints"`
	Handlers    []handler   `json:"handlers"`
	Calls       []string    `json:"calls"` // of AWS, as service:method

	shown string // how the user calls the project's folder
}

// place is a place in the project, for an error: from where the user is.
func (d *description) place(where string) string {
	if where == "" || filepath.IsAbs(where) || strings.HasPrefix(where, "<") {
		return where
	}
	return filepath.Join(d.shown, where)
}

// failure is why there is no description.
type failure struct {
	Message string `json:"message"`
	Where   string `json:"where"` // file:line, if that is known
	Kind    string `json:"kind"`
}

// The kinds of failures that describe.py leaves the words of to us.
const (
	noChalice   = "no chalice"
	interrupted = "interrupted"
)

// handler is a function of the Python app's.
type handler struct {
	Function string `json:"function"`
	Module   string `json:"module"`
	Doc      string `json:"doc"`
	File     string `json:"file"` // empty: none of the app's
	Line     int    `json:"line"`
	Source   string `json:"source"`
}

// where is the place of the handler's source, "" if it isn't known.
func (h handler) where() string {
	if h.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", h.File, h.Line)
}

type blueprint struct {
	Name  string    `json:"name"` // of the variable
	Site  string    `json:"site"`
	Steps []rawStep `json:"steps"`
}

// rawStep is a step that hasn't been looked at: Python lets an app register values of
// any type.
type rawStep struct{ json.RawMessage }

// step is one thing that an app or a blueprint does: it registers a handler,
// middleware, or a blueprint.
type step struct {
	Type    string `json:"type"`
	Order   int    `json:"order"` // among all steps
	Site    string `json:"site"`  // file:line
	Name    string `json:"name"`
	Handler int    `json:"handler"`

	Path           string      `json:"path"`
	Methods        []string    `json:"methods"`
	ContentTypes   []string    `json:"content_types"`
	APIKeyRequired bool        `json:"api_key_required"`
	CORS           *cors       `json:"cors"` // what counts, the app's own included
	Authorizer     *authorizer `json:"authorizer"`

	TTLSeconds    *int    `json:"ttl_seconds"`
	ExecutionRole *string `json:"execution_role"`
	Header        *string `json:"header"`

	Expression         string          `json:"expression"`
	Description        string          `json:"description"`
	EventPattern       json.RawMessage `json:"event_pattern"`
	Bucket             string          `json:"bucket"`
	Events             []string        `json:"events"`
	Prefix             string          `json:"prefix"`
	Suffix             string          `json:"suffix"`
	Topic              string          `json:"topic"`
	Queue              string          `json:"queue"`
	QueueARN           string          `json:"queue_arn"`
	Stream             string          `json:"stream"`
	StreamARN          string          `json:"stream_arn"`
	BatchSize          int             `json:"batch_size"`
	BatchWindowSeconds int             `json:"maximum_batching_window_in_seconds"`
	MaximumConcurrency *int            `json:"maximum_concurrency"`
	StartingPosition   string          `json:"starting_position"`

	EventType string `json:"event_type"` // of middleware

	Blueprint    int    `json:"blueprint"`
	NamePrefix   string `json:"name_prefix"`
	URLPrefix    string `json:"url_prefix"`
	HasURLPrefix bool   `json:"has_url_prefix"`
	// Count is how much of the blueprint had been declared by then: what came later
	// isn't part of the app.
	Count int `json:"count"`

	// in is the number of the blueprint that the step belongs to; -1: the app itself.
	in int
}

type cors struct {
	AllowOrigin      *string  `json:"allow_origin"`
	AllowHeaders     []string `json:"allow_headers"`
	ExposeHeaders    []string `json:"expose_headers"`
	MaxAge           *int     `json:"max_age"`
	AllowCredentials bool     `json:"allow_credentials"`
}

// authorizer is what protects a route.
type authorizer struct {
	Kind          string   `json:"kind"`
	Name          string   `json:"name"`
	Scopes        []string `json:"scopes"`
	Function      int      `json:"function"` // the handler of a builtin one
	Header        string   `json:"header"`
	ProviderARNs  []string `json:"provider_arns"`
	AuthorizerURI string   `json:"authorizer_uri"`
	TTLSeconds    *int     `json:"ttl_seconds"`
	InvokeRoleARN string   `json:"invoke_role_arn"`
	Type          string   `json:"type"` // the class of one that Chalice doesn't have
}

// read decodes a step. The error says what is of the wrong type, and where.
func (r rawStep) read(in int) (step, error) {
	s := step{in: in}
	err := json.Unmarshal(r.RawMessage, &s)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return s, fmt.Errorf("%s of %s is a %s, and has to be of Go's type %s", wrong.Field, s.Type, wrong.Value, wrong.Type)
	}
	return s, err
}

// story is what the app and its blueprints did, in the order in which they did it. Of
// the blueprints it has what the app got of them.
func (d *description) story() (steps []step, notes []note, err error) {
	var problems []error
	got := map[int]int{} // how much of each registered blueprint
	add := func(r rawStep, in int) {
		s, err := r.read(in)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", d.place(s.Site), err))
			return
		}
		if s.Type == stepBlueprint {
			got[s.Blueprint] = max(got[s.Blueprint], s.Count)
		}
		steps = append(steps, s)
	}
	for _, r := range d.Steps {
		add(r, -1)
	}
	for i, b := range d.Blueprints {
		for _, r := range b.Steps[:got[i]] {
			add(r, i)
		}
		_, registered := got[i]
		switch left := len(b.Steps) - got[i]; {
		case !registered:
			notes = append(notes, note{b.Site, fmt.Sprintf("the blueprint %s is never registered", b.Name)})
		case left > 0:
			notes = append(notes, note{b.Site, fmt.Sprintf("the last %d registrations of the blueprint %s come after it is registered, so that the app doesn't have them", left, b.Name)})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.Order - b.Order })
	return steps, notes, errors.Join(problems...)
}

// note is something that the user has to know.
type note struct{ where, text string }

func (n note) String() string {
	if n.where == "" {
		return n.text
	}
	return n.where + ": " + n.text
}
