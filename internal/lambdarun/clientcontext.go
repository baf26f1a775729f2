package lambdarun

import "context"

type clientContextKey struct{}

// WithClientContext returns a context whose invocations carry a client context:
// JSON in which the caller describes itself, and which the program gets in the
// header Lambda-Runtime-Client-Context.
func WithClientContext(ctx context.Context, document string) context.Context {
	return context.WithValue(ctx, clientContextKey{}, document)
}

// clientContext returns the client context of an invocation, "" if it has none.
func clientContext(ctx context.Context) string {
	document, _ := ctx.Value(clientContextKey{}).(string)
	return document
}
