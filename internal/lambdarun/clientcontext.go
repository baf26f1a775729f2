package lambdarun

import "context"

type clientContextKey struct{}

// WithClientContext returns invocations with that context what their caller says of
// itself: JSON, which the program gets in the header Lambda-Runtime-Client-Context.
func WithClientContext(ctx context.Context, document string) context.Context {
	return context.WithValue(ctx, clientContextKey{}, document)
}

// clientContext returns what the caller of an invocation says of itself; "" for
// nothing.
func clientContext(ctx context.Context) string {
	document, _ := ctx.Value(clientContextKey{}).(string)
	return document
}
