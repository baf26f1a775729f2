package awsrules

import (
	"strings"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Lambda's limits for the streams that it polls.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const maxParallel = 10 // batches of a shard at the same time

var streamRetries = retries{of: "of a stream ", most: 10000, minAge: 60, maxAge: 7 * 24 * 60 * 60, maxText: "7 days"}

// How many pollers of a queue there can be, at the least and at the most.
// https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html
const (
	minPollers      = 2
	maxLeastPollers = 200
	maxMostPollers  = 10000
)

// provisioned checks the pollers of a queue.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
func (p place) provisioned(m *app.SQSModel) {
	n := m.Provisioned
	if n == nil {
		return
	}
	switch {
	case n.MinimumPollers < minPollers || n.MinimumPollers > maxLeastPollers:
		p.fail("Provisioned has a minimum of %d: it has to be from %d to %d", n.MinimumPollers, minPollers, maxLeastPollers)
	case n.MaximumPollers < minPollers || n.MaximumPollers > maxMostPollers:
		p.fail("Provisioned has a maximum of %d: it has to be from %d to %d", n.MaximumPollers, minPollers, maxMostPollers)
	case n.MinimumPollers > n.MaximumPollers:
		p.fail("Provisioned has a minimum of %d, which is above its maximum of %d", n.MinimumPollers, n.MaximumPollers)
	}
	if m.MaximumConcurrency != nil {
		p.fail("MaxConcurrency and Provisioned exclude each other: leave out one, each provisioned poller calls at most 10 instances")
	}
}

// stream checks the options that streams have in common.
func (p place) stream(m *app.StreamModel, kind app.FunctionKind) {
	p.batch(m.BatchSize, m.BatchWindowSeconds)
	p.filters(kind, m.Filters)
	p.key("SourceKey", m.SourceKey)
	p.retry(m.Retry, streamRetries)
	if n := m.ParallelizationFactor; n < 0 || n > maxParallel { // 0 stands for the default
		p.fail("ParallelShards is %d: it has to be from 1 to %d", n, maxParallel)
	}
	p.destination(m.OnFailure)
	p.key("FailureKey", m.FailureKey)
	if m.FailureKey != "" && m.OnFailure == "" {
		p.fail("FailureKey is the key of what OnFailure names: give OnFailure too")
	}
}

// retries are a service's limits for how often it tries again.
type retries struct {
	of             string // what they are about, for messages; empty: it is clear
	most           int
	minAge, maxAge int // seconds
	maxText        string
}

// retry checks how often and how long a service tries again.
func (p place) retry(m *app.RetryModel, l retries) {
	if m == nil {
		return
	}
	if n := m.MaximumAttempts; n != nil && (*n < 0 || *n > l.most) {
		p.fail("MaxRetries is %d: %sit has to be from 0 to %d", *n, l.of, l.most)
	}
	if n := m.MaximumAgeSeconds; n != nil && (*n < l.minAge || *n > l.maxAge) {
		p.fail("MaxAge is %ds: %sit has to be from %ds to %ds, which is %s", *n, l.of, l.minAge, l.maxAge, l.maxText)
	}
}

// startAt checks where in a stream a function starts. Only Kinesis finds records by
// their time.
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
func (p place) startAt(m *app.StreamModel, kind app.FunctionKind) {
	const position = "AT_TIMESTAMP"
	byTime := m.StartingPosition == position
	switch {
	case kind != app.KinesisKind && (byTime || m.StartAt != ""):
		p.fail("a table's stream can't be read from a time on: the starting position is LATEST or TRIM_HORIZON")
	case byTime && m.StartAt == "":
		p.fail("the starting position is %s without a time", position)
	case !byTime && m.StartAt != "":
		p.fail("the starting position is %s, and there is the time %s to start at: with a time it is %s", m.StartingPosition, m.StartAt, position)
	case m.StartAt != "":
		if t, err := time.Parse(time.RFC3339, m.StartAt); err != nil || t.Unix() < 0 {
			p.fail("the time %q to start at is no date and time after 1970, such as 2024-05-01T00:00:00Z", m.StartAt)
		}
	}
}

// destination checks where Lambda sends what it gives up of a stream.
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
func (p place) destination(s string) {
	if s == "" {
		return
	}
	if problem := TargetProblem(s, "sqs", "sns", "s3"); problem != "" {
		p.fail("OnFailure is %q: %s", s, problem)
	}
}

// keyID matches what follows the account in the ARN of a KMS key. Permissions are
// about keys and not about their aliases.
// https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
var keyID = lazyregexp.New(`^key/[A-Za-z0-9-]+$`)

// key checks the ARN of a key; empty: there is none.
func (p place) key(option, s string) {
	a, ok := arnOf(s, "kms")
	switch {
	case s == "", filledIn(s), ok && a.owned() && keyID.MatchString(a.resource):
	case ok && strings.HasPrefix(a.resource, "alias/"):
		p.fail("%s is %q, the ARN of an alias: permissions are given for the key itself, so give its ARN, arn:aws:kms:region:account:key/id", option, s)
	default:
		p.fail("%s is %q: it has to be the ARN of a key, arn:aws:kms:region:account:key/id", option, s)
	}
}
