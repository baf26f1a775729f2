package awsrules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// target is a kind of what Lambda sends to on behalf of a function.
type target struct {
	service string // in its ARNs
	what    string // for messages
	form    string // of its ARN, for messages
	fits    func(arn) bool
}

// targets are all that there are; who takes which is for the caller to say.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
var targets = []target{
	{"sqs", "a queue", "arn:aws:sqs:region:account:name", named(queueName)},
	{"sns", "a topic", "arn:aws:sns:region:account:name", named(topicName)},
	{"lambda", "a function", "arn:aws:lambda:region:account:function:name", named(functionResource)},
	{"events", "an event bus", "arn:aws:events:region:account:event-bus/name", func(a arn) bool {
		name, isBus := strings.CutPrefix(a.resource, "event-bus/")
		return a.owned() && isBus && busName.MatchString(name)
	}},
	{"s3", "a bucket", "arn:aws:s3:::name", func(a arn) bool {
		return a.region == "" && a.account == "" && bucketName.MatchString(a.resource)
	}},
}

// functionResource matches a function, perhaps with a version or an alias.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
var functionResource = lazyregexp.New(`^function:[A-Za-z0-9_-]{1,64}(:(\$LATEST|[A-Za-z0-9_-]{1,128}))?$`)

// named returns a check of an ARN in a region and an account.
func named(resource lazyregexp.Regexp) func(arn) bool {
	return func(a arn) bool { return a.owned() && resource.MatchString(a.resource) }
}

// TargetProblem says what is wrong with an ARN of what Lambda is to send to, which can be
// of some services: "has to be…", to be put after the ARN. It is empty for an ARN that is
// right, and for text that is filled in later.
func TargetProblem(text string, services ...string) string {
	if filledIn(text) {
		return ""
	}
	var forms []string
	for _, t := range targets {
		if !slices.Contains(services, t.service) {
			continue
		}
		switch a, ok := arnOf(text, t.service); {
		case ok && (t.service == "sqs" || t.service == "sns") && strings.HasSuffix(text, ".fifo"):
			return "Lambda sends nothing to FIFO queues and topics, so give a standard one"
		case ok && t.fits(a):
			return ""
		}
		forms = append(forms, fmt.Sprintf("of %s, %s", t.what, t.form))
	}
	if last := len(forms) - 1; last > 0 {
		forms[last] = "or " + forms[last]
	}
	return "it has to be the ARN " + strings.Join(forms, ", ")
}
