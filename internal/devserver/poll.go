package devserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lambdarun"
	"github.com/chalice-go/chalice/internal/poller"
)

// preparePolling makes a poller for the queues and streams of all generations,
// if options say where they are.
func (s *Server) preparePolling(ctx context.Context) error {
	o := s.options
	if o.EndpointURL == "" && o.Profile == "" {
		return nil
	}
	p, err := poller.New(ctx, poller.Options{
		Endpoint: o.EndpointURL, Profile: o.Profile,
		Inform: func(line string) { s.journal.Print(Line{Level: levelInfo, Text: line}) },
		Warn:   func(line string) { s.journal.Print(Line{Level: levelWarn, Text: line}) },
	})
	if err != nil {
		return err
	}
	s.poller = p
	s.aws["AWS_REGION"] = cmp.Or(s.aws["AWS_REGION"], p.Region()) // the poller and the functions use the same region
	s.options.Companions = append(slices.Clip(o.Companions), poll)
	return nil
}

// poll polls the queues and streams of a generation, but for those with made-up
// names. Each batch is an entry of the journal.
func poll(ctx context.Context, s *Server, g *Generation) {
	model := *g.Model
	model.Functions = slices.DeleteFunc(slices.Clone(model.Functions), func(f app.FunctionModel) bool {
		_, madeUp := g.madeUp[f.Name]
		return madeUp
	})
	s.poller.Run(ctx, poller.App{
		Model: &model, Stage: g.Stage, Concurrency: s.workers(),
		Begin: func(ctx context.Context, b poller.Batch) (context.Context, func(poller.Result)) {
			id := s.journal.Begin(Poll, "", b.Source)
			return WithEntry(ctx, id), func(r poller.Result) { s.journal.EndBatch(id, g.located(b.Function, r.Err), r.Next) }
		},
		Invoke: func(ctx context.Context, id, function string, event []byte) ([]byte, error) {
			answer, err := g.invoke(ctx, id, function, event, nil)
			if _, busy := errors.AsType[*lambdarun.BusyError](err); busy {
				err = fmt.Errorf("%w: %w", poller.ErrThrottled, err)
			}
			return answer, err
		},
		ARN: func(function string) string { return g.FunctionARN(g.FunctionName(function)) },
	})
}
