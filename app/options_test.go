package app_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// TestOptionsFitTheirCalls type-checks calls with options that belong to them
// and with options that don't.
func TestOptionsFitTheirCalls(t *testing.T) {
	fits := []string{
		`a.Route("/", route, app.Methods("PUT"), app.Name("x"), app.ContentTypes(), app.CORS(), app.APIKeyRequired(), app.Auth(iam), app.Doc("text"))`,
		`a.Route("/", route, app.NoCORS(), nil)`,
		`a.Route("/", route, app.Streams())`,
		`a.Route("/", route, app.CORS(app.CORSConfig{MaxAge: new(0)}))`,
		`a.Route("/", route, app.Auth(a.Authorizer(auth, app.TTL(0), app.Header("X"), app.ExecutionRole("r"), app.Name("n"))))`,
		`a.Route("/", route, app.Auth(app.CognitoUserPool("n", nil, app.Header("X"), app.Scopes("s")).WithScopes("s")))`,
		`a.Route("/", route, app.Auth(app.CustomAuthorizer("n", "u", app.TTL(0), app.Header("X"), app.InvokeRole("r"), app.Scopes("s")).WithScopes("s")))`,
		`a.Route("/", route, app.Auth(a.Authorizer(auth).WithScopes("s")))`,
		`a.Schedule(app.Rate(5, app.Minutes), timed, app.Name("x"), app.Description("text"))`,
		`a.Schedule("rate(5 minutes)", timed)`,
		`a.Schedule(app.Cron(0, "12", "*", "*", "?", "*"), timed)`,
		`a.OnCloudWatchEvent(app.Pattern{"source": []string{"aws.ec2"}}, timed, app.Name("x"))`,
		`a.Schedule("rate(5 minutes)", timed, app.Input(1), app.MaxRetries(1), app.MaxAge(time.Hour), app.DeadLetterQueue("arn"))`,
		`a.Schedule(app.At(time.Time{}), timed, app.Timezone("UTC"), app.FlexibleWindow(0), app.From(time.Time{}), app.Until(time.Time{}))`,
		`a.OnCloudWatchEvent(nil, timed, app.Bus("b"), app.Input(1), app.InputPath("$.detail"), app.MaxRetries(1), app.MaxAge(time.Hour), app.DeadLetterQueue("arn"))`,
		`a.OnCloudWatchEvent(nil, func(_ context.Context, e *app.CloudWatchEvent) error { _, err := app.DetailAs[int](e); return err })`,
		`a.OnS3Event("b", s3, app.Events("s3:ObjectCreated:*"), app.Prefix("p"), app.Suffix("s"), app.Name("x"))`,
		`a.OnS3Event("b", s3, app.KeyFilter("p", "s"), app.KeyFilter("q", ""), app.ViaEventBridge(), app.MaxRetries(1), app.MaxAge(0), app.DeadLetterQueue("arn"))`,
		`a.OnSNSMessage("t", sns, app.Name("x"))`,
		`a.OnSNSMessage("t", sns, app.FilterPolicy(app.Pattern{"a": []string{"b"}}))`,
		`a.OnSNSMessage("t", sns, app.FilterPolicy(nil, app.MessageBody), app.DeadLetterQueue("arn"))`,
		`a.OnSQSMessage("q", sqs, app.BatchSize(10), app.BatchWindow(0), app.MaxConcurrency(5), app.PartialBatch(), app.Name("x"))`,
		`a.OnKinesisRecord("s", kinesis, app.BatchSize(10), app.BatchWindow(0), app.StartingPosition(app.TrimHorizon), app.PartialBatch(), app.Name("x"))`,
		`a.OnDynamoDBRecord("s", dynamodb, app.BatchSize(10), app.BatchWindow(0), app.StartingPosition("LATEST"), app.PartialBatch(), app.Name("x"))`,
		`a.OnSQSMessage("q", sqs, app.Filter(nil), app.Filter(app.Pattern{}), app.Disabled(), app.SourceKey("k"), app.Provisioned(2, 5))`,
		`a.OnKinesisRecord("s", kinesis, app.Filter(nil), app.Disabled(), app.SourceKey("k"), app.OnFailure("q"), app.FailureKey("k"), app.MaxRetries(1), app.MaxAge(time.Hour), app.Bisect(), app.ParallelShards(2), app.StartAt(time.Unix(0, 0)))`,
		`a.OnDynamoDBRecord("s", dynamodb, app.Filter(nil), app.Disabled(), app.SourceKey("k"), app.OnFailure("q"), app.FailureKey("k"), app.MaxRetries(1), app.MaxAge(time.Hour), app.Bisect(), app.ParallelShards(2))`,
		`a.OnKinesisRecord("s", kinesis, []app.KinesisOption{app.StreamOption(app.Bisect()), app.RetryOption{}, app.MappingOption{}}...)`,
		`a.OnSQSMessage("q", app.Each(item), app.Name("x"))`,
		`a.OnSQSMessage("q", app.Each(item, app.Parallel(3)), app.BatchSize(10))`,
		`a.OnSQSMessage("q", app.EachJSON(decoded, app.Parallel(3), app.Poison(park)))`,
		`a.OnSQSMessage("q", app.EachJSON[int](decoded))`,
		`a.OnKinesisRecord("s", app.Each(shard), app.BatchSize(10))`,
		`a.OnKinesisRecord("s", app.EachJSON(func(context.Context, map[string]int, *app.KinesisRecord) error { return nil }))`,
		`a.OnDynamoDBRecord("s", app.Each(row))`,
		`var h func(context.Context, *app.SQSEvent) error = app.Each(item); _ = h`,
		`a.LambdaFunction(pure, app.Name("x"))`,
		`app.TypedLambda(a, typed, app.Name("x"))`,
		`app.TypedLambda(app.NewBlueprint(), typed)`,
		`a.OnWSConnect(ws, app.Name("x"))`,
		`a.RegisterBlueprint(app.NewBlueprint(), app.NamePrefix("p"), app.URLPrefix("/p"))`,
		`a.Route("/", route, app.Allow("s3:GetObject", "*"), app.Allow("s3:PutObject", "arn:1", "arn:2"), app.Auth(a.Authorizer(auth, app.Allow("s3:*"))))`,
		`a.Schedule("rate(5 minutes)", timed, app.Allow("s3:*", "*"))`,
		`a.OnCloudWatchEvent(nil, timed, app.Allow("s3:*", "*"))`,
		`a.OnS3Event("b", s3, app.Allow("s3:*", "*"))`,
		`a.OnSNSMessage("t", sns, app.Allow("s3:*", "*"))`,
		`a.OnSQSMessage("q", sqs, app.Allow("s3:*", "*"))`,
		`a.OnKinesisRecord("s", kinesis, app.Allow("s3:*", "*"))`,
		`a.OnDynamoDBRecord("s", dynamodb, app.Allow("s3:*", "*"))`,
		`a.OnLogEvents("g", logs, app.FilterPattern("ERROR"), app.Name("x"), app.Allow("s3:*", "*"))`,
		`a.LambdaFunction(pure, app.Allow("s3:*", "*"))`,
		`app.TypedLambda(a, typed, app.Allow("s3:*", "*"))`,
		`a.OnWSConnect(ws, app.Allow("s3:*", "*"))`,
		`app.TypedRoute(a, "/", typedRoute, app.Name("x"), app.Methods("PUT"), app.ContentTypes(), app.CORS(), app.APIKeyRequired(), app.Auth(iam), app.Doc("text"), app.Streams(), app.Allow("s3:*", "*"))`,
		`app.TypedRoute(app.NewBlueprint(), "/", typedRoute, app.MaxBody(1), app.MaxDepth(1), app.Errors(404), app.Tags("a"), app.Deprecated(), nil)`,
		`app.TypedRoute(a, "/", func(context.Context, *struct{}) (any, error) { return nil, nil }, app.Results(new(struct{})))`,
		`a.Route("/", route, app.Errors(404), app.Tags("a"), app.Deprecated())`,
		`app.New("n", app.MaxBody(1), app.MaxDepth(1), app.RefuseUnknownMembers(), app.ProblemDetails())`,
		`a.UseFor(app.HTTP, middleware)`,
		`app.New("n", app.Debug(), app.BinaryTypes(), app.DefaultCORS())`,
	}
	misfits := []string{
		`a.OnLogEvents("g", logs, app.BatchSize(10))`,
		`a.OnLogEvents("g", logs, app.Filter(nil))`,
		`a.OnLogEvents("g", logs, app.MaxRetries(1))`,
		`a.OnSQSMessage("q", sqs, app.FilterPattern("ERROR"))`,
		`a.OnCloudWatchEvent(nil, timed, app.FilterPattern("ERROR"))`,
		`a.OnLogEvents("g", timed)`,
		`a.OnSQSMessage("q", sqs, app.Prefix("p"))`,
		`a.OnSQSMessage("q", sqs, app.StartingPosition(app.Latest))`,
		`a.OnSQSMessage("q", route)`,
		`a.OnSQSMessage("q", app.Each(shard))`,
		`a.OnKinesisRecord("s", app.Each(item))`,
		`a.OnKinesisRecord("s", app.Each(shard, app.Parallel(2)))`,
		`a.OnDynamoDBRecord("s", app.Each(row, app.Parallel(2)))`,
		`a.OnDynamoDBRecord("s", app.EachJSON(func(context.Context, int, *app.DynamoDBRecord) error { return nil }))`,
		`a.OnKinesisRecord("s", app.EachJSON(func(context.Context, int, *app.KinesisRecord) error { return nil }, app.Poison(park)))`,
		`a.OnSQSMessage("q", app.Each(decoded))`,
		`a.OnSQSMessage("q", app.EachJSON(item))`,
		`a.OnSQSMessage("q", sqs, app.Parallel(2))`,
		`a.OnSQSMessage("q", item)`,
		`a.OnSNSMessage("t", app.Each(func(context.Context, *app.SNSEvent) error { return nil }))`,
		`a.OnS3Event("b", s3, app.BatchSize(1))`,
		`a.OnS3Event("b", s3, app.FilterPolicy(nil))`,
		`a.OnSNSMessage("t", sns, app.KeyFilter("p", ""))`,
		`a.OnSNSMessage("t", sns, app.MaxRetries(1))`,
		`a.OnCloudWatchEvent(nil, timed, app.ViaEventBridge())`,
		`a.OnKinesisRecord("s", kinesis, app.MaxConcurrency(2))`,
		`a.OnSNSMessage("t", sns, app.Methods("GET"))`,
		`a.OnSQSMessage("q", sqs, app.OnFailure("q"))`,
		`a.OnSQSMessage("q", sqs, app.FailureKey("k"))`,
		`a.OnSQSMessage("q", sqs, app.MaxRetries(1))`,
		`a.OnSQSMessage("q", sqs, app.MaxAge(time.Hour))`,
		`a.OnSQSMessage("q", sqs, app.Bisect())`,
		`a.OnSQSMessage("q", sqs, app.ParallelShards(2))`,
		`a.OnSQSMessage("q", sqs, app.StartAt(time.Unix(0, 0)))`,
		`a.OnKinesisRecord("s", kinesis, app.Provisioned(2, 5))`,
		`a.OnDynamoDBRecord("s", dynamodb, app.Provisioned(2, 5))`,
		`a.OnDynamoDBRecord("s", dynamodb, app.StartAt(time.Unix(0, 0)))`,
		`a.OnSNSMessage("t", sns, app.Filter(nil))`,
		`a.OnSNSMessage("t", sns, app.MaxRetries(1))`,
		`a.OnS3Event("b", s3, app.Disabled())`,
		`a.OnCloudWatchEvent(nil, timed, app.Filter(nil))`,
		`a.Schedule("rate(1 day)", timed, app.Bisect())`,
		`a.LambdaFunction(pure, app.MaxRetries(1))`,
		`a.Schedule("rate(1 day)", timed, app.Doc("text"))`,
		`a.OnCloudWatchEvent(nil, timed, app.Description("text"))`,
		`a.OnCloudWatchEvent(nil, timed, app.Timezone("UTC"))`,
		`a.Schedule("rate(1 day)", timed, app.Bus("b"))`,
		`a.Schedule("rate(1 day)", timed, app.InputPath("$.detail"))`,
		`a.OnSQSMessage("q", sqs, app.DeadLetterQueue("arn"))`,
		`a.OnSQSMessage("q", sqs, app.MaxRetries(1))`,
		`a.LambdaFunction(pure, app.Input(1))`,
		`a.Route("/", route, app.TTL(0))`,
		`a.Route("/", typedRoute)`,
		`app.TypedRoute(a, "/", typed)`,
		`app.TypedRoute(a, "/", typedRoute, app.RefuseUnknownMembers())`,
		`app.TypedRoute(a, "/", typedRoute, app.ProblemDetails())`,
		`app.TypedRoute(a, "/", typedRoute, app.BatchSize(1))`,
		`app.New("n", app.Tags("a"))`,
		`app.New("n", app.Errors(404))`,
		`app.TypedLambda(a, typed, app.Results())`,
		`a.LambdaFunction(pure, app.Streams())`,
		`a.Route("/", route, app.Description("text"))`,
		`a.Route("/", route, app.DefaultCORS())`,
		`a.Route("/", route, app.Auth("name"))`,
		`a.Authorizer(auth, app.InvokeRole("r"))`,
		`a.Authorizer(auth, app.Scopes("s"))`,
		`app.IAMAuthorizer().WithScopes("s")`,
		`app.IAMAuthorizer(app.Header("X"))`,
		`app.CognitoUserPool("n", nil, app.TTL(0))`,
		`app.CognitoUserPool("n", nil, app.Name("x"))`,
		`app.CognitoUserPool("n", nil, app.Allow("s3:*", "*"))`,
		`app.New("n", app.Allow("s3:*", "*"))`,
		`app.CustomAuthorizer("n", "u", app.ExecutionRole("r"))`,
		`a.LambdaFunction(pure, app.PartialBatch())`,
		`a.OnWSConnect(ws, app.Methods("GET"))`,
		`a.RegisterBlueprint(app.NewBlueprint(), app.Name("x"))`,
		`app.NewBlueprint().RegisterBlueprint(app.NewBlueprint())`,
		`a.UseFor("n", route)`,
		`app.New("n", app.CORS())`,
		`app.New("n", app.Name("x"))`,
	}
	check := newChecker(t)
	for _, call := range fits {
		if err := check(call); err != nil {
			t.Errorf("%s does not compile: %v", call, err)
		}
	}
	for _, call := range misfits {
		if err := check(call); err == nil {
			t.Errorf("%s compiles", call)
		}
	}
}

// newChecker returns a function that type-checks one statement.
func newChecker(t *testing.T) func(statement string) error {
	t.Helper()
	const program = `package main
import ("context"; "encoding/json"; "time"; "github.com/chalice-go/chalice/app")
func route(context.Context, *app.Request) (any, error) { return nil, nil }
func auth(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }
func timed(context.Context, *app.CloudWatchEvent) error { return nil }
func s3(context.Context, *app.S3Event) error { return nil }
func sns(context.Context, *app.SNSEvent) error { return nil }
func sqs(context.Context, *app.SQSEvent) error { return nil }
func kinesis(context.Context, *app.KinesisEvent) error { return nil }
func dynamodb(context.Context, *app.DynamoDBEvent) error { return nil }
func logs(context.Context, *app.LogsEvent) error { return nil }
func item(context.Context, *app.SQSRecord) error { return nil }
func decoded(context.Context, int, *app.SQSRecord) error { return nil }
func park(context.Context, *app.SQSRecord, error) error { return nil }
func shard(context.Context, *app.KinesisRecord) error { return nil }
func row(context.Context, *app.DynamoDBRecord) error { return nil }
func ws(context.Context, *app.WebsocketEvent) (any, error) { return nil, nil }
func pure(context.Context, json.RawMessage) (any, error) { return nil, nil }
func typed(context.Context, int) (string, error) { return "", nil }
func typedRoute(context.Context, *struct{}) (*struct{}, error) { return nil, nil }
func middleware(next app.Handler) app.Handler { return next }
var a = app.New("a")
var iam = app.IAMAuthorizer()
var _ time.Duration
func main() { STATEMENT }
`
	files := token.NewFileSet()
	config := types.Config{GoVersion: "go1.26", Importer: importer.ForCompiler(files, "source", nil)}
	return func(statement string) error {
		file, err := parser.ParseFile(files, "main.go", strings.Replace(program, "STATEMENT", statement, 1), 0)
		if err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		_, err = config.Check("main", files, []*ast.File{file}, nil)
		return err
	}
}
