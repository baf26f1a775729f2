package devserver

import "context"

type entryKey struct{}

// WithEntry returns a context whose invocations belong to an entry of the
// journal.
func WithEntry(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, entryKey{}, id)
}

// entryOf returns the entry of a context, "" if there is none.
func entryOf(ctx context.Context) string {
	id, _ := ctx.Value(entryKey{}).(string)
	return id
}
