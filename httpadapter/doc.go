// Package httpadapter makes handlers of net/http part of an app: a router with
// all its routes and middleware, a file server, a reverse proxy.
//
//	mux := http.NewServeMux()
//	mux.HandleFunc("GET /v1/users/{id}", user)
//	httpadapter.Mount(a, "/v1", mux)
//
// The handler gets requests for the prefix and for everything below it, as it
// would from an [http.Server]: URL.Path is the path of the URL as it was sent,
// including the prefix and a trailing slash. For a handler that doesn't know
// its prefix there is [http.StripPrefix]:
//
//	httpadapter.Mount(a, "/files", http.StripPrefix("/files", http.FileServerFS(files)))
//
// URL.Path contains neither the stage of an API nor the base path of a domain.
// So behind a stage's own address, https://.../api/, handlers should redirect
// to relative URLs.
//
// # What differs from a server
//
// A response is sent when its handler returns, in one piece: Flush has no
// effect, and there are no trailers, hijacked connections or websockets. The
// gateway sets Content-Length, also for HEAD: it is the length of what was
// written.
//
// Bodies that aren't text, such as compressed ones, reach the clients of a REST
// API only if the first type that they accept is one of the app's binary types.
// An app for browsers needs all types to be binary: app.BinaryTypes("*/*"), see
// [app.BinaryTypes].
//
// If a handler panics, the response has status 500, and the log has the stack;
// for a panic with [http.ErrAbortHandler] nothing is logged.
package httpadapter
