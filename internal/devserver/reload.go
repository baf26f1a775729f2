package devserver

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lambdarun"
	packager "github.com/chalice-go/chalice/package"
)

// reload builds the app, and builds it again for each change, until the context
// is done. A change ends a build that has begun. The error is that of a first
// build which failed for another reason than the source.
func (s *Server) reload(ctx context.Context, w *watcher) error {
	c := change{at: s.started}
	for ctx.Err() == nil {
		w.begin()
		began := time.Now()
		building, cancel := context.WithCancel(ctx)
		done, hopeless := make(chan struct{}), make(chan error, 1)
		go func() {
			defer close(done)
			sources, err := s.rebuild(building, c)
			if building.Err() != nil {
				return
			}
			if s.isFirst() && err != nil && !isOfSource(err) {
				hopeless <- err
				return
			}
			if s.learn(building, w, sources, began) == nil && err == nil {
				w.setSure()
			}
		}()
		var next change
		select {
		case next = <-w.changes:
		case err := <-hopeless:
			cancel()
			return err
		case <-ctx.Done():
		}
		if s.isBuilding() { // what changed before is in the next build as well
			files, at := next.files, c.at
			next = c
			next.add(files)
			next.at = at
		}
		cancel()
		<-done
		c = next
	}
	return nil
}

// isFirst reports whether there was only one build so far.
func (s *Server) isFirst() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.number == 1
}

// isOfSource reports whether a build failed because of the app's source, which
// a developer is about to mend.
func isOfSource(err error) bool {
	return errors.As(err, new(*packager.CompileError)) || errors.As(err, new(*packager.GoError)) || errors.As(err, new(*packager.CgoError)) || errors.As(err, new(*packager.DescribeError)) ||
		errors.As(err, new(app.Mistakes)) || errors.As(err, new(*lambdarun.ExitError)) || errors.As(err, new(*lambdarun.TimeoutError))
}

// learn tells the watcher which files are source. If the build couldn't tell, that can
// take its time: until then, everything that could be source is watched.
func (s *Server) learn(ctx context.Context, w *watcher, sources *packager.Sources, began time.Time) (err error) {
	if sources == nil {
		sources, err = packager.FindSources(ctx, s.input())
	}
	if err == nil {
		w.learn(ctx, sources, began)
	}
	return err
}

// rebuild makes a new generation and replaces the current one. If the build
// fails, the current one keeps running, but requests get the error. The sources are nil
// if the build doesn't tell them.
func (s *Server) rebuild(ctx context.Context, c change) (sources *packager.Sources, err error) {
	number := s.beginBuild()
	s.journal.Built(Build{Generation: number, State: Building, Reason: c.describe(s.dir)})
	g, err := s.newGeneration(ctx, number)
	if err == nil {
		sources = g.sources
		g.changed = c.at
		if s.debugger != nil {
			s.stopCurrent() // the port of the debugger has to be free
		}
		if err = g.warm(ctx); err != nil {
			g.retire()
		}
	}
	switch {
	case ctx.Err() != nil: // the next build calls settle
		if err == nil {
			g.retire()
		}
		return nil, context.Cause(ctx)
	case err != nil:
		s.journal.Built(Build{Generation: number, State: Failed, Fatal: number == 1 && (!s.options.AutoReload || !isOfSource(err)), Error: err.Error(), Duration: time.Since(c.at)})
		s.settle(nil, err)
		return sources, err
	}
	s.warnOfStage(g)
	if !s.options.Once {
		s.warnOfTriggers(g)
	}
	s.openSockets(g)
	s.accompany(g)
	g.Built = time.Now()
	s.settle(g, nil)
	s.journal.Built(Build{Generation: number, State: Ready, Duration: time.Since(c.at)})
	return sources, nil
}

// stopCurrent ends the current generation at once.
func (s *Server) stopCurrent() {
	s.mu.Lock()
	g := s.current
	s.mu.Unlock()
	if g != nil {
		g.retire()
		g.close()
	}
}

// beginBuild returns the number of a new build. Requests wait until that ends.
func (s *Server) beginBuild() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	if isClosed(s.settled) {
		s.settled = make(chan struct{})
	}
	return s.number
}

func (s *Server) isBuilding() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !isClosed(s.settled)
}

// accompany starts the companions of a generation, which run until it is
// replaced.
func (s *Server) accompany(g *Generation) {
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, companion := range s.options.Companions {
		running.Go(func() { companion(ctx, s, g) })
	}
	g.stop = sync.OnceFunc(func() {
		stop()
		running.Wait()
	})
}

// settle records how a build ended. Requests that wait for it go on.
func (s *Server) settle(g *Generation, failure error) {
	s.mu.Lock()
	var old *Generation
	if g != nil {
		old, s.current = s.current, g
	}
	s.failure = failure
	close(s.settled)
	s.mu.Unlock()
	if old != nil {
		go old.retire()
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
