package awsrules

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Lambda's limits for event source mappings.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const (
	maxBatch       = 10000
	maxWindow      = 300 // seconds
	maxUnwaited    = 10  // messages in a batch of a queue without a batch window
	maxFIFO        = 10  // messages in a batch of a FIFO queue
	minConcurrency = 2
	maxConcurrency = 1000
)

// VisibilityTimes is how many times the timeout of a function AWS advises for the
// visibility timeout of the queue whose messages it gets. Lambda refuses a queue with
// less than the function's timeout.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
const VisibilityTimes = 6

// queueName matches the names that a queue can have.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
var queueName = lazyregexp.New(`^([A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo)$`)

func (p place) queue(m *app.SQSModel) {
	name := m.Queue
	if m.QueueARN != "" {
		name = p.queueARN(m.QueueARN)
	} else {
		p.queueName(m.Queue)
	}
	p.batch(m.BatchSize, m.BatchWindowSeconds)
	if strings.HasSuffix(name, ".fifo") {
		p.fifo(m)
	} else if m.BatchSize > maxUnwaited && m.BatchSize <= maxBatch && m.BatchWindowSeconds == 0 {
		p.fail("BatchSize is %d: for more than %d messages Lambda needs a BatchWindow, of at least 1s", m.BatchSize, maxUnwaited)
	}
	if n := m.MaximumConcurrency; n != nil && (*n < minConcurrency || *n > maxConcurrency) {
		p.fail("MaxConcurrency is %d: it has to be from %d to %d", *n, minConcurrency, maxConcurrency)
	}
	p.provisioned(m)
	p.filters(app.SQSKind, m.Filters)
	p.key("SourceKey", m.SourceKey)
}

// queueARN checks the ARN of a queue and returns the queue's name.
func (p place) queueARN(s string) string {
	a, ok := arnOf(s, "sqs")
	if !filledIn(s) && !(ok && a.owned() && queueName.MatchString(a.resource)) {
		p.fail("queue %q is neither the name nor the ARN of a queue, which is arn:aws:sqs:region:account:name", s)
	}
	return s[strings.LastIndexByte(s, ':')+1:]
}

func (p place) queueName(name string) {
	switch {
	case name == "":
		p.fail("the queue is empty: give its name or its ARN")
	case filledIn(name), queueName.MatchString(name):
	case strings.Contains(name, "://"):
		p.fail("queue %q is a URL: give the queue's name, %q, or its ARN", name, name[strings.LastIndexByte(name, '/')+1:])
	case strings.HasPrefix(name, "arn:"):
		p.fail("queue %q is an ARN where the model has a name: it belongs in queue_arn", name)
	default:
		p.fail("%q is no name of a queue: that has 1 to 80 letters, digits, - and _, or ends in .fifo", name)
	}
}

// fifo reports options that FIFO queues don't have.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
func (p place) fifo(m *app.SQSModel) {
	if m.BatchSize > maxFIFO {
		p.fail("BatchSize is %d: of a FIFO queue Lambda takes at most %d messages at a time", m.BatchSize, maxFIFO)
	}
	if m.BatchWindowSeconds > 0 {
		p.fail("BatchWindow is %ds: a FIFO queue can have none, so leave it out", m.BatchWindowSeconds)
	}
}

// batch checks the options of queues and streams. A size below 1 stands for
// none in a model.
func (p place) batch(size, windowSeconds int) {
	if size < 0 || size > maxBatch {
		p.fail("BatchSize is %d: it has to be from 1 to %d", size, maxBatch)
	}
	if windowSeconds < 0 || windowSeconds > maxWindow {
		p.fail("BatchWindow is %ds: it can be at most %ds, which is 5 minutes", windowSeconds, maxWindow)
	}
}
