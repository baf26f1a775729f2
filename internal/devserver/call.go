package devserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

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

// delays are the pauses before an asynchronous event is tried again. Lambda
// waits as often, for one and for two minutes.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
var delays = []time.Duration{time.Second, 2 * time.Second}

// CallLater invokes a function as Lambda does for an asynchronous event: again if it
// fails, in the end with a line in the journal. It returns when that is over.
func (s *Server) CallLater(ctx context.Context, c Call) {
	c.RequestID = cmp.Or(c.RequestID, requestid.New())
	for attempt := 0; ; {
		_, _, err := s.Call(ctx, c)
		var busy *lambdarun.BusyError
		switch {
		case err == nil, errors.Is(err, lambdarun.ErrClosed):
			return
		case errors.As(err, &busy):
			continue // Lambda keeps such events for hours
		case attempt == len(delays):
			s.journal.Print(Line{Level: levelError, Function: c.Function, Text: fmt.Sprintf(
				"%s failed %d times for the same event, which is given up: %v", c.Function, attempt+1, err)})
			return
		}
		pause := time.NewTimer(delays[attempt])
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return
		}
		attempt++
	}
}
