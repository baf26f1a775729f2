package poller

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// destination gets what Lambda sends on behalf of a function: word of the batches of a
// stream that were given up, or of asynchronous invocations.
type destination interface {
	what() string // for people, such as the queue failures
	send(context.Context, Parcel) error
}

// Parcel is what Lambda sends to a destination.
type Parcel struct {
	Text string // for a queue or a topic
	// Attributes go with it. Those whose text is a number are numbers.
	Attributes map[string]string
	Object     []byte // for a bucket
	Key        string // of the object
}

// Send sends a parcel to the queue, the topic or the bucket with an ARN. It also returns
// for people what that is.
func (p *Poller) Send(ctx context.Context, arn string, m Parcel) (to string, err error) {
	ctx, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	d := p.newDestination(arn)
	if d == nil {
		d = unknownDestination(arn)
	}
	if err := d.send(ctx, m); err != nil {
		return d.what(), errors.New(p.reason(err))
	}
	return d.what(), nil
}

// attributeType is the type of an attribute's value.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
func attributeType(text string) *string {
	if _, err := strconv.Atoi(text); err == nil {
		return aws.String("Number")
	}
	return aws.String("String")
}

// destinations are the services that can be a destination, by their name in
// ARNs.
var destinations = map[string]func(p *Poller, arn string) destination{
	"sqs": func(p *Poller, arn string) destination {
		return &queueDestination{poller: p, api: p.sqs(p.regionOf(arn)), name: lastPart(arn), owner: strings.Split(arn, ":")[4]}
	},
	"sns": func(p *Poller, arn string) destination {
		return &topicDestination{api: sns.NewFromConfig(p.aws, func(o *sns.Options) {
			o.Region = p.regionOf(arn)
			p.override(&o.BaseEndpoint)
		}), arn: arn}
	},
	"s3": func(p *Poller, arn string) destination {
		return &bucketDestination{api: s3.NewFromConfig(p.aws, func(o *s3.Options) {
			o.Region = p.regionOf(arn)
			p.override(&o.BaseEndpoint)
			o.UsePathStyle = o.UsePathStyle || isLocal(value(o.BaseEndpoint))
		}), name: lastPart(arn)}
	},
}

// newDestination returns the destination with an ARN; nil: there is none.
func (p *Poller) newDestination(arn string) destination {
	if arn == "" {
		return nil
	}
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || destinations[parts[2]] == nil {
		return unknownDestination(arn)
	}
	return destinations[parts[2]](p, arn)
}

// unknownDestination is the text of one that is known only when the app is
// deployed.
type unknownDestination string

func (d unknownDestination) what() string { return string(d) }

func (d unknownDestination) send(context.Context, Parcel) error {
	return errors.New("it isn't the ARN of a queue, a topic or a bucket")
}

// lastPart returns the last part of an ARN, which is the name of what it is about.
func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }

// isLocal reports whether an endpoint can't have a bucket in its host name.
func isLocal(endpoint string) bool {
	at, err := url.Parse(endpoint)
	return err == nil && (at.Hostname() == "localhost" || net.ParseIP(at.Hostname()) != nil)
}

type queueDestination struct {
	poller      *Poller
	api         *sqs.Client
	name, owner string
}

func (d *queueDestination) what() string { return "the queue " + d.name }

func (d *queueDestination) send(ctx context.Context, m Parcel) error {
	url, err := d.poller.queueURL(ctx, d.api, d.name, &d.owner)
	if err != nil {
		return err
	}
	input := sqs.SendMessageInput{QueueUrl: &url, MessageBody: &m.Text, MessageAttributes: map[string]sqstypes.MessageAttributeValue{}}
	for name, text := range m.Attributes {
		input.MessageAttributes[name] = sqstypes.MessageAttributeValue{DataType: attributeType(text), StringValue: &text}
	}
	_, err = d.api.SendMessage(ctx, &input)
	return err
}

type topicDestination struct {
	api *sns.Client
	arn string
}

func (d *topicDestination) what() string { return "the topic " + lastPart(d.arn) }

func (d *topicDestination) send(ctx context.Context, m Parcel) error {
	input := sns.PublishInput{TopicArn: &d.arn, Message: &m.Text, MessageAttributes: map[string]snstypes.MessageAttributeValue{}}
	for name, text := range m.Attributes {
		input.MessageAttributes[name] = snstypes.MessageAttributeValue{DataType: attributeType(text), StringValue: &text}
	}
	_, err := d.api.Publish(ctx, &input)
	return err
}

type bucketDestination struct {
	api  *s3.Client
	name string
}

func (d *bucketDestination) what() string { return "the bucket " + d.name }

func (d *bucketDestination) send(ctx context.Context, m Parcel) error {
	if _, err := d.api.PutObject(ctx, &s3.PutObjectInput{Bucket: &d.name, Key: &m.Key, Body: bytes.NewReader(m.Object)}); err != nil {
		return fmt.Errorf("put %s: %w", m.Key, err)
	}
	return nil
}
