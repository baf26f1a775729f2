package eventpattern

import (
	"slices"

	"github.com/chalice-go/chalice/app"
)

// Language is a pattern language: its operators, its limits, and what else it doesn't
// take of what EventBridge takes.
type Language struct {
	// name is the service, and patterns what it calls its patterns, for messages.
	name, patterns string
	// operators are the names of operators, sorted.
	operators []string
	// but are the operators that anything-but can have inside, sorted, and butLists
	// whether these take lists of texts.
	but      []string
	butLists bool
	// foldsParts says that prefix and suffix can have equals-ignore-case inside.
	foldsParts bool
	// numbers are the numbers that numeric and anything-but compare.
	numbers numbers
	// spelled says that a number which stands in a list itself matches only numbers
	// that are spelled like it: 300 isn't 300.0.
	spelled bool

	// length is how many characters a pattern can have, and bytes how many bytes; 0:
	// as many as you like.
	length, bytes int
	// flat says that members can't be objects.
	flat bool
	// members is how many members a pattern can have, and combinations how many ways
	// there can be to match it; 0: as many as you like.
	members, combinations int

	// data is the member of a record whose text is decoded, and objects whether its
	// requirements have to be an object.
	data    string
	objects bool
	// beside are the other members of a record, sorted.
	beside []string
	// images are members of the data in which all numbers are texts.
	images []string
}

// EventBridge is the language of the patterns of EventBridge's rules.
//
// The quota of a pattern's length is 2,048 characters in the user guide, and can be
// raised; the API takes 4,096. The operator exactly isn't documented, but in the code.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
var EventBridge = &Language{
	name:       "EventBridge",
	patterns:   "EventBridge's event patterns",
	operators:  []string{"anything-but", "cidr", "equals-ignore-case", "exactly", "exists", "numeric", "prefix", "suffix", "wildcard"},
	but:        []string{"equals-ignore-case", "prefix", "suffix", "wildcard"},
	butLists:   true,
	foldsParts: true,
	// The code has since been changed to compare all numbers that a double can be.
	numbers: numbers{limit: 5_000_000_000, digits: 6},
	// EventBridge has been seen to take 300.0 for 300, as its code does: what matches
	// here matches there, too.
	spelled: true,
	length:  4096,
}

// lambda is the language of the filters of event source mappings. Its page says that
// they have the rules of EventBridge, but also that its table has all operators: these
// are the ones of the table. They are those that EventBridge's own page has for pipes,
// which filter the same sources, apart from prefix and suffix in any case.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
// https://docs.aws.amazon.com/lambda/latest/api/API_Filter.html
var lambda = Language{
	name:      "Lambda",
	patterns:  "Lambda's filters",
	operators: []string{"anything-but", "equals-ignore-case", "exists", "numeric", "prefix", "suffix"},
	numbers:   EventBridge.numbers,
	spelled:   true,
	length:    4096,
}

// filters are the languages of Lambda's filters by what they are for. Each has one
// member with data. The pages say that only these members can be used, but have tables
// of what is filtered by the others, and these do work.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-by-service
var filters = map[app.FunctionKind]*Language{
	// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
	app.SQSKind: with(lambda, func(l *Language) {
		l.data = "body"
		l.beside = []string{
			"attributes", "awsRegion", "eventSource", "eventSourceARN", "md5OfBody", "md5OfMessageAttributes",
			"messageAttributes", "messageId", "receiptHandle",
		}
	}),
	// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
	app.KinesisKind: with(lambda, func(l *Language) {
		l.data, l.objects = "data", true
		l.beside = []string{
			"approximateArrivalTimestamp", "awsRegion", "encryptionType", "eventID", "eventName", "eventSource",
			"eventSourceARN", "eventVersion", "invokeIdentityArn", "kinesisSchemaVersion", "partitionKey", "sequenceNumber",
		}
	}),
	// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
	app.DynamoDBKind: with(lambda, func(l *Language) {
		l.data, l.objects = "dynamodb", true
		l.beside = []string{"awsRegion", "eventID", "eventName", "eventSource", "eventSourceARN", "eventVersion", "userIdentity"}
		l.images = []string{"Keys", "NewImage", "OldImage"}
	}),
}

// Lambda returns the language of the filters of one kind of functions: those that
// Lambda invokes for the records of queues, streams and tables. Other kinds get that
// of all filters, which knows no records.
func Lambda(kind app.FunctionKind) *Language {
	if l, ok := filters[kind]; ok {
		return l
	}
	return &lambda
}

// sns is the language of filter policies.
//
// How many members there can be is told in different ways. One version of the page
// counts all that have values, however deep; the others, and SNS itself, count those of
// the policy.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
// https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
// https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html
// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
var sns = Language{
	name:         "SNS",
	patterns:     "SNS's filter policies",
	operators:    []string{"anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix"},
	but:          []string{"prefix"},
	numbers:      numbers{limit: 1_000_000_000, digits: 5},
	bytes:        256 << 10,
	members:      5,
	combinations: 150,
}

// SNSAttributes and SNSBody are the languages of filter policies, of messages'
// attributes and of their bodies.
var (
	SNSAttributes = with(sns, func(l *Language) { l.flat = true })
	SNSBody       = with(sns, func(*Language) {})
)

// SNS returns the language of the filter policies of a scope: MessageBody, or
// MessageAttributes, which is also that of "".
func SNS(scope string) *Language {
	if scope == string(app.MessageBody) {
		return SNSBody
	}
	return SNSAttributes
}

// with returns a language that differs from another.
func with(l Language, change func(*Language)) *Language {
	change(&l)
	return &l
}

func (l *Language) has(operator string) bool { return slices.Contains(l.operators, operator) }
