package synth

import "github.com/awslabs/goformation/v7/cloudformation/logs"

// LogGroup keeps the logs of a function for a number of days.
type LogGroup struct {
	Function     string // name of a Function
	FunctionName string // that function's name in AWS
	Days         int
}

var _ Resource = (*LogGroup)(nil)

func (g *LogGroup) name() string { return g.Function + "-log-group" }

// ID gives "log group" and the name.
func (g *LogGroup) ID() string { return "log group " + g.name() }

func (g *LogGroup) belongsTo() string { return g.Function }

// Refs gives the function, after whose name in AWS the group is named.
func (g *LogGroup) Refs() []string { return []string{functionID(g.Function)} }

func (g *LogGroup) sam(t *samTemplate) error { return g.stack(t.stack) }

func (g *LogGroup) cloudformation(t *cfnTemplate) error { return g.stack(t.stack) }

func (g *LogGroup) stack(t *stack) error {
	function := (&Function{Name: g.Function}).logicalID(t)
	t.add(t.id(g.name()), g.ID(), &logs.LogGroup{
		LogGroupName:    new(t.text(sub("/aws/lambda/${" + function + "}"))),
		RetentionInDays: &g.Days,
	})
	return nil
}

func (g *LogGroup) terraform(m *tfModule) error {
	m.add("aws_cloudwatch_log_group", g.name(), object(
		"name", "/aws/lambda/"+g.FunctionName,
		"retention_in_days", g.Days,
	))
	return nil
}
