package app

import (
	"encoding/json"
	"time"
)

// MappingOption is what [BatchSize], [BatchWindow], [PartialBatch], [Filter], [Disabled] and
// [SourceKey] return: an option of what Lambda polls, queues and streams.
type MappingOption struct{ set func(*functionSettings) }

func (o MappingOption) sqs(s *functionSettings)      { apply(o.set, s) }
func (o MappingOption) kinesis(s *functionSettings)  { apply(o.set, s) }
func (o MappingOption) dynamoDB(s *functionSettings) { apply(o.set, s) }

// Filter keeps what doesn't match a pattern from the function: Lambda reads it, and
// deletes it from the queue or goes on in the stream, without an invocation. With
// several filters, up to five, a record has to match one of them.
//
// A pattern is about the record as the function would get it: members of a message
// are such as body and messageAttributes, those of a Kinesis record are data and what
// is beside it, and those of a change are eventName, dynamodb and so on. Body and data
// are what the JSON in them says, where the pattern has an object for them:
//
//	app.Filter(app.Pattern{"body": app.Pattern{"state": []string{"paid"}}})
//
// Values stand in lists. As JSON, a pattern can have 4,096 characters.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
func Filter(pattern Pattern) MappingOption {
	if pattern == nil {
		pattern = Pattern{} // a model has no null
	}
	data, err := json.Marshal(pattern) // now, as the caller can change the map later
	return MappingOption{func(s *functionSettings) { s.filters = append(s.filters, filter{string(data), err}) }}
}

// filter is the JSON of a pattern, or why there is none.
type filter struct {
	data string
	err  error
}

// Disabled keeps Lambda from polling, until the app is deployed without this option.
// What isn't polled stays in the queue or the stream, as long as that keeps it.
func Disabled() MappingOption {
	return MappingOption{func(s *functionSettings) { s.disabled = true }}
}

// SourceKey is the ARN of the KMS key with which the queue, the stream or the table is
// encrypted, if the key is one of your own. The function's role is allowed
// kms:Decrypt with it, which Lambda needs to read what is encrypted.
// https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
func SourceKey(keyARN string) MappingOption {
	return MappingOption{func(s *functionSettings) { put(&s.settings, &s.sourceKey, "SourceKey", keyARN) }}
}

// Provisioned keeps pollers of a queue ready for what may come, at least minimum of
// them and at most maximum: 2 to 200, and up to 10,000. They cost something, also when
// there is nothing to poll. It excludes [MaxConcurrency].
// https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html
func Provisioned(minimum, maximum int) SQSOption {
	return sqsOption(func(s *functionSettings) {
		put(&s.settings, &s.provisioned, "Provisioned", ProvisionedModel{minimum, maximum})
	})
}

// OnFailure is where Lambda sends a description of a batch that it gives up: the ARN
// of a standard queue, of a standard topic, or of an S3 bucket, which gets the records
// too. Lambda gives up when the batch was tried as often as [MaxRetries] says, or is
// as old as [MaxAge] says; without either it tries until the stream forgets the
// records. The function's role is allowed to write there.
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
func OnFailure(arn string) StreamOption {
	return streamOption(func(s *functionSettings) { put(&s.settings, &s.onFailure, "OnFailure", arn) })
}

// FailureKey is the ARN of the KMS key with which the destination of [OnFailure] is
// encrypted, if the key is one of your own. The function's role is allowed what Lambda
// needs to write there: kms:GenerateDataKey, and for queues and topics kms:Decrypt.
// https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html
func FailureKey(keyARN string) StreamOption {
	return streamOption(func(s *functionSettings) { put(&s.settings, &s.failureKey, "FailureKey", keyARN) })
}

// Bisect divides a batch in two when the function fails, and tries both, so that the
// record that it fails for ends up alone. That doesn't count as a retry.
func Bisect() StreamOption {
	return streamOption(func(s *functionSettings) { s.bisect = true })
}

// ParallelShards is how many batches of a shard Lambda hands to the function at the
// same time, from 1 to 10; without this option one. Records with the same partition
// key, or of the same item of a table, stay in order.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
func ParallelShards(batches int) StreamOption {
	return streamOption(func(s *functionSettings) { put(&s.settings, &s.parallelShards, "ParallelShards", batches) })
}

// StartAt is when the records were put into the stream with which the function starts
// when it is created, in place of a [StartingPosition]. It has to be in the past, and a
// time of its own: for another one, a deployment makes another poller, which starts
// there. It counts in whole seconds.
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
func StartAt(t time.Time) KinesisOption {
	return kinesisOption(func(s *functionSettings) { put(&s.settings, &s.startAt, "StartAt", t) })
}

// RetryOption is what [MaxRetries] and [MaxAge] return: an option of streams, of Schedule,
// of OnCloudWatchEvent, and of OnS3Event with [ViaEventBridge].
type RetryOption struct{ set func(*functionSettings) }

func (o RetryOption) kinesis(s *functionSettings)    { apply(o.set, s) }
func (o RetryOption) dynamoDB(s *functionSettings)   { apply(o.set, s) }
func (o RetryOption) schedule(s *functionSettings)   { apply(o.set, s) }
func (o RetryOption) cloudWatch(s *functionSettings) { apply(o.set, s) }
func (o RetryOption) s3(s *functionSettings)         { apply(o.set, s) }

// MaxRetries is how many times an event is tried again.
//
// Of a stream that is when the function fails, 0 to 10,000 times, and without this option
// until the event is too old. EventBridge, with its rules and its Scheduler, tries again
// to hand the event over, 0 to 185 times, and without this option as often as that; a
// function that got the event and fails is Lambda's affair.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
func MaxRetries(retries int) RetryOption {
	return RetryOption{func(s *functionSettings) { put(&s.settings, &s.maxRetries, "MaxRetries", retries) }}
}

// MaxAge is how old an event can become before it is given up, in whole seconds: of a
// stream a minute to seven days, and without this option as long as the stream has it; of
// EventBridge a minute to 24 hours, and without this option 24 hours.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
func MaxAge(age time.Duration) RetryOption {
	return RetryOption{func(s *functionSettings) { put(&s.settings, &s.maxAge, "MaxAge", age) }}
}

// retry returns what the options say about retries, nil for nothing.
func (s *functionSettings) retry(r reporter) *RetryModel {
	if !s.maxRetries.given && !s.maxAge.given {
		return nil
	}
	m := &RetryModel{}
	if s.maxRetries.given {
		m.MaximumAttempts = new(s.maxRetries.value)
	}
	if age := s.maxAge; age.given {
		if age.value%time.Second != 0 {
			r.report("MaxAge is %v: it has to be whole seconds", age.value)
		}
		m.MaximumAgeSeconds = new(int(age.value / time.Second))
	}
	return m
}

// patterns returns the filters.
func (s *functionSettings) patterns(r reporter) []Pattern {
	var patterns []Pattern
	for _, f := range s.filters {
		if f.err != nil {
			r.report("the pattern of Filter can't be written as JSON: %v", f.err)
			continue
		}
		patterns = append(patterns, decodeMap(f.data))
	}
	return patterns
}

// key returns the ARN of a key, and reports an empty one, which in a model is none.
func key(r reporter, name string, arn option[string]) string {
	reportEmpty(r, name, arn, "the ARN of a key, or leave it out")
	return arn.value
}

// failures puts into the model what becomes of the batches that the function fails
// for.
func (m *StreamModel) failures(r reporter, s *functionSettings) {
	m.Retry = s.retry(r)
	m.Bisect = s.bisect
	reportEmpty(r, "OnFailure", s.onFailure, "the ARN of a queue, of a topic or of a bucket, or leave it out")
	m.OnFailure = s.onFailure.value
	m.FailureKey = key(r, "FailureKey", s.failureKey)
}

// startAt puts the time into the model that a stream is read from.
func (m *StreamModel) startAt(r reporter, s *functionSettings) {
	at := s.startAt
	switch {
	case !at.given:
		return
	case s.startingPosition.given:
		r.report("StartAt and StartingPosition are both given: the function can start at one of them")
	case at.value.IsZero():
		r.report("StartAt is the zero time: give the time to start at")
		return
	case at.value.Nanosecond() != 0:
		r.report("StartAt is %s: it has to be whole seconds", at.value.UTC().Format(time.RFC3339Nano))
	}
	m.StartingPosition = string(atTimestamp)
	m.StartAt = at.value.UTC().Format(time.RFC3339)
}
