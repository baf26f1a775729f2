package arn

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// form makes the ARNs of a resource from what names it; nil if that doesn't tell.
type form func(m *Maker, t Target, value Resource) []Resource

// forms has the types of resources whose ARN isn't just a fixed text and the name, or
// is named by more than that, each with its service. All others have the form that
// AWS's lists say.
var forms = map[string]form{
	"sts:role": givenARN, "dynamodb:stream": givenARN, "dynamodb:backup": givenARN,
	"sns:topic":             namedOr(givenARN, "sns", "", "Name"),
	"states:statemachine":   namedOr(givenARN, "states", "stateMachine:", "Name"),
	"states:arn":            execution,
	"kms:alias":             func(m *Maker, _ Target, v Resource) []Resource { return []Resource{m.named("kms", "", v)} },
	"kms:key":               key,
	"sqs:queue":             queue,
	"s3:bucket":             bucket,
	"s3:object":             object,
	"s3express:bucket":      directory("bucket/"),
	"s3express:accesspoint": directory("accesspoint/"),
	"secretsmanager:secret": secret,
	"ssm:parameter":         parameter,
	"lambda:function":       function,
	"lambda:function alias": alias,
	"logs:log-group":        logs, "logs:log-stream": logs,
	"logs:destination": namedOr(destination, "logs", "destination:", "DestinationName"),
	"dynamodb:table":   table,
	"dynamodb:index":   index,
	"scheduler:schedule": func(m *Maker, _ Target, v Resource) []Resource {
		return []Resource{m.named("scheduler", "schedule/", v)} // within its group
	},
	"events:rule-on-custom-event-bus": rule, "events:rule-on-default-event-bus": rule,
	"iam:role": atPath("iam:role"), "iam:user": atPath("iam:user"), "iam:group": atPath("iam:group"),
	"iam:policy": atPath("iam:policy"), "iam:instance-profile": atPath("iam:instance-profile"), "iam:server-certificate": atPath("iam:server-certificate"),
	"ecs:task-definition":             revised("ecs", "task-definition/"),
	"batch:job-definition":            revised("batch", "job-definition/"),
	"batch:job-definition-revision":   revised("batch", "job-definition/"),
	"batch:job":                       submitted("batch:job"),
	"batch:consumable-resource":       submitted("batch:consumable-resource"),
	"batch:compute-environment":       named("batch:compute-environment"),
	"autoscaling:autoScalingGroup":    scaling("autoScalingGroup:*:autoScalingGroupName/"),
	"autoscaling:launchConfiguration": scaling("launchConfiguration:*:launchConfigurationName/"),
	"batch:job-queue":                 named("batch:job-queue"),
	"sagemaker:endpoint":              named("sagemaker:endpoint"),
	"redshift-data:workgroup":         ofUnknownID("redshift-data:workgroup"),
	"ssm:document":                    document,
	"mq:brokers":                      broker,
	"ses:identity":                    identity,
	"bedrock:foundation-model":        model,
	"bedrock:guardrail-profile":       guardrailProfile,
	"route53:hostedzone":              lastSegment("route53:hostedzone"),
	"route53:change":                  lastSegment("route53:change"),
	"route53:delegationset":           lastSegment("route53:delegationset"),
	"timestream:table":                tableOf,
}

// form returns the ARNs of a type of resource; nil if the value doesn't tell.
func (m *Maker) form(t Target, typ string, value Resource) []Resource {
	if f := forms[typ]; f != nil {
		return f(m, t, value)
	}
	if strings.HasSuffix(typ, ":"+sdk.AnyType) {
		return givenARN(m, t, value)
	}
	made := m.listed(t, typ, value)
	if service, _, _ := strings.Cut(typ, ":"); slices.Contains(lowerCase, service) {
		made = append(made, m.listed(t, typ, inLowerCase(value))...)
	}
	return made
}

// lowerCase are the services that keep names in lower case, however they are written.
var lowerCase = []string{"elasticache", "memorydb", "rds", "redshift", "redshift-data"}

// givenARN is the form of what the SDK takes an ARN for, so that an intrinsic is one.
func givenARN(_ *Maker, _ Target, value Resource) []Resource {
	if value.isARN() || value[0].Kind == Value {
		return []Resource{value}
	}
	return nil
}

// namedOr is a form for what inputs name by its ARN, but for one field, which has the
// name alone.
func namedOr(given form, service, before, field string) form {
	return func(m *Maker, t Target, value Resource) []Resource {
		if t.Field == field {
			return []Resource{m.named(service, before, value)}
		}
		return given(m, t, value)
	}
}

// execution is the form of what Step Functions takes an ARN for. An execution can be known
// by its state machine's ARN alone: then it is any of that machine's.
func execution(m *Maker, t Target, value Resource) []Resource {
	if t.Field != "ExecutionArn" || !value.isARN() && value[0].Kind != Value {
		return givenARN(m, t, value)
	}
	if value[0].Kind == Value {
		// arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME
		name := map[string]any{"Fn::Select": []any{6, map[string]any{"Fn::Split": []any{":", value[0].Value}}}}
		return []Resource{m.here("states", "execution:").with(ResourcePart{Kind: Value, Value: name}, text(":*"))}
	}
	segments := value.split(":")
	if len(segments) < 7 || segments[5].String() != "stateMachine" {
		return []Resource{value}
	}
	var made Resource
	for _, s := range segments[:5] {
		made = append(append(made, s...), text(":"))
	}
	return []Resource{join(append(append(append(made, text("execution:")), segments[6]...), text(":*")))}
}

// rule makes the ARN of a rule, named BUS/RULE. The bus can be named by its ARN, and that
// of the default bus isn't in the ARNs of rules.
func rule(m *Maker, _ Target, value Resource) []Resource {
	const of, rules, byDefault = ":event-bus/", ":rule/", "default/"
	first := value[0]
	switch bus := first.Text; {
	case first.Kind == Value && (Resource{first}).isARN():
		return nil // it can't be taken apart
	case strings.HasPrefix(bus, "*/"):
		name := Resource{text(strings.TrimPrefix(bus, "*/"))}.with(value[1:]...)
		return []Resource{m.named("events", "rule/", name), m.named("events", "rule/*/", name)}
	case strings.HasPrefix(bus, byDefault):
		return []Resource{m.named("events", "rule/", Resource{text(strings.TrimPrefix(bus, byDefault))}.with(value[1:]...))}
	case !value.isARN():
		return []Resource{m.named("events", "rule/", value)}
	}
	given := slices.Clone(value)
	for i, p := range given {
		given[i].Text = strings.Replace(strings.Replace(p.Text, of+byDefault, rules, 1), of, rules, 1)
	}
	return []Resource{given}
}

// logs makes the ARNs of a log group and of what is in it. An ARN can end in :* itself.
func logs(m *Maker, _ Target, value Resource) []Resource {
	if last := len(value) - 1; value.isARN() && strings.HasSuffix(value[last].Text, ":*") {
		value = value[:last:last].with(text(strings.TrimSuffix(value[last].Text, ":*")))
	}
	return suffixed(m.named("logs", "log-group:", value), "", ":*")
}

// destination is the form of where a log group's subscription leads. What is of another
// service is no resource of CloudWatch Logs.
func destination(m *Maker, t Target, value Resource) []Resource {
	if given, ok := value.plain(); ok && strings.Count(given, ":") > 2 && strings.Split(given, ":")[2] != "logs" {
		return []Resource{}
	}
	return givenARN(m, t, value)
}

// queue makes the ARN of a queue of its URL, or of its name.
func queue(m *Maker, _ Target, value Resource) []Resource {
	if value.isARN() {
		return []Resource{value}
	}
	if len(value) > 1 || value[0].Kind == Text {
		return []Resource{m.queueURL(value)}
	}
	v, intrinsic := value[0].Value, value.intrinsic()
	if _, attribute := getAtt(intrinsic["Fn::GetAtt"]); attribute == "QueueName" {
		return []Resource{m.here("sqs", "").with(value...)}
	}
	_, attribute := getAtt(intrinsic["Fn::GetAtt"])
	if _, token := v.(string); token || intrinsic["Ref"] != nil || attribute == "QueueUrl" || intrinsic["Fn::ImportValue"] != nil {
		// https://sqs.REGION.amazonaws.com/ACCOUNT/NAME
		name := map[string]any{"Fn::Select": []any{4, map[string]any{"Fn::Split": []any{"/", v}}}}
		return []Resource{m.here("sqs", "").with(ResourcePart{Kind: Value, Value: name})}
	}
	return nil
}

// queueURL makes the ARN of a queue's URL, in the region and account that it
// names, or of its name: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME
func (m *Maker) queueURL(url Resource) Resource {
	segments := url.split("/")
	name := segments[len(segments)-1]
	if len(segments) == 1 {
		return join(m.here("sqs", "").with(name...))
	}
	region, account := Resource{text("*")}, Resource{text("*")}
	if len(segments) == 5 {
		if host := segments[2].split("."); len(host) >= 4 && host[0].String() == "sqs" {
			region = host[1]
		}
		account = segments[3]
	}
	arn := Resource{text("arn:"), {Kind: Partition}, text(":sqs:")}
	return join(slices.Concat(arn, region, Resource{text(":")}, account, Resource{text(":")}, name))
}

// function makes the ARN of a function.
func function(m *Maker, _ Target, value Resource) []Resource {
	if arn := functionARN(m, value); arn != nil {
		return []Resource{arn}
	}
	return nil
}

// alias makes the ARN of all aliases and versions of a function.
func alias(m *Maker, _ Target, value Resource) []Resource {
	if arn := functionARN(m, value); arn != nil {
		return suffixed(arn, ":*")
	}
	return nil
}

// functionARN returns the ARN of a function, nil if the value doesn't tell: besides a
// name and an ARN it can be ACCOUNT:function:NAME.
func functionARN(m *Maker, value Resource) Resource {
	if s, ok := value.plain(); ok && !value.isARN() && strings.Contains(s, ":") {
		account, rest, _ := strings.Cut(s, ":")
		switch function, isFunction := strings.CutPrefix(rest, "function:"); {
		case isFunction && strings.Trim(account, "0123456789") == "":
			return join(m.public("lambda", account+":function:"+function))
		case strings.Contains(rest, ":") || strings.Trim(account, "0123456789") == "":
			return nil
		}
	}
	return m.named("lambda", "function:", value)
}
