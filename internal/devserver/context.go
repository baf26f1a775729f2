package devserver

import "context"

type entryKey struct{}

// WithEntry makes invocations with that context belong to an entry of the
// journal.
func WithEntry(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, entryKey{}, id)
}

// entryOf returns the entry that a context belongs to; "" for none.
func entryOf(ctx context.Context) string {
	id, _ := ctx.Value(entryKey{}).(string)
	return id
}
