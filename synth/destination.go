package synth

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/standin"
)

// destination is a kind of what Lambda sends to on behalf of a function: what it gives up
// of a stream, or about asynchronous invocations.
type destination struct {
	service string // in its ARNs
	typ     standin.Source
	on      []string // actions on it
	within  []string // actions on what is in it
	withKey []string // actions on the KMS key that it is encrypted with
}

// destinations are what Lambda sends to, and what the function's role has to allow for
// that. Who takes which is for the caller to say.
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
// https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
var destinations = []destination{
	{"sqs", queueType, []string{"sqs:SendMessage"}, nil, []string{"kms:Decrypt", "kms:GenerateDataKey"}},
	{"sns", topicType, []string{"sns:Publish"}, nil, []string{"kms:Decrypt", "kms:GenerateDataKey"}},
	{"s3", bucketType, []string{"s3:ListBucket"}, []string{"s3:PutObject"}, []string{"kms:GenerateDataKey"}},
	{"lambda", functionType, []string{"lambda:InvokeFunction"}, nil, nil},
	{"events", busType, []string{"events:PutEvents"}, nil, nil},
}

// functionType is what makes a function in templates.
var functionType = standin.Source{What: "function", Types: []string{"AWS::Lambda::Function", samFunction, tfFunction}, Name: "FunctionName", ARN: "Arn"}

// destinationsOf returns the kinds that what is of one of some services can be of, among
// those that are possible. Where only the deployment tells the service, it can be any
// that is possible: of the actions, all but those of its kind allow nothing.
func destinationsOf(services []string, possible ...string) []destination {
	if slices.ContainsFunc(services, func(service string) bool { return !slices.Contains(possible, service) }) {
		services = possible
	}
	var list []destination
	for _, d := range destinations {
		if slices.Contains(services, d.service) {
			list = append(list, d)
		}
	}
	return list
}

// serviceOf returns the service in an ARN, or of the resource that an expression of
// Terraform's is about; empty: it isn't known.
func serviceOf(arn string) string {
	if match := tfResource.FindStringSubmatch(arn); match != nil {
		return cmp.Or(tfServices[match[1]], match[1])
	}
	if parts := strings.SplitN(arn, ":", 4); len(parts) == 4 && parts[0] == "arn" && !strings.Contains(parts[2], "$") {
		return parts[2]
	}
	return ""
}

// tfResource matches an expression of Terraform's that is about a resource, or a data
// source, of a service that there are destinations of.
var tfResource = regexp.MustCompile(`^\$\{\s*(?:data\.)?aws_(sqs|sns|s3|lambda_function|lambda_alias|cloudwatch_event_bus)[_.]`)

// tfServices are the services that Terraform calls otherwise than ARNs do.
var tfServices = map[string]string{"lambda_function": "lambda", "lambda_alias": "lambda", "cloudwatch_event_bus": "events"}

// statements allow what is needed for a destination. Their names start with one.
func (d destination) statements(name string, arn ...any) []statement {
	list := []statement{{sid: name + "s", actions: d.on, resources: []text{arn}}}
	if len(d.within) > 0 {
		list = append(list, statement{sid: name + "Objects", actions: d.within, resources: []text{append(slices.Clip(arn), "/*")}})
	}
	return list
}
