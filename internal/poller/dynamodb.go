package poller

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/chalice-go/chalice/app"
)

// tableStream is the stream of a DynamoDB table.
type tableStream struct {
	api                *dynamodbstreams.Client
	poller             *Poller
	arn, table, region string
}

func (p *Poller) newDynamoDB(m mapping, s *app.StreamModel) *stream {
	t := &tableStream{poller: p, arn: s.StreamARN, region: p.regionOf(s.StreamARN), table: tableName(s)}
	t.api = dynamodbstreams.NewFromConfig(p.aws, func(o *dynamodbstreams.Options) {
		o.Region = t.region
		p.override(&o.BaseEndpoint)
	})
	m.kind, m.name = kindTable, t.table
	st := newStream(m, s, t)
	st.interval = 250 * time.Millisecond // at which Lambda reads
	st.arrivalFormat = time.RFC3339      // DynamoDB has whole seconds
	return st
}

func (t *tableStream) streamARN() string { return t.arn }

// tableName returns the name of the table, as the ARN of its stream has it.
func tableName(s *app.StreamModel) string {
	if resource := strings.Split(s.StreamARN, "/"); len(resource) > 1 {
		return resource[1]
	}
	return s.StreamARN
}

func (t *tableStream) shards(ctx context.Context) ([]shard, error) {
	var all []shard
	in := &dynamodbstreams.DescribeStreamInput{StreamArn: &t.arn}
	for {
		out, err := t.api.DescribeStream(ctx, in)
		if code(err) == notFound {
			return nil, t.missing(ctx)
		} else if err != nil {
			return nil, err
		}
		for _, s := range out.StreamDescription.Shards {
			one := shard{id: value(s.ShardId), closed: s.SequenceNumberRange != nil && s.SequenceNumberRange.EndingSequenceNumber != nil}
			if s.ParentShardId != nil {
				one.parents = []string{*s.ParentShardId}
			}
			all = append(all, one)
		}
		if in.ExclusiveStartShardId = out.StreamDescription.LastEvaluatedShardId; in.ExclusiveStartShardId == nil {
			return all, nil
		}
	}
}

// missing returns the error of a stream that doesn't exist. A table's stream
// gets another ARN each time that it is enabled, so the error names the one
// that exists now.
func (t *tableStream) missing(ctx context.Context) error {
	advice := "make the table " + t.table + " at " + t.poller.where() + ", with a stream, and give its ARN to the app, say in a variable of --env-file"
	out, err := t.api.ListStreams(ctx, &dynamodbstreams.ListStreamsInput{TableName: &t.table})
	if err == nil && len(out.Streams) > 0 {
		advice = "the table has another, " + value(out.Streams[len(out.Streams)-1].StreamArn) + ": give that to the app, say in a variable of --env-file"
	}
	return &missingError{"the stream " + t.arn, advice}
}

func (t *tableStream) iterator(ctx context.Context, shard string, p position) (string, error) {
	in := &dynamodbstreams.GetShardIteratorInput{StreamArn: &t.arn, ShardId: &shard, ShardIteratorType: types.ShardIteratorType(p.kind)}
	if p.sequence != "" {
		in.SequenceNumber = &p.sequence
	}
	out, err := t.api.GetShardIterator(ctx, in)
	if err != nil {
		return "", err
	}
	return value(out.ShardIterator), nil
}

func (t *tableStream) read(ctx context.Context, _, iterator string) (page, error) {
	out, err := t.api.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: &iterator})
	if err != nil {
		return page{}, err
	}
	p := page{next: value(out.NextShardIterator)}
	for i := range out.Records {
		one, err := t.item(&out.Records[i])
		if err != nil {
			return page{}, err
		}
		p.items = append(p.items, one)
	}
	return p, nil
}

// tableRecord is a change of a table in the form of Lambda's events.
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
type tableRecord struct {
	ID        string         `json:"eventID"`
	Name      string         `json:"eventName"`
	Version   string         `json:"eventVersion"`
	Source    string         `json:"eventSource"`
	Region    string         `json:"awsRegion"`
	Change    tableChange    `json:"dynamodb"`
	Identity  *tableIdentity `json:"userIdentity,omitempty"`
	SourceARN string         `json:"eventSourceARN"`
}

type tableChange struct {
	Created        int64          `json:"ApproximateCreationDateTime"` // seconds since 1970
	Keys           map[string]any `json:"Keys,omitempty"`
	NewImage       map[string]any `json:"NewImage,omitempty"`
	OldImage       map[string]any `json:"OldImage,omitempty"`
	SequenceNumber string         `json:"SequenceNumber"`
	SizeBytes      int64          `json:"SizeBytes"`
	StreamViewType string         `json:"StreamViewType"`
}

// tableIdentity is DynamoDB itself, which deletes an item when its time to live
// is over.
type tableIdentity struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
}

func (t *tableStream) item(r *types.Record) (item, error) {
	out := tableRecord{
		ID: value(r.EventID), Name: string(r.EventName), Version: value(r.EventVersion),
		Source: cmp.Or(value(r.EventSource), "aws:dynamodb"), Region: cmp.Or(value(r.AwsRegion), t.region), SourceARN: t.arn,
	}
	if r.UserIdentity != nil {
		out.Identity = &tableIdentity{Type: value(r.UserIdentity.Type), PrincipalID: value(r.UserIdentity.PrincipalId)}
	}
	change := value(r.Dynamodb)
	out.Change = tableChange{
		Created: value(change.ApproximateCreationDateTime).Unix(), SequenceNumber: value(change.SequenceNumber),
		SizeBytes: value(change.SizeBytes), StreamViewType: string(change.StreamViewType),
	}
	var err error
	for _, one := range []struct {
		to   *map[string]any
		from map[string]types.AttributeValue
	}{{&out.Change.Keys, change.Keys}, {&out.Change.NewImage, change.NewImage}, {&out.Change.OldImage, change.OldImage}} {
		if *one.to, err = image(one.from); err != nil {
			return item{}, err
		}
	}
	record, err := encode(out)
	if err != nil {
		return item{}, err
	}
	key, err := encode(out.Change.Keys) // in the order of the names
	return item{id: out.Change.SequenceNumber, record: record, key: string(key), arrived: value(change.ApproximateCreationDateTime)}, err
}
