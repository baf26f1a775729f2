package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/chalice-go/chalice/app"
)

// User is what the examples are about.
type User struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

var users = map[string]User{"7": {"7", "Ada"}}

func user(_ context.Context, r *app.Request) (any, error) {
	u, ok := users[r.Param("id")]
	if !ok {
		return nil, app.NotFound("no such user")
	}
	return u, nil
}

func createUser(_ context.Context, r *app.Request) (any, error) {
	u, err := app.As[User](r)
	if err != nil {
		return nil, err
	}
	return &app.Response{StatusCode: 201, Body: u, Headers: map[string]string{"Location": "/users/" + u.ID}}, nil
}

func Example() {
	a := app.New("users")
	a.Route("/users/{id}", user)
	a.Route("/users", createUser, app.Methods("POST"), app.CORS())

	registry, err := a.Registry()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range registry.Routes() {
		fmt.Println(r.Methods, r.Path, r.Name)
	}
	// Output:
	// [GET] /users/{id} user
	// [POST] /users createUser
}

func ExampleApp_Registry() {
	a := app.New("mistaken")
	a.Route("/users/{id", user)
	a.Route("/users", createUser, app.Methods("post"))

	_, err := a.Registry()
	fmt.Println(err)
	// Output:
	// app/example_test.go:57: path "/users/{id": an opening brace has no closing one
	// app/example_test.go:58: unknown method "post": write POST
}

func ExampleAllow() {
	a := app.New("uploads")
	a.Route("/users/{id}", user, app.Allow("dynamodb:GetItem",
		"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/users"))
	a.Route("/users", createUser, app.Methods("POST"), app.Allow("s3:PutObject", "users"))

	_, err := a.Registry()
	fmt.Println(err)
	// Output: app/example_test.go:71: Allow: resource "users" of s3:PutObject is neither an ARN nor "*"
}

func ExampleNewBlueprint() {
	admin := app.NewBlueprint()
	admin.Route("/users/{id}", user)

	a := app.New("blueprints")
	a.RegisterBlueprint(admin, app.NamePrefix("admin_"), app.URLPrefix("/admin"))

	registry, _ := a.Registry()
	fmt.Println(registry.Routes()[0].Path, registry.Routes()[0].Name)
	// Output: /admin/users/{id} admin_user
}

func ExampleAuth() {
	a := app.New("private")
	token := a.Authorizer(checkToken, app.TTL(30*time.Second))
	pool := app.CognitoUserPool("MyPool", []string{"arn:aws:cognito-idp:us-west-2:123456789012:userpool/p"})

	a.Route("/private", user, app.Auth(token))
	a.Route("/orders", user, app.Name("orders"), app.Auth(pool.WithScopes("orders/read")))

	registry, _ := a.Registry()
	for _, r := range registry.Model().Routes {
		fmt.Println(r.Path, r.Authorizer, r.Scopes)
	}
	// Output:
	// /private checkToken []
	// /orders MyPool [orders/read]
}

func checkToken(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	if r.Token() != "secret" {
		return &app.AuthResponse{}, nil // allows nothing
	}
	return &app.AuthResponse{Routes: app.AuthRoutes("/private"), PrincipalID: "me"}, nil
}

func ExampleAuthResponse() {
	request, _ := app.NewAuthRequest([]byte(`{"type": "TOKEN", "authorizationToken": "secret",
		"methodArn": "arn:aws:execute-api:us-west-2:123456789012:api/dev/GET/private"}`))
	response, _ := checkToken(context.Background(), request)
	document, _ := json.Marshal(response.Render(request))
	fmt.Println(string(document))
	// Output: {"context":{},"policyDocument":{"Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":["arn:aws:execute-api:us-west-2:123456789012:api/dev/*/private"]}],"Version":"2012-10-17"},"principalId":"me"}
}

func ExampleBatchItemFailures() {
	a := app.New("work")
	a.OnSQSMessage("jobs", func(_ context.Context, e *app.SQSEvent) error {
		var failed app.BatchItemFailures
		for _, r := range e.Records() {
			if r.Body() == "bad" {
				failed = append(failed, r.MessageID())
			}
		}
		return failed
	}, app.Name("jobs"), app.BatchSize(10), app.PartialBatch())

	registry, _ := a.Registry()
	jobs, _ := registry.Function("jobs")
	event, _ := app.NewSQSEvent([]byte(`{"Records": [
		{"messageId": "1", "receiptHandle": "a", "body": "good"},
		{"messageId": "2", "receiptHandle": "b", "body": "bad"}]}`))
	_, err := jobs.Handler()(context.Background(), event)
	fmt.Println(err)
	// Output: 1 records of the batch failed
}

func ExampleLogEvent() {
	a := app.New("watch")
	a.OnLogEvents("/aws/lambda/shop-dev", func(_ context.Context, e *app.LogsEvent) error {
		for _, event := range e.Events() {
			fmt.Println(e.LogGroup(), event.Timestamp().Format(time.TimeOnly), event.Message())
		}
		return nil
	}, app.Name("alarm"), app.FilterPattern("?ERROR ?WARN"))

	registry, _ := a.Registry()
	alarm, _ := registry.Function("alarm")
	event, _ := app.NewLogsEvent([]byte(`{"awslogs": {"data": "H4sIAAAAAAACAzWOyw6CMBBFf4XMWkN5ibIjsbIyJuDOGFOhYiOlpFM0hvjvjhqXc+bc3DuBloiilfvnICGDdb7PT1teVXnBYQbm0UtLOAijOFmkyxULQsKdaQtrxoE+vnig3wl9boSPVzPMG3n/GZWzUmhSkG4cz1hbNThl+o3qnLQI2QFEJ6yG49fnd9m7D51ANZ9OijlF85zQ1BSkizQKIxYnjLHZfzZ5vCx3ZeaZ0Xnm4qEz9Q1ex9cb6rMNsdoAAAA="}}`))
	_, err := alarm.Handler()(context.Background(), event)
	fmt.Println(err)
	// Output:
	// /aws/lambda/shop-dev 03:04:05 ERROR: out of stock
	// <nil>
}

func ExampleTypedLambda() {
	a := app.New("typed")
	app.TypedLambda(a, func(_ context.Context, u User) (string, error) {
		return "hello " + u.Name, nil
	}, app.Name("greet"))

	registry, _ := a.Registry()
	greet, _ := registry.Function("greet")
	event, _ := app.NewLambdaEvent([]byte(`{"name": "Ada"}`))
	fmt.Println(greet.Handler()(context.Background(), event))
	// Output: hello Ada <nil>
}

func ExampleMiddleware() {
	logging := func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			start := time.Now()
			defer func() { slog.InfoContext(ctx, "done", "took", time.Since(start)) }()
			return next(ctx, event)
		}
	}
	requireTenant := func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			if r := event.(*app.Request); r.Header("X-Tenant") == "" {
				return nil, app.BadRequest("say which tenant")
			}
			return next(ctx, event)
		}
	}
	a := app.New("middleware")
	a.Use(logging)                    // every function
	a.UseFor(app.HTTP, requireTenant) // one kind of event
	a.Route("/orders", func(context.Context, *app.Request) (any, error) { return []string{}, nil })

	fmt.Println(serve(a).HTTP.Get("/orders").Text())
	// Output: {"Code":"BadRequestError","Message":"say which tenant"}
}

func ExampleFilterPolicy() {
	a := app.New("orders")
	a.OnSNSMessage("orders", func(_ context.Context, e *app.SNSEvent) error {
		slog.Info("an order is paid", "message", e.MessageID(), "total", e.MessageAttribute("total"))
		return nil
	}, app.Name("ship"), app.FilterPolicy(app.Pattern{
		"event": []string{"paid"},
		"total": []any{map[string]any{"exists": true}},
	}))

	registry, _ := a.Registry()
	policy, _ := json.Marshal(registry.Model().Functions[0].SNS.FilterPolicy)
	fmt.Println(string(policy))
	// Output: {"event":["paid"],"total":[{"exists":true}]}
}

func ExampleViaEventBridge() {
	a := app.New("pictures")
	index := func(_ context.Context, e *app.S3Event) error {
		fmt.Println(e.EventName(), e.Key(), e.Size(), e.EventTime().Year())
		return nil
	}
	a.OnS3Event("uploads", index, app.Name("index"), app.ViaEventBridge(), app.Events("s3:ObjectCreated:*"),
		app.KeyFilter("images/", ".jpg"), app.KeyFilter("drawings/", ""))

	// EventBridge sends another event than S3, and the handler gets the same of it.
	event, _ := app.NewS3Event([]byte(`{"source": "aws.s3", "detail-type": "Object Created", "time": "2026-02-01T00:00:00Z", "detail": {
		"bucket": {"name": "uploads"}, "object": {"key": "images/my cat.jpg", "size": 1024}, "reason": "CopyObject"}}`))
	_ = index(context.Background(), event)
	// Output: ObjectCreated:Copy images/my cat.jpg 1024 2026
}

func ExampleRate() {
	fmt.Println(app.Rate(5, app.Minutes))
	fmt.Println(app.Rate(1, app.Hours))
	fmt.Println(app.Cron(0, 12, "*", "*", "?", "*"))
	// Output:
	// rate(5 minutes)
	// rate(1 hour)
	// cron(0 12 * * ? *)
}

func ExampleAt() {
	paris := time.FixedZone("Paris", 60*60)
	fmt.Println(app.At(time.Date(2027, 1, 31, 13, 0, 0, 0, paris)))
	// Output: at(2027-01-31T12:00:00)
}

func ExampleTimezone() {
	a := app.New("shop")
	remind := func(ctx context.Context, e *app.CloudWatchEvent) error { return nil }
	a.Schedule(app.Cron(30, 8, "?", "*", "MON-FRI", "*"), remind, app.Name("remind"),
		app.Timezone("Europe/Paris"), app.FlexibleWindow(15*time.Minute), app.MaxRetries(3))
	when := a.Describe().Functions[0].Schedule
	fmt.Println(when.Expression, when.Scheduler.Timezone, when.Scheduler.FlexibleWindowMinutes)
	// Output: cron(30 8 ? * MON-FRI *) Europe/Paris 15
}

func ExampleDetailAs() {
	type order struct {
		ID    string
		Total int
	}
	event, _ := app.NewCloudWatchEvent([]byte(`{"source": "shop", "detail-type": "Order placed", "detail": {"id": "o-7", "total": 99}}`))
	o, err := app.DetailAs[order](event)
	fmt.Println(o.ID, o.Total, err)
	// Output: o-7 99 <nil>
}

// With an input, the function gets it in place of the event of a schedule.
func ExampleInput() {
	type job struct{ Table string }
	a := app.New("backups")
	a.Schedule(app.Rate(1, app.Days), func(_ context.Context, e *app.CloudWatchEvent) error {
		var j job
		err := e.JSON(&j)
		fmt.Println("backing up", j.Table)
		return err
	}, app.Name("backup"), app.Input(job{"orders"}))

	registry, _ := a.Registry()
	backup, _ := registry.Function("backup")
	event, _ := backup.Event([]byte(registry.Model().Functions[0].Schedule.Input))
	fmt.Println(backup.Handler()(context.Background(), event))
	// Output:
	// backing up orders
	// <nil> <nil>
}

func ExampleMatcher() {
	m := app.NewMatcher([]string{"/users", "/users/{id}", "/files/{path+}"})
	fmt.Println(m.Match("/users/7"))
	fmt.Println(m.Match("/files/a/b.txt"))
	// Output:
	// /users/{id} map[id:7] true
	// /files/{path+} map[path:a/b.txt] true
}

func ExampleDynamoDBRecord_DecodeNew() {
	event, _ := app.NewDynamoDBEvent([]byte(`{"Records": [{"eventID": "1", "eventName": "INSERT", "awsRegion": "us-west-2",
		"eventSourceARN": "arn:aws:dynamodb:us-west-2:123456789012:table/Users/stream/1", "dynamodb": {
		"ApproximateCreationDateTime": 1601317140, "SequenceNumber": "1", "SizeBytes": 20, "StreamViewType": "NEW_IMAGE",
		"NewImage": {"id": {"S": "7"}, "name": {"S": "Ada"}}}}]}`))
	for _, r := range event.Records() {
		var u User
		err := r.DecodeNew(&u)
		fmt.Println(r.TableName(), u, err)
	}
	// Output: Users {7 Ada} <nil>
}

// Job is what the messages of a queue are about.
type Job struct{ ID string }

func ExampleEach() {
	a := app.New("jobs")
	a.OnSQSMessage("jobs", app.Each(func(ctx context.Context, r *app.SQSRecord) error {
		if r.Body() == "" {
			return fmt.Errorf("message %s is empty, received %d times", r.MessageID(), r.ReceiveCount())
		}
		return nil
	}, app.Parallel(5)), app.Name("work"), app.BatchSize(10))

	registry, err := a.Registry()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(registry.Model().Functions[0].SQS.PartialBatch)
	// Output: true
}

// runJob is a handler of single messages, which are JSON.
func runJob(ctx context.Context, j Job, r *app.SQSRecord) error {
	slog.InfoContext(ctx, "working", "job", j.ID, "group", r.GroupID())
	return nil
}

// parkJob decides about messages that are no jobs: it is done with those from before.
func parkJob(ctx context.Context, r *app.SQSRecord, err error) error {
	if r.SentTime().Before(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		slog.WarnContext(ctx, "dropped", "message", r.MessageID(), "error", err)
		return nil
	}
	return err
}

func ExampleEachJSON() {
	a := app.New("jobs")
	a.OnSQSMessage("jobs", app.EachJSON(runJob, app.Poison(parkJob)))

	registry, err := a.Registry()
	if err != nil {
		fmt.Println(err)
		return
	}
	f := registry.Model().Functions[0]
	fmt.Println(f.Name, f.SQS.PartialBatch)
	// Output: runJob true
}

func ExamplePoison() {
	e, _ := app.NewSQSEvent([]byte(`{"Records": [{"messageId": "1", "body": "?", "attributes": {"SentTimestamp": "1545082649183"}}]}`))
	each := app.EachJSON(runJob, app.Poison(func(ctx context.Context, r *app.SQSRecord, err error) error {
		fmt.Println(r.MessageID(), r.SentTime().Year(), err)
		return nil
	}))
	fmt.Println(each(context.Background(), e))
	// Output:
	// 1 2018 decode the record into app_test.Job: invalid character '?' looking for beginning of value
	// <nil>
}

func ExampleDynamoDBRecord_Expired() {
	a := app.New("sessions")
	a.OnDynamoDBRecord("arn:aws:dynamodb:us-west-2:123456789012:table/sessions/stream/2020-09-28T16:49:14.209",
		app.Each(func(ctx context.Context, r *app.DynamoDBRecord) error {
			if !r.Expired() {
				return nil
			}
			var session struct{ ID string }
			return r.DecodeOld(&session)
		}), app.Name("expire"))
	_, err := a.Registry()
	fmt.Println(err)
	// Output: <nil>
}
