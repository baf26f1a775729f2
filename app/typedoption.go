package app

// typedSettings are the options that are for typed routes, or document routes.
type typedSettings struct {
	documents         []declaration // of an app: the routes that serve the OpenAPI document
	maxBody, maxDepth option[int]
	closed            bool // structs in bodies have no members but their own
	results           option[[]any]
	errors            []int
	tags              option[[]string]
	deprecated        bool
}

// noTypedSettings are those of apps and routes without such options.
var noTypedSettings typedSettings

// typedOf returns the settings of an app or a route.
func typedOf(s *settings) *typedSettings {
	if typed, ok := s.typed.(*typedSettings); ok {
		return typed
	}
	return &noTypedSettings
}

// forTyped returns the settings to set, of an app or of a route.
func forTyped(s *settings) *typedSettings {
	if s.typed == nil {
		s.typed, s.parts.options = &typedSettings{}, placeTyped
	}
	return typedOf(s)
}

// LimitOption is an option of [New], for all typed routes of the app, and of [TypedRoute],
// where it counts in place of the app's.
type LimitOption struct{ set func(*settings) }

func (o LimitOption) app(s *settings)   { o.apply(s) }
func (o LimitOption) route(s *settings) { o.apply(s) }

func (o LimitOption) apply(s *settings) {
	if o.set != nil {
		o.set(s)
	}
}

// MaxBody is how many bytes the body of a request to a typed route may have, after base64 is
// decoded. A larger one has status 413. Without this option a body can be as large as what
// Lambda takes, about 6 MB.
func MaxBody(bytes int) LimitOption {
	return LimitOption{func(s *settings) { put(s, &forTyped(s).maxBody, "MaxBody", bytes) }}
}

// MaxDepth is how deep arrays and objects in the JSON of a request to a typed route may
// nest: 1 is an object that has neither. Deeper JSON can't be read: it has status 400.
// Without this option it is 100.
func MaxDepth(levels int) LimitOption {
	return LimitOption{func(s *settings) { put(s, &forTyped(s).maxDepth, "MaxDepth", levels) }}
}

// RefuseUnknownMembers has typed routes refuse members of JSON bodies that their types don't
// have; otherwise these are ignored. A single struct does so with a field
//
//	_ struct{} `additionalProperties:"false"`
func RefuseUnknownMembers() Option {
	return appOption(func(s *settings) { forTyped(s).closed = true })
}

// ProblemDetails has the program answer errors in the form of RFC 9457, as
// application/problem+json: all that it answers itself, of typed and other routes, and
// those that middleware returns.
//
//	{"type": "about:blank", "title": "Not Found", "status": 404, "detail": "no such order", "code": "NotFoundError"}
//
// [Violations] are in a member errors, each with its detail, and the pointer to a value of
// the body, or the part of the request (in) and the name of the parameter. What API Gateway
// answers itself has its own form.
//
// https://www.rfc-editor.org/rfc/rfc9457
func ProblemDetails() Option {
	return appOption(func(s *settings) { s.parts.handler[problemsPart] = Parts.UseProblems })
}

// documentOption is an option of routes that documents them.
type documentOption func(*typedSettings, *settings)

func (o documentOption) route(s *settings) {
	o(forTyped(s), s)
	s.parts.operations = describeOperations
}

// Results lists the types of results of a typed route whose handler returns an interface, by
// a pointer to a value of each: app.Results(new(Order), new(Queued)).
func Results(values ...any) RouteOption {
	return documentOption(func(t *typedSettings, s *settings) { put(s, &t.results, "Results", values) })
}

// Errors documents the statuses of errors that a route's handler returns, from 400 to 599.
// Those of a request that isn't as a typed route's types say needn't be listed.
func Errors(statuses ...int) RouteOption {
	return documentOption(func(t *typedSettings, _ *settings) { t.errors = append(t.errors, statuses...) })
}

// Tags documents the groups of operations that a route belongs to. Without this option it is
// the first part of a typed route's path that isn't a parameter.
func Tags(tags ...string) RouteOption {
	return documentOption(func(t *typedSettings, s *settings) { put(s, &t.tags, "Tags", tags) })
}

// Deprecated documents that a route shouldn't be used any longer.
func Deprecated() RouteOption {
	return documentOption(func(t *typedSettings, _ *settings) { t.deprecated = true })
}
