package devserver

import (
	"context"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/internal/delivery"
)

// Happen hands an event to all functions that AWS would invoke with it, each as
// [Server.CallLater] does, and doesn't wait for them. What says what has happened, for
// people. If no function gets the event, a line in the journal says why. An error is
// that of an app that doesn't run.
func (s *Server) Happen(ctx context.Context, what string, e *delivery.Event) error {
	g, err := s.Await(ctx)
	if err != nil {
		return err
	}
	routes, err := g.routes()
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	var missed []string
	got := false
	for _, d := range routes.Route(e) {
		if len(d.Payloads) == 0 {
			missed = append(missed, d.Function+": "+d.Why)
			continue
		}
		got = true
		s.handOver(ctx, what, d)
	}
	switch {
	case got:
	case len(missed) == 0:
		s.journal.Print(Line{Level: levelInfo, Text: what + ": no function of the app is for events of " + e.Source()})
	default:
		const most = 5
		if more := len(missed) - most; more > 0 {
			missed = append(missed[:most], fmt.Sprintf("and %d more", more))
		}
		s.journal.Print(Line{Level: levelInfo, Text: what + ": no function gets it; " + strings.Join(missed, "; ")})
	}
	return nil
}

// handOver invokes a function with what it gets, without waiting for it.
func (s *Server) handOver(ctx context.Context, what string, d delivery.Delivery) {
	for _, p := range d.Payloads {
		go s.CallLater(ctx, Call{Function: d.Function, Event: p.Event, Happened: what})
	}
}

type byHandKey struct{}

// byHand returns a context for an event that somebody has chosen for a function.
func byHand(ctx context.Context) context.Context { return context.WithValue(ctx, byHandKey{}, true) }

// remark says in the log of an invocation if AWS wouldn't deliver its event.
func (g *Generation) remark(ctx context.Context, requestID, function string, event []byte) {
	if ctx.Value(byHandKey{}) == nil {
		return
	}
	routes, err := g.routes()
	if err != nil {
		return // the start has said so
	}
	if why := routes.Explain(function, event); why != "" {
		g.server.journal.Print(Line{
			Level: levelWarn, Function: function, RequestID: requestID,
			Text: "AWS wouldn't invoke " + function + " with this event: " + why,
		})
	}
}
