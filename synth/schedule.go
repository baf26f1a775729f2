package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/events"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// schedule is a rule of EventBridge that invokes a function at times.
type schedule struct {
	event
	target
	Expression  string
	Description string
}

var _ Resource = (*schedule)(nil)

func newSchedule(m app.FunctionModel, f *function) Resource {
	if m.Schedule.Scheduler != nil {
		return newSchedulerSchedule(m.Schedule, f)
	}
	return &schedule{
		event:       event{f, "event"},
		target:      scheduleTarget(m.Schedule),
		Expression:  m.Schedule.Expression,
		Description: m.Schedule.Description,
	}
}

func scheduleTarget(m *app.ScheduleModel) target {
	return target{Input: m.Input, Retry: m.Retry, DeadLetters: m.DeadLetterQueue}
}

// Outline is the schedule itself.
func (s *schedule) Outline() Outline {
	return Outline{Kind: "schedule", Name: s.Expression, Calls: []Call{{To: s.Function.ID()}}}
}

func (s *schedule) sam(t *samTemplate) error {
	t.samEvent(s.event, "Schedule", serverless.Function_Properties{
		ScheduleEvent: &serverless.Function_ScheduleEvent{
			Schedule: s.Expression, Description: optional(s.Description), Input: optional(s.Input),
		},
	}, s.samFurther()...)
	return checkFilledIn(s.DeadLetters)
}

func (s *schedule) cloudformation(t *cfnTemplate) error {
	t.addRule(s.event, s.target, &events.Rule{ScheduleExpression: &s.Expression, Description: optional(s.Description)})
	return checkFilledIn(s.DeadLetters)
}

func (s *schedule) terraform(m *tfModule) error {
	m.tfRule(s.event, s.target, ordered.New("schedule_expression", s.Expression, "description", tfText(s.Description)))
	return nil
}
