// Package httpadapter makes handlers of net/http part of an app: a router with
// all its routes and middleware, a file server, a reverse proxy.
//
//	mux := http.NewServeMux()
//	mux.HandleFunc("GET /v1/users/{id}", user)
//	httpadapter.Mount(a, "/v1", mux)
//
// The handler gets requests for the prefix and for everything below it, as it
// would from an [http.Server]: URL.Path is the path of the URL, prefix and
// trailing slash included, as it was sent. For a handler that doesn't know its
// prefix there is [http.StripPrefix], as ever:
//
//	httpadapter.Mount(a, "/files", http.StripPrefix("/files", http.FileServerFS(files)))
//
// The stage of an API and the base path of a domain are no part of URL.Path. So
// behind a stage's own address, which is https://.../api/, handlers redirect
// best to relative URLs.
//
// # What differs from a server
//
// A response is sent when its handler returns, as one piece: Flush has no
// effect, and there are no trailers, hijacked connections or websockets. The
// gateway sets Content-Length, for HEAD as well: it counts what was written.
//
// Bodies that are not text, compressed ones among them, reach the clients of a
// REST API only if the first type that they accept is one of the app's binary
// types. An app that is open to browsers needs them all: app.BinaryTypes("*/*"),
// see [app.BinaryTypes].
//
// A handler that panics answers 500, its stack in the log; with
// [http.ErrAbortHandler] there is none in the log.
package httpadapter
