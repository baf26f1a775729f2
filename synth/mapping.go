package synth

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
	"github.com/chalice-go/chalice/internal/ordered"
)

// mapping is how Lambda polls a source for a function, and what becomes of what it
// reads: an event source mapping. Of its fields, a queue and a stream have some each.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
type mapping struct {
	event
	Kind          app.FunctionKind
	BatchSize     int
	WindowSeconds int
	PartialBatch  bool // the function reports the records that failed
	Filters       []app.Pattern
	Disabled      bool
	SourceKey     string // ARN of the source's KMS key; empty: none of the user's

	MaximumConcurrency int // 0: no limit
	Provisioned        *app.ProvisionedModel

	StartAt         string // RFC 3339; empty: at a position
	Retry           *app.RetryModel
	Bisect          bool
	Parallelization int    // 0: Lambda's default
	OnFailure       string // ARN; empty: nowhere
	FailureKey      string // ARN of the destination's KMS key
}

// warnings says which filters let nothing pass.
func (m mapping) warnings() []Warning {
	var list []Warning
	for i, pattern := range m.Filters {
		for _, problem := range eventpattern.Unmatched(m.Kind, pattern) {
			list = append(list, m.Function.warning(m.Function.Name+": "+problem.Of(eventpattern.FilterName(i, len(m.Filters)))))
		}
	}
	return list
}

// setting is an option of a mapping, as CloudFormation and SAM have it, and as
// Terraform does. Without a value, the option wasn't given.
type setting struct {
	name    string
	value   any
	tf      string
	tfValue any
}

// settings lists the options that were given, beside those that every mapping has.
func (m mapping) settings() ([]setting, error) {
	filters, err := patterns(m.Filters)
	if err != nil {
		return nil, err
	}
	var list []setting
	add := func(given bool, name string, value any, tf string, tfValue any) {
		if given {
			list = append(list, setting{name, value, tf, tfValue})
		}
	}
	number := func(n *int, name, tf string) {
		if n != nil {
			add(true, name, *n, tf, *n)
		}
	}
	add(m.PartialBatch, "FunctionResponseTypes", []any{reportFailures}, "function_response_types", []any{reportFailures})
	add(m.Disabled, "Enabled", false, "enabled", false)
	add(len(filters) > 0, "FilterCriteria", ordered.New("Filters", each(filters, "Pattern", same)),
		"filter_criteria", ordered.New("filter", each(filters, "pattern", tfText)))
	add(m.MaximumConcurrency > 0, "ScalingConfig", ordered.New("MaximumConcurrency", m.MaximumConcurrency),
		"scaling_config", ordered.New("maximum_concurrency", m.MaximumConcurrency))
	if p := m.Provisioned; p != nil {
		add(true, "ProvisionedPollerConfig", ordered.New("MinimumPollers", p.MinimumPollers, "MaximumPollers", p.MaximumPollers),
			"provisioned_poller_config", ordered.New("minimum_pollers", p.MinimumPollers, "maximum_pollers", p.MaximumPollers))
	}
	if retry := m.Retry; retry != nil {
		number(retry.MaximumAttempts, "MaximumRetryAttempts", "maximum_retry_attempts")
		number(retry.MaximumAgeSeconds, "MaximumRecordAgeInSeconds", "maximum_record_age_in_seconds")
	}
	add(m.Bisect, "BisectBatchOnFunctionError", true, "bisect_batch_on_function_error", true)
	add(m.Parallelization > 0, "ParallelizationFactor", m.Parallelization, "parallelization_factor", m.Parallelization)
	add(m.OnFailure != "", "DestinationConfig", ordered.New("OnFailure", ordered.New("Destination", m.OnFailure)),
		"destination_config", ordered.New("on_failure", ordered.New("destination_arn", m.OnFailure)))
	if m.StartAt != "" {
		at, err := time.Parse(time.RFC3339, m.StartAt)
		if err != nil {
			return nil, err
		}
		add(true, "StartingPositionTimestamp", int(at.Unix()), "starting_position_timestamp", m.StartAt)
	}
	return list, nil
}

// reportFailures asks Lambda to read the failures that a function reports.
const reportFailures = "ReportBatchItemFailures"

// patterns returns filters as the JSON that Lambda takes.
func patterns(filters []app.Pattern) ([]string, error) {
	var list []string
	for _, filter := range filters {
		text, err := patternJSON(filter)
		if err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, nil
}

// each returns an object for each text, which has the text under a key.
func each(texts []string, key string, write func(string) string) []any {
	var list []any
	for _, text := range texts {
		list = append(list, ordered.New(key, write(text)))
	}
	return list
}

func same(text string) string { return text }

// summary says how batches are made, and what is special about the mapping. Further
// words come after the batches.
func (m mapping) summary(further ...string) string {
	words := append([]string{fmt.Sprintf("batch %d", m.BatchSize)}, further...)
	if m.WindowSeconds > 0 {
		words[0] = fmt.Sprintf("batch %d in %d s", m.BatchSize, m.WindowSeconds)
	}
	if n := len(m.Filters); n == 1 {
		words = append(words, "filtered")
	} else if n > 1 {
		words = append(words, fmt.Sprintf("%d filters", n))
	}
	if m.OnFailure != "" {
		words = append(words, "failures to "+m.OnFailure[strings.LastIndexByte(m.OnFailure, ':')+1:]) // an ARN is longer than the box
	}
	if m.Disabled {
		words = append(words, "disabled")
	}
	return strings.Join(words, ", ")
}

// samMapping adds a mapping to a SAM template, as an event of its function's. The
// properties are those of what it reads, of whose types goformation's lack most; await
// is about that, too.
func (t *samTemplate) samMapping(m mapping, typ string, properties serverless.Function_Properties, await func(*stack) error) error {
	list, err := m.settings()
	if err != nil {
		return err
	}
	further := []any{"MaximumBatchingWindowInSeconds", m.WindowSeconds}
	for _, s := range list {
		further = append(further, s.name, s.value)
	}
	t.samEvent(m.event, typ, properties, further...)
	return errors.Join(await(t.stack), t.awaitDestination(m))
}

// addMapping adds a mapping to a CloudFormation template. What it reads, and where it
// starts, is in the resource already; await is about what it reads.
func (t *cfnTemplate) addMapping(m mapping, resource *lambda.EventSourceMapping, await func(*stack) error) error {
	list, err := m.settings()
	if err != nil {
		return err
	}
	resource.FunctionName = t.text(m.Function.callee(t.stack))
	resource.BatchSize = &m.BatchSize
	resource.MaximumBatchingWindowInSeconds = &m.WindowSeconds
	id := m.cfnID(t)
	t.add(id, m.ID(), resource).change(func(properties *ordered.Object) {
		for _, s := range list {
			properties.Set(s.name, s.value)
		}
		slices.SortFunc(properties.Members, func(a, b ordered.Member) int { return cmp.Compare(a.Key, b.Key) }) // as goformation has them
	})
	t.follow(id, m.Function.logicalID(t.stack))
	return errors.Join(await(t.stack), t.awaitDestination(m))
}

// tfMapping adds a mapping to a Terraform module. Position is where a stream is read
// from; empty: it is a queue.
func (t *tfModule) tfMapping(m mapping, source, position string) error {
	list, err := m.settings()
	if err != nil {
		return err
	}
	body := ordered.New(
		"event_source_arn", source,
		"batch_size", m.BatchSize,
		"maximum_batching_window_in_seconds", m.WindowSeconds,
		"function_name", m.Function.tfInvoked(),
	)
	for _, s := range list {
		body.Add(s.tf, s.tfValue)
	}
	if position != "" {
		body.Add("starting_position", position)
	}
	t.add("aws_lambda_event_source_mapping", m.name(), body)
	return nil
}

// awaitDestination says that what is connected to a function needs the destination of
// its failures, and checks what is given by ARN.
func (t *stack) awaitDestination(m mapping) error {
	for _, key := range []string{m.SourceKey, m.FailureKey} {
		if err := checkFilledIn(key); err != nil {
			return err
		}
	}
	for _, d := range streamDestinations(m.OnFailure) {
		if err := t.awaitTarget(d.typ, m.OnFailure, m.Function); err != nil {
			return err
		}
	}
	return nil
}

// allowMapping gives a function's role what Lambda needs with it beside the events:
// to read what is encrypted, and to say what failed.
func (m mapping) allowMapping() {
	if m.SourceKey != "" {
		m.Function.allow(statement{sid: "SourceKey", actions: []string{"kms:Decrypt"}, resources: []text{{m.SourceKey}}})
	}
	for _, d := range streamDestinations(m.OnFailure) {
		m.Function.allow(d.statements(failures, m.OnFailure)...)
		if m.FailureKey != "" {
			m.Function.allow(statement{sid: "FailureKey", actions: d.withKey, resources: []text{{m.FailureKey}}})
		}
	}
}

// failures starts the names of what allows Lambda to send what it gives up of a stream.
const failures = "Failure"

// streamDestinations returns the kinds that a destination of a stream's failures can be
// of; an empty ARN is none.
func streamDestinations(arn string) []destination {
	if arn == "" {
		return nil
	}
	return destinationsOf([]string{serviceOf(arn)}, "sqs", "sns", "s3")
}
