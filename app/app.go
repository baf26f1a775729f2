package app

import "sync"

// App is a serverless application: a name, settings, and what it declares.
// Make one with [New]. Handlers are declared before the app starts, by one
// goroutine or several.
type App struct {
	declarations

	name     string
	settings settings
	site     site

	frozen   sync.Once
	registry *Registry
	mistakes Mistakes
}

// New makes an app. Its name becomes part of the names of what is deployed, unless the
// configuration has another one (app_name). An app without a name has a mistake, which
// [App.Registry] reports.
func New(name string, options ...Option) *App {
	a := &App{name: name, site: here()}
	for _, o := range options {
		if o != nil {
			o.app(&a.settings)
		}
	}
	return a
}

// Option is a setting of [New].
type Option interface{ app(*settings) }

type appOption func(*settings)

func (o appOption) app(s *settings) { o(s) }

// Debug makes responses to unexpected errors carry the error's text, and logs
// at debug level. It isn't for production.
func Debug() Option {
	return appOption(func(s *settings) { s.debug = true })
}

// BinaryTypes replaces [DefaultBinaryTypes]: the media types whose bodies are
// bytes, which a REST API has to be told. Without types, no body is binary.
// Whatever a route returns under one of them, text as well, is sent as bytes.
//
// A client gets these bytes if its Accept header names a binary type first;
// any other client that names one, or */*, gets their base64 as text, of which
// the log warns, and the rest get status 400. Browsers name text/html first, so
// an app that has them open or download files needs
//
//	app.BinaryTypes("*/*")
//
// With */* everything is binary and every client gets bytes, whatever it
// accepts. HTTP APIs, functions' URLs and load balancers have no binary types:
// their clients get bytes in any case.
func BinaryTypes(types ...string) Option {
	return appOption(func(s *settings) {
		put(s, &s.binaryTypes, "BinaryTypes", append([]string{}, types...))
	})
}

// DefaultCORS lets browsers of other origins call every route that doesn't say
// otherwise with [CORS] or [NoCORS]. Without a configuration the default one
// applies, see [CORSConfig].
func DefaultCORS(config ...CORSConfig) Option {
	return appOption(func(s *settings) { s.putCORS("DefaultCORS", config) })
}

// DefaultBinaryTypes returns the media types that are binary in an app that has
// no [BinaryTypes].
func DefaultBinaryTypes() []string {
	return []string{
		"application/octet-stream", "application/x-tar", "application/zip",
		"audio/basic", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav", "audio/webm",
		"image/png", "image/jpg", "image/jpeg", "image/gif",
		"video/ogg", "video/mpeg", "video/webm",
	}
}

// Registry checks what the app declares, and returns its handlers and its
// model. The error is of type [Mistakes], and holds everything that is wrong.
// The first call freezes the app: what is registered after it is a mistake.
func (a *App) Registry() (*Registry, error) {
	if mistakes := a.freeze(); len(mistakes) > 0 {
		return nil, mistakes
	}
	return a.registry, nil
}

// Describe returns the app as plain data, with all that is wrong with it in the
// model's Mistakes. It freezes the app as Registry does.
func (a *App) Describe() *Model {
	mistakes := a.freeze()
	m := *a.registry.Model()
	m.Mistakes = mistakes
	return &m
}

// freeze ends the time of registering and returns all mistakes so far.
func (a *App) freeze() Mistakes {
	a.frozen.Do(func() { a.registry, a.mistakes = freeze(a) })
	return append(a.mistakes[:len(a.mistakes):len(a.mistakes)], a.late()...)
}
