package synth_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/synth"
)

const deadQueue = "arn:aws:sqs:eu-west-1:123456789012:dead"

// streamed is a function of a Kinesis stream's with options.
func streamed(options app.StreamModel) app.FunctionModel {
	f := sourced(app.KinesisKind, "clicks")
	options.Stream = "clicks"
	f.Kinesis = &options
	return f
}

// TestMappingsOfOneList: each option is in every format, with the same value, and
// nothing is there that wasn't asked for.
func TestMappingsOfOneList(t *testing.T) {
	queue := func(m app.SQSModel) app.FunctionModel {
		m.Queue = "jobs"
		f := sourced(app.SQSKind, "jobs")
		f.SQS = &m
		return f
	}
	retry := func(attempts, age *int) *app.RetryModel {
		return &app.RetryModel{MaximumAttempts: attempts, MaximumAgeSeconds: age}
	}
	for name, tc := range map[string]struct {
		function           app.FunctionModel
		property, tf       string
		wantCFN, wantsInTF string
	}{
		"a filter": {queue(app.SQSModel{Filters: []app.Pattern{{"body": []any{"${x}"}}}}), "FilterCriteria", "filter_criteria",
			`{"Filters":[{"Pattern":"{\"body\":[\"${x}\"]}"}]}`, `{"filter":[{"pattern":"{\"body\":[\"$${x}\"]}"}]}`},
		"disabled":          {queue(app.SQSModel{Disabled: true}), "Enabled", "enabled", `false`, `false`},
		"concurrency":       {queue(app.SQSModel{MaximumConcurrency: new(2)}), "ScalingConfig", "scaling_config", `{"MaximumConcurrency":2}`, `{"maximum_concurrency":2}`},
		"provisioned":       {queue(app.SQSModel{Provisioned: &app.ProvisionedModel{MinimumPollers: 2, MaximumPollers: 3}}), "ProvisionedPollerConfig", "provisioned_poller_config", `{"MaximumPollers":3,"MinimumPollers":2}`, `{"maximum_pollers":3,"minimum_pollers":2}`},
		"partial batches":   {queue(app.SQSModel{PartialBatch: true}), "FunctionResponseTypes", "function_response_types", `["ReportBatchItemFailures"]`, `["ReportBatchItemFailures"]`},
		"no retries":        {streamed(app.StreamModel{Retry: retry(new(0), nil)}), "MaximumRetryAttempts", "maximum_retry_attempts", `0`, `0`},
		"an age":            {streamed(app.StreamModel{Retry: retry(nil, new(60))}), "MaximumRecordAgeInSeconds", "maximum_record_age_in_seconds", `60`, `60`},
		"halves":            {streamed(app.StreamModel{Bisect: true}), "BisectBatchOnFunctionError", "bisect_batch_on_function_error", `true`, `true`},
		"several at a time": {streamed(app.StreamModel{ParallelizationFactor: 3}), "ParallelizationFactor", "parallelization_factor", `3`, `3`},
		"a destination":     {streamed(app.StreamModel{OnFailure: deadQueue}), "DestinationConfig", "destination_config", `{"OnFailure":{"Destination":"` + deadQueue + `"}}`, `{"on_failure":{"destination_arn":"` + deadQueue + `"}}`},
		"a time":            {streamed(app.StreamModel{StartingPosition: "AT_TIMESTAMP", StartAt: "2024-05-01T00:00:00Z"}), "StartingPositionTimestamp", "starting_position_timestamp", `1714521600`, `2024-05-01T00:00:00Z`},
	} {
		t.Run(name, func(t *testing.T) {
			kind, event := "Sqs", "sqs"
			if tc.function.Kind == app.KinesisKind {
				kind, event = "Kinesis", "kinesis"
			}
			plain := sourced(tc.function.Kind, "jobs")
			for format, place := range map[string][]string{
				"sam":            {"Resources", "Work", "Properties", "Events", "Work" + kind + "EventSource", "Properties"},
				"cloudformation": {"Resources", "WorkWork" + kind + "EventSource", "Properties"},
				"terraform":      {"resource", "aws_lambda_event_source_mapping", "work-" + event + "-event-source"},
			} {
				property, wanted := tc.property, tc.wantCFN
				if format == "sam" && tc.function.Kind == app.SQSKind && tc.function.SQS.Provisioned != nil {
					place = []string{"Resources", "WorkWorkSqsEventSource", "Properties"} // see queueSource.sam
				}
				if format == "terraform" {
					property, wanted = tc.tf, tc.wantsInTF
				}
				for _, side := range []struct {
					function app.FunctionModel
					want     string
				}{{tc.function, wanted}, {plain, ""}} {
					data, err := render(t, sourcedInput(side.function), format).JSON()
					if err != nil {
						t.Fatal(err)
					}
					want(t, format, at(decoded(t, data), append(place, property)...), side.want)
				}
			}
		})
	}
}

// TestUnlimitedRetries: what can only happen once a batch is given up is warned of where
// none ever is.
func TestUnlimitedRetries(t *testing.T) {
	const rest = " without MaxRetries and MaxAge, so a batch is tried until the stream no longer has its records, and its shard waits: add MaxRetries or MaxAge"
	for name, tc := range map[string]struct {
		options app.StreamModel
		want    []string
	}{
		"nothing":               {app.StreamModel{}, nil},
		"a destination":         {app.StreamModel{OnFailure: deadQueue}, []string{"main.go:12: work has OnFailure" + rest}},
		"halves":                {app.StreamModel{Bisect: true}, []string{"main.go:12: work has Bisect" + rest}},
		"both":                  {app.StreamModel{Bisect: true, OnFailure: deadQueue}, []string{"main.go:12: work has OnFailure" + rest}},
		"both, with no retries": {app.StreamModel{Bisect: true, OnFailure: deadQueue, Retry: &app.RetryModel{MaximumAttempts: new(0)}}, nil},
		"both, with an age":     {app.StreamModel{Bisect: true, OnFailure: deadQueue, Retry: &app.RetryModel{MaximumAgeSeconds: new(60)}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := synth.Build(sourcedInput(streamed(tc.options)))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range g.Warnings() {
				got = append(got, w.Message)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestUnmatchedFilters: a filter that no record can match is warned of, whatever it is for.
func TestUnmatchedFilters(t *testing.T) {
	right, wrong := app.Pattern{"awsRegion": []any{"us-west-2"}}, app.Pattern{"stat": []any{"new"}}
	filters := []app.Pattern{right, wrong}
	queue, stream, table := sourced(app.SQSKind, "q"), sourced(app.KinesisKind, "s"), sourced(app.DynamoDBKind, "arn:aws:dynamodb:us-west-2:123456789012:table/orders/stream/2026-01-01T00:00:00.000")
	queue.SQS.Filters, stream.Kinesis.Filters, table.DynamoDB.Filters = filters, filters, filters
	for _, f := range []app.FunctionModel{queue, stream, table} {
		t.Run(string(f.Kind), func(t *testing.T) {
			g, err := synth.Build(sourcedInput(f))
			if err != nil {
				t.Fatal(err)
			}
			const want = "main.go:12: work: filter 2's stat is in no record, so that none passes: "
			if w := g.Warnings(); len(w) != 1 || w[0].Function != "work" || !strings.HasPrefix(w[0].Message, want) {
				t.Errorf("got %q, want %s", w, want)
			}
		})
	}
}

// TestExpressionsOutsideTerraform: what only Terraform fills in is no destination and no
// key elsewhere.
func TestExpressionsOutsideTerraform(t *testing.T) {
	for name, options := range map[string]app.StreamModel{
		"a destination":       {OnFailure: "${aws_sqs_queue.dead.arn}"},
		"a destination's key": {OnFailure: deadQueue, FailureKey: "${aws_sqs_queue.dead.arn}"},
		"a source's key":      {SourceKey: "${aws_sqs_queue.dead.arn}"},
	} {
		options.Retry = &app.RetryModel{MaximumAttempts: new(1)}
		g, err := synth.Build(sourcedInput(streamed(options)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := synth.Terraform(g); err != nil {
			t.Errorf("%s: Terraform: %v", name, err)
		}
		for format, render := range map[string]func(*synth.Graph) (*synth.Template, error){
			"SAM":            synth.SAM,
			"CloudFormation": func(g *synth.Graph) (*synth.Template, error) { return synth.CloudFormation(g, synth.Code{}) },
		} {
			_, err := render(g)
			if err == nil || !strings.Contains(err.Error(), `"${aws_sqs_queue.dead.arn}" has ${...} in it, which only Terraform fills in`) {
				t.Errorf("%s: %s: %v", name, format, err)
			}
		}
	}
}

// TestDestinationsInTerraform: the type of a resource in an expression says what the role
// is allowed.
func TestDestinationsInTerraform(t *testing.T) {
	type statement struct {
		Sid    string
		Action []any
	}
	all := []any{"s3:ListBucket", "sns:Publish", "sqs:SendMessage"}
	for destination, actions := range map[string][]any{
		"${aws_sqs_queue.dead.arn}":                   {"sqs:SendMessage"},
		"${data.aws_sns_topic.dead[0].arn}":           {"sns:Publish"},
		"${aws_s3_bucket.dead.arn}":                   {"s3:ListBucket"},
		"arn:aws:sqs:eu-west-1:${var.account}:dead":   {"sqs:SendMessage"},
		"${var.dead_arn}":                             all,
		"${module.queues.dead_arn}":                   all,
		"arn:${var.partition}:s3:::${var.bucket}":     {"s3:ListBucket"},
		"${aws_lambda_event_source_mapping.dead.arn}": all,
	} {
		data, err := render(t, sourcedInput(streamed(app.StreamModel{OnFailure: destination})), "terraform").JSON()
		if err != nil {
			t.Fatal(err)
		}
		policy := at(decoded(t, data), "resource", "aws_iam_role_policy", "default-role", "policy")
		var document struct{ Statement []statement }
		if err := json.Unmarshal([]byte(policy), &document); err != nil {
			t.Fatalf("%s: %v in %s", destination, err, data)
		}
		i := slices.IndexFunc(document.Statement, func(s statement) bool { return s.Sid == "Failures" })
		if i < 0 {
			t.Fatalf("%s: nothing in %s", destination, policy)
		}
		if diff := cmp.Diff(actions, document.Statement[i].Action); diff != "" {
			t.Errorf("%s (-want +got)\n%s", destination, diff)
		}
	}
}

// TestDestinationsAreNoSources: the visibility timeout of a queue for failures is
// nobody's concern.
func TestDestinationsAreNoSources(t *testing.T) {
	options := app.StreamModel{OnFailure: deadQueue, Retry: &app.RetryModel{MaximumAttempts: new(1)}}
	for _, format := range []string{"sam", "cloudformation"} {
		template := render(t, sourcedInput(streamed(options)), format)
		template.Merge(parsedPart(t, "Resources: {It: {Type: AWS::SQS::Queue, Properties: {QueueName: dead, VisibilityTimeout: 1}}}"))
		data, err := template.JSON()
		if err != nil {
			t.Fatal(err)
		}
		want(t, format, at(decoded(t, data), "Resources", "Work", "DependsOn"), `["It"]`)
	}
}

// TestSharedRoleWithoutOptions: the policy of the shared role is the reference's, where
// no function names a key or a destination.
func TestSharedRoleWithoutOptions(t *testing.T) {
	in := sourcedInput(streamed(app.StreamModel{Retry: &app.RetryModel{MaximumAttempts: new(1)}, Bisect: true}))
	data, err := render(t, in, "cloudformation").JSON()
	if err != nil {
		t.Fatal(err)
	}
	plain, err := render(t, sourcedInput(sourced(app.KinesisKind, "clicks")), "cloudformation").JSON()
	if err != nil {
		t.Fatal(err)
	}
	role := func(data []byte) any { return at(decoded(t, data), "Resources", "DefaultRole") }
	if diff := cmp.Diff(role(plain), role(data)); diff != "" {
		t.Errorf("(-without options +with)\n%s", diff)
	}
}
