package awsrules

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

var (
	// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
	streamName = lazyregexp.New(`^[A-Za-z0-9_.-]{1,128}$`)
	// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
	tableStream = lazyregexp.New(`^table/[A-Za-z0-9_.-]{3,255}/stream/[^/]+$`)
)

// kinesis checks a Kinesis data stream. A saved model can have its ARN instead
// of its name.
func (p place) kinesis(m *app.StreamModel) {
	p.stream(m, app.KinesisKind)
	p.startAt(m, app.KinesisKind)
	switch a, ok := arnOf(m.Stream, "kinesis"); {
	case m.Stream == "":
		p.fail("the stream's name is empty")
	case filledIn(m.Stream), streamName.MatchString(m.Stream):
	case strings.HasPrefix(m.Stream, "arn:"):
		name, isStream := strings.CutPrefix(a.resource, "stream/")
		if !ok || !a.owned() || !isStream || !streamName.MatchString(name) {
			p.fail("stream %q is neither the name nor the ARN of a stream, which is arn:aws:kinesis:region:account:stream/name", m.Stream)
		}
	default:
		p.fail("%q is no name of a stream: that has 1 to 128 letters, digits, -, _ and .", m.Stream)
	}
}

// table checks the stream of a DynamoDB table.
func (p place) table(m *app.StreamModel) {
	p.stream(m, app.DynamoDBKind)
	p.startAt(m, app.DynamoDBKind)
	a, ok := arnOf(m.StreamARN, "dynamodb")
	if !filledIn(m.StreamARN) && !(ok && a.owned() && tableStream.MatchString(a.resource)) {
		p.fail("%q is not the ARN of a table's stream: that is arn:aws:dynamodb:region:account:table/name/stream/label", m.StreamARN)
	}
}
