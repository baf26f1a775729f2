package devserver

import (
	"cmp"
	"context"

	"github.com/chalice-go/chalice/internal/lambdarun"
	"github.com/chalice-go/chalice/internal/requestid"
)

// Call is an invocation of a function by a caller who names it, or by what has
// happened.
type Call struct {
	Function  string // as the app calls it
	Event     []byte
	RequestID string // empty: a new one
	// ClientContext is JSON in which the caller describes itself; empty: none.
	ClientContext string
	// Happened is what a source of events sends to the function, for people; empty: a
	// caller names the function.
	Happened string
}

// Call invokes a function of the current generation, for a journal entry of the
// kind [Invoke], or [Happening] if something has happened. It also returns what is
// known of the invocation: all lines of its log if it has ended. The payload and the
// error are those of [Generation.Invoke].
func (s *Server) Call(ctx context.Context, c Call) ([]byte, Invocation, error) {
	c.RequestID = cmp.Or(c.RequestID, requestid.New())
	g, err := s.acquire(ctx)
	if err != nil {
		return nil, Invocation{RequestID: c.RequestID}, err
	}
	defer g.release()
	kind, path := Invoke, c.Function
	if c.Happened != "" {
		kind, path = Happening, c.Happened+" to "+c.Function
	} else {
		ctx = byHand(ctx)
	}
	entry := s.journal.Begin(kind, "", path)
	ctx = lambdarun.WithClientContext(WithEntry(ctx, entry), c.ClientContext)
	payload, err := g.invoke(ctx, c.RequestID, c.Function, c.Event, nil)
	about := s.journal.invocation(c.RequestID)
	s.journal.End(entry, 0, g.located(c.Function, err))
	return payload, about, err
}
