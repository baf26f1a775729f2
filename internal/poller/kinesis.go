package poller

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/chalice-go/chalice/app"
)

// kinesisStream is a Kinesis data stream.
type kinesisStream struct {
	api          *kinesis.Client
	poller       *Poller
	name, region string
	function     string // the function's name in AWS
	arn          string // known when shards has been called
}

func (p *Poller) newKinesis(m mapping, s *app.StreamModel) *stream {
	name := streamName(s)
	k := &kinesisStream{poller: p, name: name, region: p.regionOf(s.Stream), function: m.function}
	k.api = kinesis.NewFromConfig(p.aws, func(o *kinesis.Options) {
		o.Region = k.region
		p.override(&o.BaseEndpoint)
	})
	m.kind, m.name = kindStream, name
	st := newStream(m, s, k)
	st.interval = time.Second // a shard allows five calls a second, for all its readers together
	return st
}

// streamName returns the name of the stream, from its ARN if there is one.
func streamName(s *app.StreamModel) string {
	return s.Stream[strings.LastIndexByte(s.Stream, '/')+1:] // a name has no slash
}

func (k *kinesisStream) streamARN() string { return k.arn }

func (k *kinesisStream) shards(ctx context.Context) ([]shard, error) {
	summary, err := k.api.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: &k.name})
	if code(err) == notFound {
		return nil, &missingError{"the stream " + k.name, "make it at " + k.poller.where() +
			", say with aws kinesis create-stream --shard-count 1 --stream-name " + k.name + " --region " + k.region}
	} else if err != nil {
		return nil, err
	}
	k.arn = value(summary.StreamDescriptionSummary.StreamARN)
	var all []shard
	in := &kinesis.ListShardsInput{StreamName: &k.name}
	for {
		page, err := k.api.ListShards(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Shards {
			one := shard{id: value(s.ShardId), closed: s.SequenceNumberRange != nil && s.SequenceNumberRange.EndingSequenceNumber != nil}
			for _, parent := range []*string{s.ParentShardId, s.AdjacentParentShardId} {
				if parent != nil {
					one.parents = append(one.parents, *parent)
				}
			}
			all = append(all, one)
		}
		if page.NextToken == nil {
			return all, nil
		}
		in = &kinesis.ListShardsInput{NextToken: page.NextToken}
	}
}

func (k *kinesisStream) iterator(ctx context.Context, shard string, p position) (string, error) {
	in := &kinesis.GetShardIteratorInput{StreamName: &k.name, ShardId: &shard, ShardIteratorType: types.ShardIteratorType(p.kind)}
	if p.sequence != "" {
		in.StartingSequenceNumber = &p.sequence
	}
	if p.kind == atTimestamp {
		in.Timestamp = &p.time
	}
	out, err := k.api.GetShardIterator(ctx, in)
	if err != nil {
		return "", err
	}
	return value(out.ShardIterator), nil
}

func (k *kinesisStream) read(ctx context.Context, shard, iterator string) (page, error) {
	out, err := k.api.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: &iterator})
	if err != nil {
		return page{}, err
	}
	p := page{next: value(out.NextShardIterator), behind: value(out.MillisBehindLatest) > 0}
	for i := range out.Records {
		one, err := k.item(shard, &out.Records[i])
		if err != nil {
			return page{}, err
		}
		p.items = append(p.items, one)
	}
	return p, nil
}

// kinesisRecord is a record in the form of Lambda's events.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
type kinesisRecord struct {
	Kinesis struct {
		SchemaVersion  string      `json:"kinesisSchemaVersion"`
		PartitionKey   string      `json:"partitionKey"`
		SequenceNumber string      `json:"sequenceNumber"`
		Data           []byte      `json:"data"`
		Arrival        json.Number `json:"approximateArrivalTimestamp"`
	} `json:"kinesis"`
	Source      string `json:"eventSource"`
	Version     string `json:"eventVersion"`
	ID          string `json:"eventID"`
	Name        string `json:"eventName"`
	IdentityARN string `json:"invokeIdentityArn"`
	Region      string `json:"awsRegion"`
	SourceARN   string `json:"eventSourceARN"`
}

func (k *kinesisStream) item(shard string, r *types.Record) (item, error) {
	sequence := value(r.SequenceNumber)
	out := kinesisRecord{
		Source: "aws:kinesis", Version: "1.0", ID: shard + ":" + sequence, Name: "aws:kinesis:record",
		IdentityARN: roleARN(k.arn, k.function), Region: k.region, SourceARN: k.arn,
	}
	out.Kinesis.SchemaVersion = "1.0"
	out.Kinesis.PartitionKey = value(r.PartitionKey)
	out.Kinesis.SequenceNumber = sequence
	out.Kinesis.Data = notNil(r.Data)
	out.Kinesis.Arrival = milliseconds(value(r.ApproximateArrivalTimestamp))
	record, err := encode(out)
	return item{id: sequence, record: record, key: out.Kinesis.PartitionKey, arrived: value(r.ApproximateArrivalTimestamp)}, err
}

// roleARN returns the ARN of a role in the stream's account that could invoke
// the function.
func roleARN(streamARN, function string) string {
	parts := strings.SplitN(streamARN, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return "arn:" + cmp.Or(parts[1], "aws") + ":iam::" + parts[4] + ":role/" + function
}

// milliseconds returns a time in seconds since 1970, with up to three digits
// after the point.
func milliseconds(t time.Time) json.Number {
	return json.Number(strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64))
}
