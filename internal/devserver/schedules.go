package devserver

import (
	"context"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/delivery"
	"github.com/chalice-go/chalice/internal/requestid"
	"github.com/chalice-go/chalice/internal/schedule"
)

// runSchedules invokes the functions of a generation that have schedules, each when it
// is time, until the context is done. A rate counts from the start of the server, so
// that a change of the source doesn't begin it anew.
func runSchedules(ctx context.Context, s *Server, g *Generation) {
	var running sync.WaitGroup
	for i := range g.Model.Functions {
		f := &g.Model.Functions[i]
		if f.Schedule == nil {
			continue
		}
		times, err := scheduleOf(f.Schedule, s.started)
		if err != nil {
			s.warnf("%s isn't invoked by its schedule: %v", f.Name, err)
			continue
		}
		running.Go(func() { s.runSchedule(ctx, f, times) })
	}
	running.Wait()
}

// scheduleOf returns when a schedule's time comes.
func scheduleOf(m *app.ScheduleModel, began time.Time) (*schedule.Schedule, error) {
	var o schedule.Options
	var err error
	if m.Scheduler != nil {
		if o.Zone, err = time.LoadLocation(m.Scheduler.Timezone); err != nil { // empty: UTC
			return nil, err
		}
		if o.From, err = parseTime(m.Scheduler.From); err != nil {
			return nil, err
		}
		if o.Until, err = parseTime(m.Scheduler.Until); err != nil {
			return nil, err
		}
	}
	return schedule.Parse(m.Expression, began, o)
}

// parseTime reads a time of a model; an empty one is the zero time.
func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.RFC3339, text)
}

// runSchedule invokes a function at the times of its schedule.
func (s *Server) runSchedule(ctx context.Context, f *app.FunctionModel, times *schedule.Schedule) {
	if next, ok := times.Next(time.Now()); ok {
		s.say("%s is invoked next at %s, by its schedule", f.Name, next.Format("2006-01-02 15:04:05 MST"))
	} else {
		s.say("%s isn't invoked by its schedule, which is over: %s", f.Name, f.Schedule.Expression)
	}
	for now := time.Now(); ; {
		next, ok := times.Next(now)
		if !ok {
			return
		}
		timer := time.NewTimer(time.Until(next))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		if !s.fires(f.Name, next) {
			now = next
			continue
		}
		event := delivery.Scheduled(f, delivery.Moment{Time: next, ID: requestid.New(), Region: s.Region(), Account: Account})
		go s.CallLater(context.WithoutCancel(ctx), Call{Function: f.Name, Event: event, Happened: f.Schedule.Expression})
		now = next
		if late := time.Now(); late.Sub(next) > time.Minute { // the machine was asleep: what it missed isn't made up for
			now = late
		}
	}
}

// fires reports whether a function's time comes for the first time: when the source has
// changed, two generations can have the same schedule for a moment.
func (s *Server) fires(function string, at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !at.After(s.fired[function]) {
		return false
	}
	s.fired[function] = at
	return true
}
