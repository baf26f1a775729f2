package config

import (
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
)

// Async is what Lambda does about asynchronous invocations of a function.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
type Async struct {
	// DeadLetterTarget is the ARN of a queue or topic that gets the events which the
	// function could not process; zero: none.
	DeadLetterTarget Value
	// OnSuccess and OnFailure are ARNs of a queue, topic, function, event bus or, for
	// failures, bucket that gets a record of each invocation; zero: none.
	OnSuccess, OnFailure Value
	MaxRetries           *int // after the first attempt; nil: Lambda's default, 2
	MaxAge               *int // seconds; nil: Lambda's default, six hours
}

// Of asynchronous invocations.
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
const (
	maxAsyncRetries = 2
	minAsyncAge     = 60    // seconds
	maxAsyncAge     = 21600 // seconds
)

// The keys of targets.
const (
	DeadLetterTargetKey = "dead_letter_target"
	OnSuccessKey        = "on_success"
	OnFailureKey        = "on_failure"
)

var asyncKeys = []Key{
	{
		Name: DeadLetterTargetKey, Scope: allScopes, intrinsic: true,
		form: "an ARN", pattern: anARN,
		Doc: "ARN of a queue or topic that gets the events of asynchronous invocations which a function could not process.",
	},
	{
		Name: OnSuccessKey, Scope: allScopes, intrinsic: true,
		form: "an ARN", pattern: anARN,
		Doc: "ARN of a queue, topic, function or event bus that gets a record of each asynchronous invocation that succeeded.",
	},
	{
		Name: OnFailureKey, Scope: allScopes, intrinsic: true,
		form: "an ARN", pattern: anARN,
		Doc: "ARN of a queue, topic, function, event bus or bucket that gets a record of each asynchronous invocation that failed.",
	},
	{
		Name: "async_max_retries", Scope: allScopes, Kind: Int, Default: "2", Min: 0, Max: maxAsyncRetries,
		Doc: "How often Lambda invokes a function again that failed on an asynchronous invocation.",
	},
	{
		Name: "async_max_age", Scope: allScopes, Kind: Int, Default: "21600", Min: minAsyncAge, Max: maxAsyncAge,
		Doc: "How many seconds Lambda keeps an event of an asynchronous invocation.",
	},
}

func (s *source) mergeAsync(name string, f *Function) {
	f.Async = Async{
		DeadLetterTarget: s.value(name, DeadLetterTargetKey),
		OnSuccess:        s.value(name, OnSuccessKey),
		OnFailure:        s.value(name, OnFailureKey),
		MaxRetries:       s.number(name, "async_max_retries"),
		MaxAge:           s.number(name, "async_max_age"),
	}
}

// AsyncTarget is where Lambda sends something about asynchronous invocations.
type AsyncTarget struct {
	Key   string // DeadLetterTargetKey, OnSuccessKey or OnFailureKey
	Value Value  // ARN
	// Services are those of which the target can be, as ARNs have them.
	Services []string
}

// What Lambda sends to, by the services in ARNs. The content of an event goes to a
// dead-letter target, and a record of the invocation to the others.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
var (
	deadLetterServices = []string{"sqs", "sns"}
	successServices    = []string{"sqs", "sns", "lambda", "events"}
	failureServices    = []string{"sqs", "sns", "lambda", "events", "s3"}
)

// Targets lists the targets that there are.
func (a Async) Targets() []AsyncTarget {
	all := []AsyncTarget{
		{DeadLetterTargetKey, a.DeadLetterTarget, deadLetterServices},
		{OnSuccessKey, a.OnSuccess, successServices},
		{OnFailureKey, a.OnFailure, failureServices},
	}
	return slices.DeleteFunc(all, func(t AsyncTarget) bool { return t.Value.IsZero() })
}

// checkAsync reports what Lambda would refuse to send to, or never sends to. What an
// intrinsic function is about, only someone who knows the template can tell.
func checkAsync(r functionReport, f Function) {
	for _, t := range f.Async.Targets() {
		if t.Value.Text == "" {
			continue
		}
		if problem := awsrules.TargetProblem(t.Value.Text, t.Services...); problem != "" {
			r.add(t.Key, "is %q: %s", t.Value.Text, problem)
		}
	}
}

// waitedFor are the kinds of functions whose callers wait for them, with what becomes of
// failures there.
var waitedFor = map[app.FunctionKind]string{
	app.SQSKind:          "a message that fails goes back to its queue, whose RedrivePolicy can name another queue for it",
	app.KinesisKind:      "what becomes of a stream's records that fail is for app.MaxRetries and app.OnFailure to say",
	app.DynamoDBKind:     "what becomes of a stream's records that fail is for app.MaxRetries and app.OnFailure to say",
	app.WSConnectKind:    waitingAPI,
	app.WSMessageKind:    waitingAPI,
	app.WSDisconnectKind: waitingAPI,
}

const waitingAPI = "API Gateway waits for its answer"

// asyncDoubts tells which functions have settings of their own for asynchronous
// invocations, though nothing of the app invokes them so. What is said for all functions
// is for those that it fits.
func (s *Stage) asyncDoubts(m *app.Model) []string {
	waiting := map[string]string{}
	for _, name := range m.FunctionNames() {
		waiting[name] = waitingAPI // of the routes, or of an authorizer
	}
	for _, f := range m.Functions {
		waiting[f.FunctionName()] = waitedFor[f.Kind]
	}
	ms := s.mistakes()
	for _, name := range m.FunctionNames() {
		for _, k := range asyncKeys {
			own := s.source.lookup(name, k.Name)
			if own == nil || waiting[name] == "" || own == s.source.lookup("", k.Name) {
				continue
			}
			ms.add(own.line, s.source.pathTo(own, name, k.Name), "counts for asynchronous invocations alone, and only somebody else can invoke %s so: %s", name, waiting[name])
		}
	}
	return ms.lines()
}
