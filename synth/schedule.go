package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/events"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// schedule invokes a function at times.
type schedule struct {
	event
	Expression  string
	Description string
}

var _ Resource = (*schedule)(nil)

func newSchedule(m app.FunctionModel, f *function) Resource {
	return &schedule{
		event:       event{f, "event"},
		Expression:  m.Schedule.Expression,
		Description: m.Schedule.Description,
	}
}

// Outline is the schedule itself.
func (s *schedule) Outline() Outline {
	return Outline{Kind: "schedule", Name: s.Expression, Calls: []Call{{To: s.Function.ID()}}}
}

func (s *schedule) sam(t *samTemplate) error {
	t.samEvent(s.event, "Schedule", serverless.Function_Properties{
		ScheduleEvent: &serverless.Function_ScheduleEvent{Schedule: s.Expression, Description: s.description()},
	})
	return nil
}

func (s *schedule) cloudformation(t *cfnTemplate) error {
	t.addRule(s.event, &events.Rule{ScheduleExpression: &s.Expression, Description: s.description()})
	return nil
}

// description is nil where there is none.
func (s *schedule) description() *string {
	if s.Description == "" {
		return nil
	}
	return &s.Description
}

func (s *schedule) terraform(m *tfModule) error {
	m.tfRule(s.event, ordered.New("schedule_expression", s.Expression, "description", tfText(s.Description)))
	return nil
}
