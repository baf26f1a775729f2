package poller

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
)

const (
	// longPoll is how long a call waits for messages: the maximum of SQS.
	longPoll = 20 * time.Second
	// standInPoll is longPoll for endpoints that replace AWS. They don't notice
	// that a caller is gone, and send it messages that are lost for a while.
	standInPoll = time.Second
	// maxReceive is the largest number of messages in one call.
	maxReceive = 10
	// batchesOfPoller is how many batches a poller of Lambda's provisioned mode
	// hands over at a time.
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
	batchesOfPoller = 10
)

// queue polls a queue. Only one call receives at a time, so that batches are as
// full as they can be. Several batches can be handed over at a time.
type queue struct {
	mapping
	api         *sqs.Client
	owner       *string // the account in the ARN; nil: the caller's
	isFIFO      bool
	concurrency int
	longest     time.Duration // time that a call waits for messages

	url, arn, region string
	visibility       string // the timeout of a message that was received, in seconds
	held             []item // received, and not handed over yet
}

func (p *Poller) newQueue(m mapping, s *app.SQSModel) *queue {
	q := &queue{mapping: m, region: p.regionOf(s.QueueARN), concurrency: max(m.app.Concurrency, 1), longest: longPoll}
	if p.options.Endpoint != "" {
		q.longest = standInPoll
	}
	q.kind, q.name, q.record = kindQueue, queueName(s), "message"
	if parts := strings.SplitN(s.QueueARN, ":", 6); len(parts) == 6 {
		q.owner = &parts[4]
	}
	q.filter.line, q.isFIFO = q.filteredLine, strings.HasSuffix(q.name, ".fifo")
	q.size, q.window, q.partial = cmp.Or(s.BatchSize, 1), time.Duration(s.BatchWindowSeconds)*time.Second, s.PartialBatch
	if s.MaximumConcurrency != nil {
		q.concurrency = min(q.concurrency, *s.MaximumConcurrency)
	}
	if s.Provisioned != nil {
		q.concurrency = min(q.concurrency, s.Provisioned.MaximumPollers*batchesOfPoller)
	}
	q.api = p.sqs(q.region)
	return q
}

// sqs returns a client for the queues of a region.
func (p *Poller) sqs(region string) *sqs.Client {
	return sqs.NewFromConfig(p.aws, func(o *sqs.Options) {
		o.Region = region
		p.override(&o.BaseEndpoint)
	})
}

// queueName returns the name of the queue, from its ARN if there is one.
func queueName(s *app.SQSModel) string {
	return cmp.Or(lastPart(s.QueueARN), s.Queue)
}

// run polls until the context is done. It tries a queue again that doesn't
// exist or can't be reached.
func (q *queue) run(ctx context.Context) {
	defer q.filter.close()
	for ctx.Err() == nil {
		err := q.find(ctx)
		if err == nil {
			q.well()
			err = q.poll(ctx)
		}
		if err != nil {
			q.trouble(ctx, err)
			sleep(ctx, retryInterval)
		}
	}
}

// find gets the queue's URL and attributes.
func (q *queue) find(ctx context.Context) error {
	url, err := q.poller.queueURL(ctx, q.api, q.name, q.owner)
	if isMissingQueue(err) {
		return q.missing()
	} else if err != nil {
		return err
	}
	q.url = url
	attributes, err := q.api.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl:       &q.url,
		AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn, types.QueueAttributeNameVisibilityTimeout},
	})
	if err != nil {
		return err
	}
	q.arn = attributes.Attributes[string(types.QueueAttributeNameQueueArn)]
	q.visibility = attributes.Attributes[string(types.QueueAttributeNameVisibilityTimeout)]
	q.checkVisibility()
	return nil
}

// queueURL returns the URL of a queue. The owner is the account in its ARN; nil:
// the caller's.
func (p *Poller) queueURL(ctx context.Context, api *sqs.Client, name string, owner *string) (string, error) {
	found, err := api.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name, QueueOwnerAWSAccountId: owner})
	if isMissingQueue(err) && owner != nil && p.options.Endpoint != "" {
		// A replacement for AWS has one account, which mostly isn't that of the ARN.
		found, err = api.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
	}
	if err != nil {
		return "", err
	}
	return value(found.QueueUrl), nil
}

func isMissingQueue(err error) bool {
	c := code(err)
	return c == "QueueDoesNotExist" || c == "AWS.SimpleQueueService.NonExistentQueue"
}

func (q *queue) missing() error {
	create := fmt.Sprintf("aws sqs create-queue --queue-name %s --attributes VisibilityTimeout=%d", q.name, awsrules.VisibilityTimes*q.limit())
	if q.isFIFO {
		create += ",FifoQueue=true"
	}
	return &missingError{q.what(), "make it at " + q.poller.where() + ", say with " + create + " --region " + q.region}
}

// checkVisibility warns of a visibility timeout that Lambda refuses: a message
// that becomes visible while its function still works on it would be handled
// twice.
func (q *queue) checkVisibility() {
	visibility, err := strconv.Atoi(q.visibility)
	limit := q.limit()
	if err != nil || visibility >= limit {
		return
	}
	line := fmt.Sprintf("the visibility timeout of %s, %d s, is below the timeout of the function, %d s: Lambda refuses that", q.what(), visibility, limit)
	if q.poller.news(q.key()+" visibility", line) {
		q.poller.options.Warn(q.place() + line)
	}
}

// limit is for how long the function can run, in seconds.
func (q *queue) limit() int { return q.app.Stage.Function(q.function).Timeout }

// poll receives batches and hands them over. It returns when the context is
// done, or with an error, in both cases after the last batch is done.
func (q *queue) poll(ctx context.Context) error {
	slots := make(chan struct{}, q.concurrency)
	var delivering sync.WaitGroup
	defer delivering.Wait()
	for {
		select {
		case slots <- struct{}{}: // first, so that no message is received that would have to wait
		case <-ctx.Done():
			return nil
		}
		b, err := q.gather(ctx)
		if err != nil || ctx.Err() != nil {
			q.release(ctx, append(b.items, q.held...))
			q.held = nil
			return err
		}
		delivering.Go(func() {
			defer func() { <-slots }()
			q.handle(ctx, b)
		})
	}
}

// gather receives a batch: the messages of one call, or those that arrive
// within the batch window, which begins with the first message.
func (q *queue) gather(ctx context.Context) (*batch, error) {
	b := &batch{}
	var full bool
	q.held, full = b.fill(q.held, q.size)
	end := time.Now().Add(q.window)
	for !full && ctx.Err() == nil {
		wait := q.longest
		if len(b.items) > 0 {
			left := time.Until(end)
			if left <= 0 {
				break
			}
			if wait = min(left.Truncate(time.Second), q.longest); wait == 0 && !sleep(ctx, left) {
				break // SQS waits for whole seconds only
			}
		}
		received, err := q.receive(ctx, q.size-len(b.items), wait)
		if err != nil {
			return b, err
		}
		if len(b.items) == 0 && len(received) > 0 {
			end = time.Now().Add(q.window)
		}
		if q.held, full = b.fill(received, q.size); q.isFIFO {
			// What has no room may be of a group that the batch has, too: the queue
			// holds it back until that is done.
			q.release(ctx, q.held)
			q.held = nil
		}
	}
	return b, nil
}

// receive receives up to n messages, and deletes those that the function doesn't
// want, as Lambda does.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
func (q *queue) receive(ctx context.Context, n int, wait time.Duration) ([]item, error) {
	lingering, release := q.poller.linger(ctx, grace)
	defer release()
	got, err := q.api.ReceiveMessage(lingering, &sqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: int32(min(n, maxReceive)), WaitTimeSeconds: int32(wait / time.Second),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		MessageAttributeNames:       []string{"All"},
	})
	if err != nil {
		return nil, err
	}
	items := make([]item, len(got.Messages))
	for i := range got.Messages {
		if items[i], err = messageItem(&got.Messages[i], q.arn, q.region); err != nil {
			return nil, err
		}
	}
	passed, dropped := q.filter.split(items)
	q.remove(ctx, dropped)
	return passed, nil
}

// handle hands a batch over. It deletes the messages that are done. Those that
// failed become visible again after the visibility timeout, and go in the end
// where the queue's redrive policy says.
func (q *queue) handle(ctx context.Context, b *batch) {
	o := q.deliver(ctx, b)
	if o.interrupted {
		q.release(ctx, b.items)
		o.end("")
		return
	}
	var done []item
	for i, failed := range o.failed {
		if !failed {
			done = append(done, b.items[i])
		}
	}
	q.remove(ctx, done)
	next := ""
	if n := len(b.items) - len(done); n > 0 {
		next = fmt.Sprintf("left to the queue, whose visibility timeout is %s s: %s", q.visibility, q.count(n))
	}
	o.end(next)
}

// remove deletes messages. A message that can't be deleted will be received
// again.
func (q *queue) remove(ctx context.Context, items []item) {
	if len(items) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	for some := range slices.Chunk(items, maxReceive) {
		entries := make([]types.DeleteMessageBatchRequestEntry, len(some))
		for i := range some {
			id := strconv.Itoa(i)
			entries[i] = types.DeleteMessageBatchRequestEntry{Id: &id, ReceiptHandle: &some[i].receipt}
		}
		out, err := q.api.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &q.url, Entries: entries})
		if err == nil && len(out.Failed) > 0 {
			err = fmt.Errorf("%s (%s)", value(out.Failed[0].Message), value(out.Failed[0].Code))
		}
		if err != nil {
			q.poller.options.Warn(fmt.Sprintf("%smessages that are done can't be deleted from %s, and will come again: %s", q.place(), q.what(), q.poller.reason(err)))
		}
	}
}

// release makes messages visible again. If that fails, they become visible
// after the visibility timeout.
func (q *queue) release(ctx context.Context, items []item) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	for some := range slices.Chunk(items, maxReceive) {
		entries := make([]types.ChangeMessageVisibilityBatchRequestEntry, len(some))
		for i := range some {
			id := strconv.Itoa(i)
			entries[i] = types.ChangeMessageVisibilityBatchRequestEntry{Id: &id, ReceiptHandle: &some[i].receipt}
		}
		q.api.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &q.url, Entries: entries})
	}
}
