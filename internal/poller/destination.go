package poller

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// destination gets word of the batches of a stream that were given up.
type destination interface {
	what() string // for people, such as the queue failures
	send(context.Context, letter) error
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

func (d unknownDestination) send(context.Context, letter) error {
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

func (d *queueDestination) send(ctx context.Context, l letter) error {
	body, err := l.text()
	if err != nil {
		return err
	}
	url, err := d.poller.queueURL(ctx, d.api, d.name, &d.owner)
	if err != nil {
		return err
	}
	_, err = d.api.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body})
	return err
}

type topicDestination struct {
	api *sns.Client
	arn string
}

func (d *topicDestination) what() string { return "the topic " + lastPart(d.arn) }

func (d *topicDestination) send(ctx context.Context, l letter) error {
	message, err := l.text()
	if err != nil {
		return err
	}
	_, err = d.api.Publish(ctx, &sns.PublishInput{TopicArn: &d.arn, Message: &message})
	return err
}

type bucketDestination struct {
	api  *s3.Client
	name string
}

func (d *bucketDestination) what() string { return "the bucket " + d.name }

func (d *bucketDestination) send(ctx context.Context, l letter) error {
	body, err := l.object()
	if err != nil {
		return err
	}
	if _, err = d.api.PutObject(ctx, &s3.PutObjectInput{Bucket: &d.name, Key: &l.key, Body: bytes.NewReader(body)}); err != nil {
		return fmt.Errorf("put %s: %w", l.key, err)
	}
	return nil
}
