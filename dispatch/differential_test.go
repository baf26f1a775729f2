package dispatch_test

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chalice-go/chalice/app"
)

// source makes random events from a seed and from the fuzzer's texts.
type source struct {
	*rand.Rand
	texts []string
}

func newSource(seed uint64, texts ...string) source {
	texts = append(texts, "", "a", "é✓😀", "\"\\/\b\f\n\r\t\x00\x1f", "long text that takes more than one word of eight bytes", "\u2028<>&")
	for i, s := range texts {
		texts[i] = strings.ToValidUTF8(s, "?") // JSON has no other text
	}
	return source{rand.New(rand.NewPCG(seed, 1)), texts}
}

func (s source) text() string { return s.texts[s.IntN(len(s.texts))] }

func (s source) textMap() map[string]string {
	if s.IntN(4) == 0 {
		return nil
	}
	m := map[string]string{}
	for range s.IntN(4) {
		m[s.text()] = s.text()
	}
	return m
}

func (s source) listMap() map[string][]string {
	if s.IntN(4) == 0 {
		return nil
	}
	m := map[string][]string{}
	for range s.IntN(4) {
		values := []string{}
		for range s.IntN(3) {
			values = append(values, s.text())
		}
		m[s.text()] = values
	}
	return m
}

func (s source) anyMap() map[string]any {
	m := map[string]any{}
	for range s.IntN(4) {
		m[s.text()] = []any{s.text(), s.Int64(), s.Float64(), nil, true, map[string]any{}, []any{s.text(), map[string]any{"x": s.text()}}}[s.IntN(7)]
	}
	return m
}

// encode writes an event, with or without white space.
func (s source) encode(t *testing.T, event any) []byte {
	t.Helper()
	data, err := json.Marshal(event)
	if s.IntN(2) == 0 {
		data, err = json.MarshalIndent(event, "\t", " \r\n"[s.IntN(3):])
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// decodeBoth encodes an event, and decodes it into the type that aws-lambda-go
// has for it.
func decodeBoth[E any](t *testing.T, s source, event any) (data []byte, theirs E) {
	t.Helper()
	data = s.encode(t, event)
	if err := json.Unmarshal(data, &theirs); err != nil {
		t.Fatal(err)
	}
	return data, theirs
}

func difference(t *testing.T, theirs, ours any) {
	t.Helper()
	if diff := cmp.Diff(theirs, ours, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-aws-lambda-go +ours):\n%s", diff)
	}
}

// FuzzDifferential compares our decoding of events with that of encoding/json
// and aws-lambda-go's types.
func FuzzDifferential(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed, "text", "Content-Type", "x%2Fy+z")
	}
	f.Fuzz(func(t *testing.T, seed uint64, a, b, c string) {
		s := newSource(seed, a, b, c)
		differREST(t, s)
		differHTTPAPI(t, s)
		differLoadBalancer(t, s)
		differWebsocket(t, s)
		differRecords(t, s)
		differSingle(t, s)
	})
}

func differREST(t *testing.T, s source) {
	path := "/" + s.text()
	data, theirs := decodeBoth[events.APIGatewayProxyRequest](t, s, map[string]any{
		"resource": path, "path": s.text(), "httpMethod": s.text(), "headers": s.textMap(), "multiValueHeaders": s.listMap(),
		"queryStringParameters": s.textMap(), "multiValueQueryStringParameters": s.listMap(), "pathParameters": s.textMap(),
		"stageVariables": s.textMap(), "body": s.text(), "unknown": s.anyMap(),
		"requestContext": map[string]any{
			"resourcePath": path, "httpMethod": "M" + s.text(), "stage": s.text(), "authorizer": s.anyMap(),
			"identity": map[string]any{"sourceIp": s.text(), "user": nil},
		},
	})
	r, err := app.NewRequest(data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	difference(t, []any{theirs.RequestContext.HTTPMethod, theirs.RequestContext.ResourcePath, theirs.Path}, []any{r.Method(), r.Path(), r.URLPath()})
	difference(t, len(theirs.PathParameters), len(r.Params()))
	difference(t, theirs.StageVariables, r.StageVars())
	query := theirs.MultiValueQueryStringParameters
	if query == nil && theirs.QueryStringParameters != nil { // one of the two members is enough
		query = map[string][]string{}
		for name, value := range theirs.QueryStringParameters {
			query[name] = []string{value}
		}
	}
	difference(t, query, r.QueryParams())
	for name, value := range theirs.PathParameters {
		difference(t, value, r.RawParam(name))
	}
	for name, values := range query {
		difference(t, values, r.QueryAll(name))
	}
	if len(theirs.Headers) == len(r.Headers()) { // otherwise names differ in case only
		for name, value := range theirs.Headers {
			difference(t, value, r.Header(name))
			difference(t, value, r.Headers()[strings.ToLower(name)])
		}
	}
	body, err := r.Body()
	difference(t, []any{theirs.Body, nil}, []any{string(body), err})
	difference(t, []any{theirs.RequestContext.Stage, theirs.RequestContext.Identity.SourceIP}, []any{r.ContextValue("stage"), r.ContextValue("identity", "sourceIp")})
	var context events.APIGatewayProxyRequestContext
	if err := r.DecodeContext(&context); err != nil {
		t.Error(err)
	}
	difference(t, theirs.RequestContext, context)
}

func differHTTPAPI(t *testing.T, s source) {
	query := url.Values(s.listMap())
	data, theirs := decodeBoth[events.APIGatewayV2HTTPRequest](t, s, map[string]any{
		"version": "2.0", "rawPath": "/a", "rawQueryString": query.Encode(), "headers": s.textMap(), "stageVariables": s.textMap(),
		"body": base64.StdEncoding.EncodeToString([]byte(s.text())), "isBase64Encoded": true,
		"requestContext": map[string]any{"stage": "$default", "http": map[string]any{"method": "GET"}},
	})
	r, err := app.NewRequest(data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	for name, values := range query {
		if len(values) > 0 {
			difference(t, values, r.QueryAll(name))
		}
	}
	difference(t, theirs.RequestContext.HTTP.Method, r.Method())
	difference(t, theirs.StageVariables, r.StageVars())
	want, _ := base64.StdEncoding.DecodeString(theirs.Body)
	body, err := r.Body()
	difference(t, []any{want, nil}, []any{body, err})
}

func differLoadBalancer(t *testing.T, s source) {
	data, theirs := decodeBoth[events.ALBTargetGroupRequest](t, s, map[string]any{
		"httpMethod": s.text(), "path": "/" + s.text(), "headers": s.textMap(), "body": s.text(),
		"requestContext": map[string]any{"elb": map[string]any{"targetGroupArn": s.text()}},
	})
	if theirs.HTTPMethod == "" {
		return
	}
	r, err := app.NewRequest(data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	body, err := r.Body()
	difference(t, []any{theirs.HTTPMethod, theirs.Path, theirs.Body, nil}, []any{r.Method(), r.URLPath(), string(body), err})
}

func differWebsocket(t *testing.T, s source) {
	data, theirs := decodeBoth[events.APIGatewayWebsocketProxyRequest](t, s, map[string]any{
		"body":           s.text(),
		"requestContext": map[string]any{"apiId": s.text(), "stage": s.text(), "domainName": s.text(), "connectionId": s.text()},
	})
	e, err := app.NewWebsocketEvent(data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	c := theirs.RequestContext
	difference(t, []any{theirs.Body, c.APIID, c.Stage, c.DomainName, c.ConnectionID}, []any{e.Body(), e.APIID(), e.Stage(), e.DomainName(), e.ConnectionID()})
}

func differRecords(t *testing.T, s source) {
	messages, stream, changes := []any{}, []any{}, []any{} // Lambda never sends null
	for range s.IntN(4) {
		messages = append(messages, map[string]any{"messageId": s.text(), "receiptHandle": s.text(), "body": s.text(), "attributes": s.textMap()})
		stream = append(stream, map[string]any{"kinesis": map[string]any{
			"data": []byte(s.text()), "partitionKey": s.text(), "sequenceNumber": s.text(), "kinesisSchemaVersion": s.text(),
			"approximateArrivalTimestamp": float64(s.Int64N(4e12)) / 1000,
		}})
		changes = append(changes, map[string]any{
			"awsRegion": s.text(), "eventID": s.text(), "eventName": s.text(), "eventSourceARN": s.text(),
			"dynamodb": map[string]any{
				"ApproximateCreationDateTime": s.Int64N(4e9), "SequenceNumber": s.text(), "SizeBytes": s.Int32(), "StreamViewType": s.text(),
				"Keys": map[string]any{s.text(): map[string]any{"S": s.text()}}, "NewImage": map[string]any{s.text(): map[string]any{"N": "1.5"}},
			},
		})
	}
	differMessages(t, s, messages)
	differStream(t, s, stream)
	differChanges(t, s, changes)
}

func differMessages(t *testing.T, s source, records []any) {
	data, theirs := decodeBoth[events.SQSEvent](t, s, map[string]any{"Records": records})
	e, err := app.NewSQSEvent(data)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range e.Records() {
		want := theirs.Records[i]
		difference(t, []any{want.MessageId, want.ReceiptHandle, want.Body, want.Attributes}, []any{r.MessageID(), r.ReceiptHandle(), r.Body(), r.Attributes()})
	}
	difference(t, len(theirs.Records), len(e.Records()))
}

func differStream(t *testing.T, s source, records []any) {
	data, theirs := decodeBoth[events.KinesisEvent](t, s, map[string]any{"Records": records})
	e, err := app.NewKinesisEvent(data)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range e.Records() {
		want := theirs.Records[i].Kinesis
		difference(t, []any{string(want.Data), want.PartitionKey, want.SequenceNumber, want.KinesisSchemaVersion},
			[]any{string(r.Data()), r.PartitionKey(), r.SequenceNumber(), r.SchemaVersion()})
		if d := want.ApproximateArrivalTimestamp.Sub(r.Timestamp()); d.Abs() > time.Microsecond {
			t.Errorf("%v and %v", want.ApproximateArrivalTimestamp, r.Timestamp())
		}
	}
	difference(t, len(theirs.Records), len(e.Records()))
}

func differChanges(t *testing.T, s source, records []any) {
	data, theirs := decodeBoth[events.DynamoDBEvent](t, s, map[string]any{"Records": records})
	e, err := app.NewDynamoDBEvent(data)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range e.Records() {
		want := theirs.Records[i]
		difference(t, []any{want.AWSRegion, want.EventID, want.EventName, want.EventSourceArn, want.Change.SequenceNumber, int(want.Change.SizeBytes), want.Change.StreamViewType},
			[]any{r.AWSRegion(), r.EventID(), r.EventName(), r.EventSourceARN(), r.SequenceNumber(), r.SizeBytes(), r.StreamViewType()})
		var image map[string]float64
		if err := r.DecodeNew(&image); err != nil {
			t.Error(err)
		}
		for name, value := range want.Change.NewImage {
			f, err := value.Float()
			difference(t, []any{f, nil}, []any{image[name], err})
		}
		for name, value := range want.Change.Keys {
			difference(t, map[string]any{"S": value.String()}, r.Keys()[name])
		}
	}
	difference(t, len(theirs.Records), len(e.Records()))
}

func differSingle(t *testing.T, s source) {
	data, cw := decodeBoth[events.CloudWatchEvent](t, s, map[string]any{
		"version": s.text(), "account": s.text(), "region": s.text(), "detail": s.anyMap(), "detail-type": s.text(),
		"source": s.text(), "time": "2020-01-02T03:04:05Z", "id": s.text(), "resources": []string{s.text(), s.text()},
	})
	e, err := app.NewCloudWatchEvent(data)
	if err != nil {
		t.Fatal(err)
	}
	difference(t, []any{cw.Version, cw.AccountID, cw.Region, string(cw.Detail), cw.DetailType, cw.Source, cw.ID, cw.Resources},
		[]any{e.Version(), e.Account(), e.Region(), string(e.Detail()), e.DetailType(), e.Source(), e.EventID(), e.Resources()})

	data, s3 := decodeBoth[events.S3Event](t, s, map[string]any{"Records": []any{map[string]any{"s3": map[string]any{
		"bucket": map[string]any{"name": s.text()}, "object": map[string]any{"key": url.QueryEscape(s.text())},
	}}}})
	object, err := app.NewS3Event(data)
	if err != nil {
		t.Fatal(err)
	}
	difference(t, []any{s3.Records[0].S3.Bucket.Name, s3.Records[0].S3.Object.URLDecodedKey}, []any{object.Bucket(), object.Key()})

	data, sns := decodeBoth[events.SNSEvent](t, s, map[string]any{"Records": []any{map[string]any{"Sns": map[string]any{
		"Message": s.text(), "Subject": s.text(), "Timestamp": "2020-01-02T03:04:05Z", "MessageAttributes": map[string]any{s.text(): map[string]any{"Type": "String", "Value": s.text()}},
	}}}})
	message, err := app.NewSNSEvent(data)
	if err != nil {
		t.Fatal(err)
	}
	difference(t, []any{sns.Records[0].SNS.Message, sns.Records[0].SNS.Subject}, []any{message.Message(), message.Subject()})
	difference(t, len(sns.Records[0].SNS.MessageAttributes), len(message.MessageAttributes()))
}
