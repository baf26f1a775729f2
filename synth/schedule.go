package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/events"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
)

// Schedule invokes a function at times.
type Schedule struct {
	event
	Expression  string
	Description string
}

var _ Resource = (*Schedule)(nil)

func newSchedule(m app.FunctionModel, f *Function) Resource {
	return &Schedule{
		event:       event{f, "event"},
		Expression:  m.Schedule.Expression,
		Description: m.Schedule.Description,
	}
}

func (s *Schedule) sam(t *samTemplate) error {
	t.samEvent(s.event, "Schedule", serverless.Function_Properties{
		ScheduleEvent: &serverless.Function_ScheduleEvent{Schedule: s.Expression, Description: s.description()},
	})
	return nil
}

func (s *Schedule) cloudformation(t *cfnTemplate) error {
	t.addRule(s.event, &events.Rule{ScheduleExpression: &s.Expression, Description: s.description()})
	return nil
}

// description is nil where there is none.
func (s *Schedule) description() *string {
	if s.Description == "" {
		return nil
	}
	return &s.Description
}

func (s *Schedule) terraform(m *tfModule) error {
	m.tfRule(s.event, object("schedule_expression", s.Expression, "description", tfText(s.Description)))
	return nil
}
