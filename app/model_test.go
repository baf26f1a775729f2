package app_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/chalice-go/chalice/app"
	_ "github.com/chalice-go/chalice/codedeploy"
)

func smoke(context.Context) error { return nil }

// everything declares every kind of handler with every option.
func everything() *app.App {
	a := app.New("everything", app.Debug(), app.BinaryTypes("image/png"),
		app.DefaultCORS(app.CORSConfig{AllowOrigin: "https://a.test", MaxAge: new(0), AllowCredentials: true}))
	a.Route("/", index, app.Doc("Summary.\n\nText."), app.APIKeyRequired())
	a.Route("/none", index, app.Name("none"), app.NoCORS(), app.ContentTypes(), app.Allow("s3:List*", "*"))
	a.Route("/cors", index, app.Methods("PUT", "GET"), app.CORS(app.CORSConfig{AllowHeaders: []string{"X"}, ExposeHeaders: []string{"Y"}}))
	a.Route("/png", other, app.ContentTypes("image/png"), app.CORS(), app.Streams())
	auth := a.Authorizer(check, app.TTL(0), app.Header("X-Token"), app.ExecutionRole("arn:aws:iam::1:role/r"),
		app.Allow("dynamodb:GetItem", "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/t", "arn:aws:dynamodb:*:*:table/u"))
	pool := app.CognitoUserPool("pool", []string{"arn:aws:cognito-idp:r:1:userpool/p"}, app.Scopes("a"))
	a.Route("/auth", other, app.Auth(auth.WithScopes()))
	a.Route("/pool", other, app.Auth(pool.WithScopes("b", "c")))
	a.Route("/pool2", other, app.Auth(pool))
	a.Route("/custom", other, app.Auth(app.CustomAuthorizer("custom", "arn:aws:apigateway:x", app.TTL(time.Minute), app.InvokeRole("arn:r"))))
	a.Route("/iam", other, app.Auth(app.IAMAuthorizer()))
	a.Route("/jwt", other, app.Auth(app.JWT("issuer", "https://issuer.test", "web", "mobile").WithScopes("read")))
	a.Route("/clients", other, app.Auth(app.CognitoUserPool("clients", []string{"arn:aws:cognito-idp:r:1:userpool/p"}, app.Audience("client"))))
	whole := a.Authorizer(checkAll, app.IdentityHeader("X-Token"), app.IdentityQuery("token"))
	a.Route("/whole", other, app.Auth(whole))
	a.Schedule(app.Rate(1, app.Hours), tick, app.Description("hourly"))
	a.OnCloudWatchEvent(app.Pattern{"source": []string{"aws.ec2"}}, tick, app.Name("ec2"))
	a.Schedule(app.Cron(0, 12, "*", "*", "?", "*"), tick, app.Name("noon"), app.Timezone("Europe/Paris"), app.FlexibleWindow(time.Hour),
		app.From(time.Date(2027, 1, 1, 1, 0, 0, 0, time.FixedZone("", 3600))), app.Until(time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)),
		app.Input(map[string]string{"kind": "<noon>"}), app.MaxRetries(0), app.DeadLetterQueue("arn:aws:sqs:r:1:dead"))
	a.Schedule(app.At(time.Date(2027, 1, 31, 23, 30, 0, 0, time.FixedZone("", -3600))), tick, app.Name("once"))
	a.Schedule(app.Rate(5, app.Minutes), tick, app.Name("often"), app.Input([]int{1}), app.MaxRetries(3), app.MaxAge(time.Minute), app.DeadLetterQueue("arn:aws:sqs:r:1:dead"))
	a.OnCloudWatchEvent(app.Pattern{"source": []string{"shop"}}, tick, app.Name("bus"), app.Bus("orders"), app.InputPath("$.detail"), app.MaxRetries(5), app.MaxAge(time.Hour), app.DeadLetterQueue("arn:aws:sqs:r:1:dead"))
	a.OnCloudWatchEvent(app.Pattern{"source": []string{"shop"}}, tick, app.Name("fixed"), app.Bus("arn:aws:events:r:1:event-bus/orders"), app.Input(nil))
	a.OnS3Event("b", resize, app.Events("s3:ObjectRemoved:*"), app.Prefix("p/"), app.Suffix(".jpg"))
	a.OnS3Event("b", resize, app.Name("thumbnails"), app.Events("s3:ObjectCreated:Put"), app.KeyFilter("p/", ".jpg"), app.KeyFilter("q/", ""), app.KeyFilter("", ".gif"), app.ViaEventBridge(),
		app.MaxRetries(3), app.DeadLetterQueue("arn:aws:sqs:r:1:dead"))
	a.OnSNSMessage("t", notify, app.Allow("s3:GetObject", "arn:aws:s3:::b/*"), app.Allow("sns:*", "*"))
	a.OnSNSMessage("t", notify, app.Name("orders"), app.FilterPolicy(app.Pattern{"order": map[string]any{"total": []any{map[string]any{"numeric": []any{">", 0.1}}}}}, app.MessageBody),
		app.DeadLetterQueue("arn:aws:sqs:r:1:dead"))
	a.OnSQSMessage("q", work, app.BatchSize(10), app.BatchWindow(time.Minute), app.MaxConcurrency(2), app.PartialBatch())
	a.OnSQSMessage("arn:aws:sqs:r:1:q", work, app.Name("byARN"))
	a.OnKinesisRecord("s", record, app.StartingPosition(app.TrimHorizon), app.PartialBatch())
	a.OnDynamoDBRecord(stream, change, app.BatchSize(7))
	a.OnSQSMessage("filtered", work, app.Name("filtered"), app.Filter(app.Pattern{"body": map[string]any{"n": []any{1.50, nil}}}), app.Filter(app.Pattern{"messageId": []string{"m"}}),
		app.Disabled(), app.SourceKey("arn:aws:kms:r:1:key/k"), app.Provisioned(2, 20))
	a.OnKinesisRecord("given-up", record, app.Name("givenUp"), app.StartAt(time.Unix(1700000000, 0)), app.OnFailure("arn:aws:sqs:r:1:dead"), app.FailureKey("arn:aws:kms:r:1:key/d"),
		app.MaxRetries(0), app.MaxAge(time.Hour), app.Bisect(), app.ParallelShards(10), app.SourceKey("arn:aws:kms:r:1:key/s"), app.Disabled())
	a.OnDynamoDBRecord(stream, change, app.Name("tried"), app.Filter(app.Pattern{"eventName": []string{"INSERT"}}), app.MaxRetries(3))
	a.OnLogEvents("/aws/lambda/shop-dev", alarm, app.FilterPattern("?ERROR ?WARN"))
	a.LambdaFunction(report)
	app.TypedLambda(a, double)
	a.LambdaFunction(app.TrafficHook(smoke), app.Allow("lambda:InvokeFunction", "*"))
	a.OnWSConnect(message, app.Auth(whole))
	a.OnWSMessage(message)
	a.OnWSDisconnect(message)
	return a
}

func model(t *testing.T, a *app.App) *app.Model {
	t.Helper()
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	return registry.Model()
}

func TestModel(t *testing.T) {
	got := model(t, everything())
	want := readModel(t, "testdata/everything.json")
	lines := cmpopts.IgnoreFields(app.Source{}, "Line")
	if diff := cmp.Diff(want, got, lines); diff != "" {
		t.Errorf("model (-want +got):\n%s", diff)
	}
	for _, f := range got.Functions {
		if f.Source.File != "app/model_test.go" || f.Source.Line == 0 {
			t.Errorf("%s comes from %v", f.Name, f.Source)
		}
	}
}

func readModel(t *testing.T, file string) *app.Model {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestModelFollowsSchema validates models against the schema of the format.
func TestModelFollowsSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/app-model.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	small := app.New("small")
	small.Route("/", index)
	for _, a := range []*app.App{everything(), small, app.New("empty")} {
		m := model(t, a)
		data, err := m.JSON()
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v\n%s", m.Name, err, data)
		}
		again, err := app.ParseModel(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, again); diff != "" {
			t.Errorf("%s, written and read (-written +read):\n%s", m.Name, diff)
		}
	}
}

func TestParseModelRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ data, want string }{
		"nothing":         {``, "EOF"},
		"no JSON":         {`{`, "EOF"},
		"more":            {`{"version":1,"name":"a"} {}`, "something behind the model"},
		"no version":      {`{"name":"a"}`, "version is 0"},
		"later version":   {`{"version":2,"name":"a","modules":[]}`, "version is 2, this program knows version 1"},
		"no name":         {`{"version":1}`, "the app has no name"},
		"unknown field":   {`{"version":1,"name":"a","rutes":[]}`, `unknown field "rutes"`},
		"unknown in CORS": {`{"version":1,"name":"a","routes":[{"path":"/","cors":{"origin":"*"}}]}`, `unknown field "origin"`},
		"function kind":   {`{"version":1,"name":"a","functions":[{"name":"f","kind":"mail"}]}`, `function "f" has the unknown kind "mail"`},
		"authorizer type": {`{"version":1,"name":"a","authorizers":[{"name":"x","type":"saml"}]}`, `authorizer "x" has the unknown type "saml"`},
		"identity":        {`{"version":1,"name":"a","authorizers":[{"name":"x","type":"builtin","identity":[{"in":"body","name":"y"}]}]}`, `authorizer "x" has an identity in the unknown place "body"`},
		"method":          {`{"version":1,"name":"a","routes":[{"path":"/","methods":["FETCH"]}]}`, `unknown method "FETCH"`},
		"position":        {`{"version":1,"name":"a","functions":[{"name":"f","kind":"kinesis","kinesis":{"starting_position":"NOW"}}]}`, `unknown starting position "NOW"`},
		"hook":            {`{"version":1,"name":"a","functions":[{"name":"f","kind":"sqs","sqs":{"queue":"q"},"traffic_hook":true}]}`, `function "f" of kind sqs is a hook of CodeDeploy`},
		"mistakes":        {`{"version":1,"errors":[{"file":"a.go","line":3,"message":"bad"}]}`, "a.go:3: bad"},
		"later mistakes":  {`{"version":7,"errors":[{"file":"a.go","line":3,"message":"bad"}]}`, "version is 7"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := app.ParseModel([]byte(tc.data))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %+v, %v; want an error with %q", m, err, tc.want)
			}
		})
	}
}

func TestParseModelFillsIn(t *testing.T) {
	m, err := app.ParseModel([]byte(`{"version":1,"name":"a","api":{"cors":true},
		"routes":[{"path":"/"},{"path":"/x","cors":{"max_age":0}},{"path":"/y","cors":false,"content_types":[]}],
		"authorizers":[{"name":"b","type":"builtin"},{"name":"sigv4","type":"iam"}],
		"functions":[{"name":"q","kind":"sqs","sqs":{"queue":"q"}},{"name":"k","kind":"kinesis","kinesis":{"stream":"s"}},
			{"name":"s","kind":"s3","s3":{"bucket":"b"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := &app.Model{
		Version: 1, Name: "a", API: &app.APIModel{CORS: &app.CORSModel{Enabled: true}},
		Routes: []app.RouteModel{
			{Path: "/", Methods: []string{"GET"}, ContentTypes: []string{"application/json"}},
			{
				Path: "/x", Methods: []string{"GET"}, ContentTypes: []string{"application/json"},
				CORS: &app.CORSModel{Enabled: true, Config: &app.CORSConfig{AllowOrigin: "*", MaxAge: new(0)}},
			},
			{Path: "/y", Methods: []string{"GET"}, ContentTypes: []string{}, CORS: &app.CORSModel{}},
		},
		Authorizers: []app.AuthorizerModel{
			{Name: "b", Type: app.BuiltinAuthorizerType, Header: "Authorization"},
			{Name: "sigv4", Type: app.IAMAuthorizerType},
		},
		Functions: []app.FunctionModel{
			{Name: "q", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "q", BatchSize: 1}},
			{Name: "k", Kind: app.KinesisKind, Kinesis: &app.StreamModel{Stream: "s", BatchSize: 100, StartingPosition: "LATEST"}},
			{Name: "s", Kind: app.S3Kind, S3: &app.S3Model{Bucket: "b", Events: []string{"s3:ObjectCreated:*"}}},
		},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i, origin := range []string{"*", "*", ""} {
		c := m.CORS(m.Routes[i])
		if (c == nil) != (origin == "") || c != nil && c.AllowOrigin != origin {
			t.Errorf("route %d: CORS is %+v", i, c)
		}
	}
	if got := len(m.BinaryTypes()); got != 16 {
		t.Errorf("%d binary types", got)
	}
}

func FuzzParseModel(f *testing.F) {
	data, err := os.ReadFile("testdata/everything.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"version":1,"name":"a","routes":[{"path":"/","cors":true,"source":{"file":"f","line":1}}]}`))
	f.Add([]byte(`{"version":1,"errors":[{"file":"a.go","line":3,"message":"bad"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := app.ParseModel(data)
		if err != nil {
			return
		}
		written, err := m.JSON()
		if err != nil {
			t.Fatalf("can't be written: %v", err)
		}
		again, err := app.ParseModel(written)
		if err != nil {
			t.Fatalf("can't be read again: %v\n%s", err, written)
		}
		if !json.Valid(written) {
			t.Fatal("no JSON")
		}
		if diff := cmp.Diff(m, again, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-first +again):\n%s", diff)
		}
	})
}
