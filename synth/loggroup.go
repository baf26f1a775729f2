package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/logs"

	"github.com/chalice-go/chalice/internal/ordered"
)

// logGroup keeps the logs of a function for a number of days. The function names
// it, and not the other way round: a group of Lambda's own name for the function may
// be there already, since Lambda makes one at any call that finds none.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
type logGroup struct {
	Function     string // name of a Function
	FunctionName string // that function's name in AWS, where the format names functions
	Days         int
}

var _ Resource = (*logGroup)(nil)

func (g *logGroup) name() string { return g.Function + "-log-group" }

// ID returns "log group" and the name.
func (g *logGroup) ID() string { return "log group " + g.name() }

func (g *logGroup) belongsTo() string { return g.Function }

func (g *logGroup) logicalID(t *stack) string { return t.id(g.name()) }

// Refs returns nothing.
func (*logGroup) Refs() []string { return nil }

// Outline is empty: the group is a line of its function's.
func (*logGroup) Outline() Outline { return Outline{} }

func (g *logGroup) sam(t *samTemplate) error {
	g.stack(t.stack)
	return nil
}

// cloudformation has the group stay that a stack had before, under Lambda's name for
// the function, with the logs in it. The reference's SAM template has no such policy.
func (g *logGroup) cloudformation(t *cfnTemplate) error {
	g.stack(t.stack).replaced = "Retain"
	return nil
}

// stack leaves the name to CloudFormation.
func (g *logGroup) stack(t *stack) *stackResource {
	return t.add(g.logicalID(t), g.ID(), &logs.LogGroup{RetentionInDays: &g.Days})
}

const tfLogGroup = "aws_cloudwatch_log_group"

// terraform has the provider end the name. Policies for what Lambda calls the
// function's groups fit it, too.
func (g *logGroup) terraform(m *tfModule) error {
	m.add(tfLogGroup, g.name(), ordered.New(
		"name_prefix", lambdaGroups+g.FunctionName+"-",
		"retention_in_days", g.Days,
	))
	return nil
}

// tf is an attribute of the group in Terraform.
func (g *logGroup) tf(attribute string) string { return tfRef(tfLogGroup, g.name(), attribute) }

// streamsOf is the ARN of the streams of a log group.
type streamsOf struct{ *logGroup }

func (g streamsOf) String() string      { return g.ID() }
func (g streamsOf) sub(t *stack) string { return g.logicalID(t) + ".Arn" } // ends with :*
func (g streamsOf) tf() string          { return g.logGroup.tf("arn") + ":*" }
