package app_test

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"github.com/chalice-go/chalice/app"
)

func index(context.Context, *app.Request) (any, error)                      { return nil, nil }
func other(context.Context, *app.Request) (any, error)                      { return nil, nil }
func check(context.Context, *app.AuthRequest) (*app.AuthResponse, error)    { return nil, nil }
func checkAll(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }
func tick(context.Context, *app.CloudWatchEvent) error                      { return nil }
func resize(context.Context, *app.S3Event) error                            { return nil }
func notify(context.Context, *app.SNSEvent) error                           { return nil }
func work(context.Context, *app.SQSEvent) error                             { return nil }
func record(context.Context, *app.KinesisEvent) error                       { return nil }
func change(context.Context, *app.DynamoDBEvent) error                      { return nil }
func alarm(context.Context, *app.LogsEvent) error                           { return nil }
func item(context.Context, *app.SQSRecord) error                            { return nil }
func decoded(context.Context, int, *app.SQSRecord) error                    { return nil }
func park(context.Context, *app.SQSRecord, error) error                     { return nil }
func report(context.Context, json.RawMessage) (any, error)                  { return nil, nil }
func double(_ context.Context, n int) (int, error)                          { return 2 * n, nil }
func same[T any](_ context.Context, v T) (T, error)                         { return v, nil }
func message(context.Context, *app.WebsocketEvent) (any, error)             { return nil, nil }
func through(next app.Handler) app.Handler                                  { return next }

const stream = "arn:aws:dynamodb:us-west-2:123456789012:table/Orders/stream/2020-09-28T16:49:14.209"

// mistakenRoutes makes mistakes with routes. A comment "want" on the line of a
// call, or on a line of its own before it, is a regular expression for the
// mistake that is reported there.
func mistakenRoutes() *app.App {
	a := app.New("", app.DefaultCORS(app.CORSConfig{}, app.CORSConfig{})) // want `the app has no name` `CORS takes one configuration`
	a.Route("", index)                                                    // want `the path is empty: the root is "/"`
	a.Route("a", index)                                                   // want `path "a" has to start with a slash`
	a.Route("/a/", index)                                                 // want `path "/a/" can't end in a slash: write "/a"`
	a.Route("/{a", index)                                                 // want `path "/{a": an opening brace has no closing one`
	a.Route("/a}", index)                                                 // want `path "/a}": a closing brace has no opening one`
	a.Route("/{{a}}", index)                                              // want `path "/{{a}}": an opening brace has no closing one`
	a.Route("/f/{a}.json", index)                                         // want `path "/f/{a}.json": a parameter is a whole part of the path, as in /{a}/`
	a.Route("/{}", index)                                                 // want `path "/{}" has a parameter without a name`
	a.Route("/{a}/{a}", index)                                            // want `path "/{a}/{a}" has two parameters named "a"`
	a.Route("/{a}/{a+}", index)                                           // want `path "/{a}/{a\+}" has two parameters named "a"`
	a.Route("/{a+}/b", index)                                             // want `{a\+} takes the rest of the path, so it has to be its last part`
	a.Route("/x{a+}", index)                                              // want `{a\+} takes the rest of the path`
	a.Route("/ok", index, app.Methods("get"))                             // want `unknown method "get": write GET`
	a.Route("/ok", index, app.Methods("FETCH"))                           // want `unknown method "FETCH": use one of GET, POST`
	a.Route("/ok", index, app.Methods())                                  // want `Methods is empty`
	a.Route("/m", index, app.Methods("PUT", "PUT"))                       // want `method PUT is listed twice for /m`
	a.Route("/ok", nil)                                                   // want `the handler is nil`
	a.Route("/named", index, app.Name(""))                                // want `Name is empty`
	a.Route("/twice", index, app.Name("a"), app.Name("b"))                // want `Name is given twice`
	a.Route("/twice2", index, app.Methods("PUT"), app.Methods("POST"))    // want `Methods is given twice`
	a.Route("/cors", index, app.CORS(), app.NoCORS())                     // want `CORS is given twice`
	a.Route("/mixed", index, app.ContentTypes("image/png", "text/css"))   // want `of the content types of "index", \["image/png"\] are binary and \["text/css"\] are not`
	a.Route("/auth", index, app.Auth(nil))                                // want `Auth has no authorizer: it is nil`
	a.Route("/auth2", index, app.Auth((*app.CognitoAuth)(nil)))           // want `Auth has no authorizer: it is nil`
	a.Route("/dup", index, app.Methods("GET", "PUT"))
	a.Route("/dup", other, app.Methods("POST", "PUT")) // want `PUT /dup has two handlers: "other" here and "index" at app/mistaken_test.go:\d+`
	a.Route("/c", index, app.CORS(app.CORSConfig{AllowOrigin: "https://a.test"}))
	a.Route("/c", other, app.Methods("PUT"), app.CORS()) // want `the routes of /c have different CORS configurations, this one and that at app/mistaken_test.go:\d+`
	a.Route("/o", index, app.CORS())
	a.Route("/o", other, app.Methods("OPTIONS"), app.NoCORS())                                                    // want `/o has CORS, at app/mistaken_test.go:\d+, and a handler for OPTIONS`
	a.Route("/n", index, app.CORS(app.AllowOrigins()))                                                            // want `AllowOrigins of CORS is empty: name the origins, or leave it out for all`
	a.Route("/n2", index, app.CORS(app.CORSConfig{AllowOrigins: []string{}}))                                     // want `AllowOrigins of CORS is empty`
	a.Route("/both", index, app.CORS(app.CORSConfig{AllowOrigin: "*", AllowOrigins: []string{"https://a.test"}})) // want `CORS has AllowOrigin and AllowOrigins: name all origins in AllowOrigins`
	a.Route("/d", index, app.CORS(app.AllowOrigins("https://a.test", "https://b.test")))
	a.Route("/d", other, app.Methods("PUT"), app.CORS(app.AllowOrigins("https://b.test", "https://a.test")))
	a.Route("/d", other, app.Methods("POST"), app.CORS(app.AllowOrigins("https://a.test"))) // want `the routes of /d have different CORS configurations, this one and that at app/mistaken_test.go:\d+`
	return a
}

// mistakenFunctions makes mistakes with functions.
func mistakenFunctions() *app.App {
	a := app.New("functions", app.BinaryTypes("a/b"), app.BinaryTypes(), nil)                                                // want `BinaryTypes is given twice`
	a.Schedule("rate(1 day)", nil, app.Name("s11"))                                                                          // want `the handler is nil`
	a.OnCloudWatchEvent(app.Pattern{"a": math.NaN()}, tick, app.Name("c2"))                                                  // want `the event pattern can't be written as JSON`
	a.OnSQSMessage("q", work, app.Name("q4"), app.BatchSize(0))                                                              // want `BatchSize is 0: it has to be from 1 to 10000`
	a.OnSQSMessage("q", work, app.Name("q5"), app.BatchSize(1), app.BatchSize(2))                                            // want `BatchSize is given twice`
	a.OnSQSMessage("q", work, app.Name("q6"), app.BatchWindow(time.Millisecond))                                             // want `BatchWindow is 1ms: it has to be whole seconds`
	a.OnKinesisRecord("s", record, app.Name("k3"), app.StartingPosition("FIRST"))                                            // want `StartingPosition is "FIRST": it has to be app.Latest or app.TrimHorizon`
	a.OnSQSMessage("q", work, app.Name("q7"), app.Filter(app.Pattern{"a": math.NaN()}))                                      // want `the pattern of Filter can't be written as JSON`
	a.OnSQSMessage("q", work, app.Name("q8"), app.SourceKey(""))                                                             // want `SourceKey is empty: give the ARN of a key, or leave it out`
	a.OnSQSMessage("q", work, app.Name("q9"), app.Provisioned(2, 3), app.Provisioned(2, 4))                                  // want `Provisioned is given twice`
	a.OnKinesisRecord("s", record, app.Name("k4"), app.OnFailure(""))                                                        // want `OnFailure is empty: give the ARN of a queue, of a topic or of a bucket, or leave it out`
	a.OnKinesisRecord("s", record, app.Name("k6"), app.OnFailure("arn:1"), app.FailureKey(""))                               // want `FailureKey is empty: give the ARN of a key, or leave it out`
	a.OnKinesisRecord("s", record, app.Name("k7"), app.ParallelShards(0))                                                    // want `ParallelShards is 0: it has to be from 1 to 10`
	a.OnKinesisRecord("s", record, app.Name("k8"), app.MaxAge(time.Minute+time.Nanosecond))                                  // want `MaxAge is 1m0.000000001s: it has to be whole seconds`
	a.OnKinesisRecord("s", record, app.Name("k9"), app.MaxRetries(1), app.MaxRetries(2))                                     // want `MaxRetries is given twice`
	a.OnKinesisRecord("s", record, app.Name("k10"), app.StartAt(time.Time{}))                                                // want `StartAt is the zero time: give the time to start at`
	a.OnKinesisRecord("s", record, app.Name("k11"), app.StartAt(time.Unix(1, 2)))                                            // want `StartAt is 1970-01-01T00:00:01.000000002Z: it has to be whole seconds`
	a.OnKinesisRecord("s", record, app.Name("k12"), app.StartAt(time.Unix(1, 0)), app.StartingPosition(app.Latest))          // want `StartAt and StartingPosition are both given: the function can start at one of them`
	a.OnDynamoDBRecord(stream, change, app.Name("d1"), app.StartingPosition("AT_TIMESTAMP"))                                 // want `StartingPosition is "AT_TIMESTAMP": it has to be app.Latest or app.TrimHorizon`
	a.OnDynamoDBRecord(stream, change, app.Name("d2"), app.MaxAge(time.Hour), app.MaxAge(time.Hour), app.SourceKey("arn:1")) // want `MaxAge is given twice`
	a.OnDynamoDBRecord("${aws_dynamodb_table.orders.stream_arn}", change, app.Name("d0"))
	a.OnDynamoDBRecord("arn:${Token[TOKEN.1]}", change, app.Name("d00"))
	a.OnSQSMessage("arn:${Token[TOKEN.1]}", work, app.Name("q00"))
	a.LambdaFunction(report, app.Name("a00"), app.Allow("s3:GetObject", "arn:${Token[TOKEN.1]}/*", "${aws_s3_bucket.b.arn}/*"))
	a.LambdaFunction(report)
	a.LambdaFunction(report)                                // want `two functions are named "report", the other one at app/mistaken_test.go:\d+: use app.Name`
	a.LambdaFunction(report, app.Name("api_handler"))       // want `the name "api_handler" is reserved`
	a.LambdaFunction(report, app.Name("websocket_connect")) // want `the name "websocket_connect" is reserved`
	a.LambdaFunction(report, app.Name("bad name"))          // want `"bad name" is no name for a function: it must be of 1 to 64`
	app.TypedLambda(a, same[int])                           // want `instance of a generic function`
	app.TypedLambda[int, int](a, nil)                       // want `the handler is nil`
	a.OnWSConnect(message)
	a.OnWSConnect(message)                                                                                                // want `OnWSConnect is registered twice, also at app/mistaken_test.go:\d+`
	a.OnWSMessage(nil, app.Name("m"))                                                                                     // want `the handler is nil`
	a.LambdaFunction(report, app.Name("a1"), app.Allow("s3:GetObject"))                                                   // want `Allow\("s3:GetObject"\) names no resource: give its ARN, or "\*" for all`
	a.LambdaFunction(report, app.Name("a2"), app.Allow("*", "*"))                                                         // want `Allow: action "\*" has to be service:Action`
	a.LambdaFunction(report, app.Name("a3"), app.Allow("s3:Get Object", "*"))                                             // want `Allow: action "s3:Get Object" has to be service:Action`
	a.LambdaFunction(report, app.Name("a4"), app.Allow("S3:GetObject", "*"))                                              // want `Allow: action "S3:GetObject" has to be service:Action`
	a.LambdaFunction(report, app.Name("a5"), app.Allow("s3:GetObject", "arn:aws:s3:::b", "bucket"))                       // want `Allow: resource "bucket" of s3:GetObject is neither an ARN nor "\*"`
	a.LambdaFunction(report, app.Name("a6"), app.Allow("s3:GetObject", "arn:aws:s3:::"))                                  // want `Allow: resource "arn:aws:s3:::" of s3:GetObject is neither an ARN nor "\*"`
	a.LambdaFunction(report, app.Name("a7"), app.Allow("s3:GetObject", "arn:${AWS::Partition}:s3:b"))                     // want `is neither an ARN nor "\*"`
	a.LambdaFunction(report, app.Name("a9"), app.Allow("s3:GetObject", "arn:${AWS::Partition}:s3:::${AWS::StackName}/*")) // want `\${AWS::StackName} isn't known; there are \${AWS::Partition}`
	a.LambdaFunction(report, app.Name("a8"), app.Allow("s3:GetObject", "${aws_s3_bucket.b.arn}"), app.AllowOption{})      // expressions are for Terraform
	a.Use(through, nil)                                                                                                   // want `the middleware is nil`
	a.UseFor("https", through)                                                                                            // want `there is no kind of event named "https"`
	return a
}

// mistakenSources makes mistakes with buckets and topics.
func mistakenSources() *app.App {
	a := app.New("sources")
	a.OnS3Event("b", resize, app.Name("b3"), app.Events())                                                                                  // want `Events is empty`
	a.OnS3Event("b", resize, app.Name("b4"), app.Prefix("a/"), app.KeyFilter("b/", ""))                                                     // want `Prefix and Suffix go with no KeyFilter: write KeyFilter\("a/", ""\) in their place`
	a.OnS3Event("b", resize, app.Name("b5"), app.ViaEventBridge(), app.MaxAge(time.Minute+time.Nanosecond), app.DeadLetterQueue(""))        // want `MaxAge is 1m0.000000001s: it has to be whole seconds` `DeadLetterQueue is empty: give the ARN of an SQS queue, or leave it out`
	a.OnSNSMessage("t", notify, app.Name("n7"), app.DeadLetterQueue(""))                                                                    // want `DeadLetterQueue is empty: give the ARN of an SQS queue, or leave it out`
	a.OnSNSMessage("t", notify, app.Name("n2"), app.FilterPolicy(app.Pattern{"a": math.NaN()}))                                             // want `the filter policy can't be written as JSON`
	a.OnSNSMessage("t", notify, app.Name("n3"), app.FilterPolicy(nil))                                                                      // want `the filter policy is empty: name at least one attribute`
	a.OnSNSMessage("t", notify, app.Name("n4"), app.FilterPolicy(app.Pattern{"a": []any{1}}, "Headers"))                                    // want `the scope of FilterPolicy is "Headers": it has to be app.MessageAttributes or app.MessageBody`
	a.OnSNSMessage("t", notify, app.Name("n5"), app.FilterPolicy(app.Pattern{"a": []any{1}}, app.MessageBody, app.MessageBody))             // want `FilterPolicy has 2 scopes: give one`
	a.OnSNSMessage("t", notify, app.Name("n6"), app.FilterPolicy(app.Pattern{"a": []any{1}}), app.FilterPolicy(app.Pattern{"b": []any{1}})) // want `FilterPolicy is given twice`
	return a
}

// mistakenRules makes mistakes with rules of EventBridge and with schedules.
func mistakenRules() *app.App {
	a := app.New("rules")
	a.OnCloudWatchEvent(nil, tick, app.Name("c3"), app.Bus(""))                // want `Bus is empty: give the name or the ARN of an event bus, or leave it out`
	a.OnCloudWatchEvent(nil, tick, app.Name("c4"), app.InputPath(""))          // want `InputPath is empty: give a path such as \$.detail`
	a.OnCloudWatchEvent(nil, tick, app.Name("c5"), app.Input(math.Inf(1)))     // want `the Input can't be written as JSON: .*\+Inf`
	a.OnCloudWatchEvent(nil, tick, app.Name("c6"), app.DeadLetterQueue(""))    // want `DeadLetterQueue is empty: give the ARN of an SQS queue, or leave it out`
	a.OnCloudWatchEvent(nil, tick, app.Name("c7"), app.Bus("a"), app.Bus("b")) // want `Bus is given twice`
	a.OnCloudWatchEvent(nil, tick, app.Name("c8"), app.Input(1), app.Input(2)) // want `Input is given twice`
	a.Schedule("rate(1 day)", tick, app.Name("s12"), app.MaxAge(1e9+1))        // want `MaxAge is 1.000000001s: it has to be whole seconds`
	a.Schedule("rate(1 day)", tick, app.Name("s13"), app.Timezone(""))         // want `Timezone is empty: give a name such as Europe/Paris, or leave it out for UTC`
	a.Schedule("rate(1 day)", tick, app.Name("s14"), app.FlexibleWindow(0))    // want `FlexibleWindow is 0s: it has to be whole minutes, from 1 to 1440`
	a.Schedule("rate(1 day)", tick, app.Name("s15"), app.FlexibleWindow(90e9)) // want `FlexibleWindow is 1m30s: it has to be whole minutes`
	a.Schedule("rate(1 day)", tick, app.Name("s16"), app.From(time.Time{}))    // want `From is the zero time: give a time, or leave it out`
	a.Schedule(app.At(time.Time{}), tick, app.Name("s18"))                     // want `app.At has the zero time: give the time at which the function runs`
	a.Schedule("rate(1 day)", tick, app.Name("s17"), app.Until(time.Time{}))   // want `Until is the zero time: give a time, or leave it out`
	return a
}

// mistakenRecords makes mistakes with handlers of single records.
func mistakenRecords() *app.App {
	a := app.New("records")
	var none func(context.Context, *app.SQSRecord) error
	var noPoison func(context.Context, *app.SQSRecord, error) error
	side := app.Parallel(4)
	queue, fifo := "${aws_sqs_queue.jobs.name}", "arn:aws:sqs:us-west-2:123456789012:jobs.fifo"
	a.OnSQSMessage("q", app.Each(none), app.Name("e1"))                                            // want `the handler is nil`
	a.OnSQSMessage("q", app.Each(item, app.Parallel(0)), app.Name("e2"))                           // want `Parallel is 0: it has to be from 1 to 1000`
	a.OnSQSMessage("q", app.Each(item, app.Parallel(1001)), app.Name("e3"))                        // want `Parallel is 1001: it has to be from 1 to 1000`
	a.OnSQSMessage("q.fifo", app.Each(item, side), app.Name("e4"))                                 // want `the queue is a FIFO queue, whose messages have an order: leave Parallel out`
	a.OnSQSMessage(fifo, app.EachJSON(decoded, side), app.Name("e5"))                              // want `the queue is a FIFO queue`
	a.OnSQSMessage("q", app.Each(item, side, side, side), app.Name("e6"))                          // want `Parallel is given twice`
	a.OnSQSMessage("q", app.EachJSON(decoded, app.Poison(park), app.Poison(park)), app.Name("e7")) // want `Poison is given twice`
	a.OnSQSMessage("q", app.EachJSON(decoded, app.Poison(noPoison)), app.Name("e8"))               // want `Poison has no function: it is nil`
	a.OnSQSMessage("q", app.Each(item, app.Poison(park)), app.Name("e9"))                          // want `Each decodes nothing: use EachJSON, or leave Poison out`
	a.OnSQSMessage("q", app.Each(func(context.Context, *app.SQSRecord) error { return nil }))      // want `the handler has no name of its own`
	a.OnSQSMessage("q", app.Each(item), app.PartialBatch())                                        // which it asks for itself
	a.OnSQSMessage(queue, app.EachJSON(decoded, app.Parallel(1000)), app.PartialBatch())           // a name that isn't known yet
	a.OnSQSMessage("q.fifo", app.Each(item, app.Parallel(1)), app.Name("e10"))                     // one after the other
	return a
}

// mistakenAuthorizers makes mistakes with authorizers and blueprints.
func mistakenAuthorizers() *app.App {
	foreign := app.New("foreign").Authorizer(check)

	a := app.New("authorizers")
	builtin := a.Authorizer(check)
	a.Authorizer(check, app.Name("fine"), app.TTL(time.Millisecond)) // want `TTL is 1ms`
	a.Authorizer(check, app.Name("bare"), app.Header(""))            // want `Header is empty`
	a.Authorizer(check, app.Name("roleless"), app.ExecutionRole("")) // want `ExecutionRole is empty: give the ARN of a role, or leave it out`
	a.Authorizer(nil, app.Name("none"))                              // want `the handler is nil`
	a.Authorizer(check)                                              // want `two functions are named "check"`
	a.LambdaFunction(report, app.Name("check"))                      // want `two functions are named "check"`
	a.Route("/1", index, app.Auth(builtin))
	a.Route("/2", index, app.Auth(foreign))                                                        // want `the authorizer is none of this app's`
	a.Route("/3", index, app.Auth(app.CognitoUserPool("pool", []string{"arn:1"}).WithScopes("a"))) // the first of its name
	a.Route("/4", index, app.Auth(app.CognitoUserPool("pool", []string{"arn:1"})))                 // the same again
	a.Route("/5", index, app.Auth(app.CognitoUserPool("pool", []string{"arn:2"})))                 // want `two different authorizers are named "pool", the other one at app/mistaken_test.go:\d+`
	a.Route("/6", index, app.Auth(app.CustomAuthorizer("check", "uri")))                           // want `two different authorizers are named "check"`
	a.Route("/7", index, app.Auth(app.CustomAuthorizer("custom", "uri", app.InvokeRole(""))))      // want `InvokeRole is empty`
	a.Route("/8", index, app.Auth(app.CognitoUserPool("", nil)))                                   // want `the authorizer's name is empty`
	a.Route("/9", index, app.Auth(app.IAMAuthorizer()))
	a.Route("/10", index, app.Auth(app.IAMAuthorizer()))

	prefixed, plain := app.NewBlueprint(), app.NewBlueprint()
	inside := prefixed.Authorizer(check, app.Name("inside"))
	prefixed.Route("/in", index, app.Auth(inside))
	usable := plain.Authorizer(check, app.Name("usable"))
	prefixed.Route("a", index, app.Name("bad"), app.Methods("bad")) // want `unknown method "bad"`
	a.RegisterBlueprint(prefixed, app.NamePrefix("p_"), app.URLPrefix("/p"))
	a.RegisterBlueprint(prefixed, app.NamePrefix("q_"), app.URLPrefix("/q"))
	a.RegisterBlueprint(prefixed, app.NamePrefix("q_"), app.URLPrefix("/q")) // want `this blueprint is registered at app/mistaken_test.go:\d+ already`
	a.RegisterBlueprint(plain)
	a.RegisterBlueprint(nil)                                                        // want `the blueprint is nil`
	a.RegisterBlueprint(app.NewBlueprint(), app.URLPrefix("a"), app.URLPrefix("b")) // want `URLPrefix is given twice`
	a.Route("/11", index, app.Auth(inside))                                         // want `registered with a name prefix \(as "[pq]_inside"\), so only the blueprint's own routes can use it`
	a.Route("/12", index, app.Auth(usable))
	return a
}
