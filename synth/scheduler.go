package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/iam"
	"github.com/awslabs/goformation/v7/cloudformation/scheduler"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// schedulerSchedule is a schedule of EventBridge Scheduler, with a role that may invoke
// its function and nothing else. Both are plain resources for SAM too, whose own kind of
// schedules has names that collide between stacks.
type schedulerSchedule struct {
	event
	target
	Expression    string
	Description   string
	Timezone      string // empty: UTC
	WindowMinutes int    // 0: none
	From, Until   string // as in RFC 3339; empty: no limit
}

var _ Resource = (*schedulerSchedule)(nil)

func newSchedulerSchedule(m *app.ScheduleModel, f *function) Resource {
	return &schedulerSchedule{
		event:         event{f, "schedule"},
		target:        scheduleTarget(m),
		Expression:    m.Expression,
		Description:   m.Description,
		Timezone:      m.Scheduler.Timezone,
		WindowMinutes: m.Scheduler.FlexibleWindowMinutes,
		From:          m.Scheduler.From,
		Until:         m.Scheduler.Until,
	}
}

// Outline is the schedule, with its time zone as a note.
func (s *schedulerSchedule) Outline() Outline {
	return Outline{Kind: "schedule", Name: s.Expression, Note: s.Timezone, Calls: []Call{{To: s.Function.ID()}}}
}

// roleName is the name of the role that the schedule has in its format.
func (s *schedulerSchedule) roleName() string { return s.name() + "-role" }

// statements are what the role may do.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role
func (s *schedulerSchedule) statements() []statement {
	list := []statement{{sid: "Invoke", actions: []string{"lambda:InvokeFunction"}, resources: []text{{arnOf{s.Function}}}}}
	if s.DeadLetters != "" {
		list = append(list, statement{sid: "DeadLetters", actions: []string{"sqs:SendMessage"}, resources: []text{{s.DeadLetters}}})
	}
	return list
}

// schedulerTrust lets EventBridge Scheduler assume a role for schedules of the account
// that the app is deployed to, and not for those of others.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
func schedulerTrust(account any) *ordered.Object {
	return serviceTrust("scheduler", ordered.New("StringEquals", ordered.New("aws:SourceAccount", account)))
}

func (s *schedulerSchedule) sam(t *samTemplate) error { return s.stack(t.stack) }

func (s *schedulerSchedule) cloudformation(t *cfnTemplate) error { return s.stack(t.stack) }

func (s *schedulerSchedule) stack(t *stack) error {
	id, roleID, function := t.id(s.name()), t.id(s.roleName()), s.Function.logicalID(t)
	policy, err := policyDocument(s.statements(), t.joined)
	if err != nil {
		return err
	}
	t.addRole(roleID, s.ID(), schedulerTrust(cfn.Ref("AWS::AccountId")), iam.Role_Policy{PolicyName: "Schedule", PolicyDocument: policy})
	t.follow(roleID, function)
	schedule := &scheduler.Schedule{
		Description:                optional(s.Description),
		ScheduleExpression:         s.Expression,
		ScheduleExpressionTimezone: optional(s.Timezone),
		StartDate:                  optional(s.From),
		EndDate:                    optional(s.Until),
		FlexibleTimeWindow:         &scheduler.Schedule_FlexibleTimeWindow{Mode: s.mode()},
		Target:                     &scheduler.Schedule_Target{Arn: t.text(s.Function.invoked(t)), RoleArn: t.text(cfn.GetAtt(roleID, "Arn"))},
	}
	if s.WindowMinutes > 0 {
		schedule.FlexibleTimeWindow.MaximumWindowInMinutes = new(float64(s.WindowMinutes))
	}
	s.fillSchedule(schedule.Target)
	t.add(id, s.ID(), schedule)
	t.follow(id, function)
	return checkFilledIn(s.DeadLetters)
}

// mode says whether the schedule has a flexible window.
func (s *schedulerSchedule) mode() string {
	if s.WindowMinutes > 0 {
		return "FLEXIBLE"
	}
	return "OFF"
}

func (s *schedulerSchedule) terraform(m *tfModule) error {
	policy, err := policyDocument(s.statements(), tfJoined)
	if err != nil {
		return err
	}
	name := s.Function.FunctionName + "-schedule"
	role := m.addRole(s.roleName(), m.named("the role of "+s.ID(), name, tfRuleName), schedulerTrust(tfAccount))
	m.addRolePolicy(s.roleName(), s.roleName(), "Schedule", policy)
	window := ordered.New("mode", s.mode())
	if s.WindowMinutes > 0 {
		window.Add("maximum_window_in_minutes", s.WindowMinutes)
	}
	body := ordered.New("name", name, "schedule_expression", s.Expression)
	for _, p := range []struct{ name, value string }{
		{"schedule_expression_timezone", s.Timezone}, {"start_date", s.From}, {"end_date", s.Until}, {"description", tfText(s.Description)},
	} {
		if p.value != "" {
			body.Add(p.name, p.value)
		}
	}
	body.Add("flexible_time_window", window)
	body.Add("target", s.tf(ordered.New("arn", s.Function.tfInvoked(), "role_arn", role)))
	m.add("aws_scheduler_schedule", s.name(), body)
	return nil
}
