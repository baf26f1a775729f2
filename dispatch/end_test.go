package dispatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

func init() { programs["ends"] = endsApp }

// end is an error that asks for the end of the process.
var end = messages.InvokeResponse_Error{Type: "T", Message: "m", ShouldExit: true}

// endsApp has handlers of each kind that do what ends the process with
// aws-lambda-go: they ask for the end, or return more than Lambda takes.
func endsApp() *app.App {
	a := app.New("ends")
	large := strings.Repeat("x", 7_000_000)
	a.Route("/end", returns(nil, end), app.Name("end"))
	a.Route("/pointer", returns(nil, fmt.Errorf("wrapped: %w", &end)), app.Name("pointer"))
	a.Route("/cause", returns(nil, &app.Error{Status: 503, Message: "m", Cause: end}), app.Name("cause"))
	a.Route("/left", returns(nil, app.Unhandled(end)), app.Name("left"))
	a.Route("/panic", func(context.Context, *app.Request) (any, error) { panic(end) }, app.Name("panic"))
	a.Route("/large/{id}", returns(large, nil), app.Name("large"), app.Methods("POST"), app.ContentTypes())
	a.Route("/ok", returns("ok", nil), app.Name("ok"))
	a.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, end }, app.Name("auth"))
	a.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) {
		return &app.AuthResponse{PrincipalID: large, Routes: []app.AuthRoute{{Path: "*", Methods: []string{"*"}}}}, nil
	}, app.Name("largeauth"))
	a.OnSQSMessage("q", func(context.Context, *app.SQSEvent) error { return end }, app.Name("queue"))
	a.OnWSConnect(func(context.Context, *app.WebsocketEvent) (any, error) { return nil, end }, app.Name("connect"))
	a.OnWSMessage(func(context.Context, *app.WebsocketEvent) (any, error) { return map[string]any{"body": large}, nil }, app.Name("message"))
	a.LambdaFunction(func(_ context.Context, event json.RawMessage) (any, error) {
		switch string(event) {
		case `"large"`:
			return large, nil
		case `"limit"`:
			return strings.Repeat("x", 6_291_556-len(`""`)), nil
		case `"beyond"`:
			return strings.Repeat("x", 6_291_556-len(`""`)+1), nil
		case `"large error"`:
			return nil, errors.New(strings.Repeat("é", 7_000_000))
		}
		return event, nil
	}, app.Name("f"))
	return a
}

const socket = `{"requestContext":{"apiId":"a","stage":"s","domainName":"d","connectionId":"c"}}`

// TestShouldExit: the process ends after the answer, for every kind of
// function.
func TestShouldExit(t *testing.T) {
	failure := map[string]any{"errorType": "T", "errorMessage": "m"}
	for name, tc := range map[string]struct {
		function, event string
		path            string
		status          float64 // of the response
	}{
		"route":              {app.RESTHandler, get("/end", ""), "response", 500},
		"wrapped pointer":    {app.RESTHandler, get("/pointer", ""), "response", 500},
		"cause of a status":  {app.RESTHandler, get("/cause", ""), "response", 503},
		"left to middleware": {app.RESTHandler, get("/left", ""), "response", 500},
		"panic of a route":   {app.RESTHandler, get("/panic", ""), "response", 500},
		"authorizer":         {"auth", `{"type":"TOKEN","methodArn":"arn:aws:execute-api:us-west-2:123456789012:a/s/GET/","authorizationToken":"t"}`, "error", 0},
		"queue":              {"queue", `{"Records":[]}`, "error", 0},
		"websocket":          {app.WebsocketConnect, socket, "error", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			posts, log, status := inLambda(t, "ends", &lambdaService{events: []string{tc.event, tc.event}}, "_HANDLER="+tc.function)
			if len(posts) != 1 || status != 1 {
				t.Fatalf("got %v, status %d: want one answer, and the end\n%s", posts, status, log)
			}
			body := posts[0].Body.(map[string]any)
			if tc.status == 0 {
				if diff := cmp.Diff(failure, body); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			} else if body["statusCode"] != tc.status {
				t.Errorf("got %v", body)
			}
			if !strings.HasSuffix(posts[0].Path, tc.path) {
				t.Errorf("posted to %s", posts[0].Path)
			}
			lines := logLines(t, log)
			if last := lines[len(lines)-1]; len(lines) != 2 || last["message"] != "the process ends" || last["error"] != "a handler's error has ShouldExit: T: m" {
				t.Errorf("log: %s", log)
			}
		})
	}
}

// TestTooLarge: an answer that is too large for Lambda fails its invocation
// with an error that names its origin, and the process goes on.
func TestTooLarge(t *testing.T) {
	post := func(version string) string {
		return version + `"httpMethod":"POST","path":"/large/1","rawPath":"/large/1","pathParameters":{"id":"1"},"headers":{},"queryStringParameters":{}}`
	}
	rest := post(`{"requestContext":{"resourcePath":"/large/{id}","httpMethod":"POST"},`)
	httpAPI := post(`{"version":"2.0","rawQueryString":"","requestContext":{"stage":"$default","http":{"method":"POST"}},`)
	balancer := post(`{"requestContext":{"elb":{"targetGroupArn":"arn"}},`)
	for name, tc := range map[string]struct {
		function, event, route string
		fails                  bool
	}{
		"REST API":      {app.RESTHandler, rest, "POST /large/{id}", true},
		"HTTP API":      {app.RESTHandler, httpAPI, "POST /large/{id}", true},
		"load balancer": {app.RESTHandler, balancer, "POST /large/{id}", true},
		"function":      {"f", `"large"`, "", true},
		"at the limit":  {"f", `"limit"`, "", false},
		"beyond it":     {"f", `"beyond"`, "", true},
		"authorizer":    {"largeauth", `{"type":"TOKEN","methodArn":"arn:aws:execute-api:us-west-2:123456789012:a/s/GET/","authorizationToken":"t"}`, "", true},
		"websocket":     {app.WebsocketMessage, socket, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			posts, log, status := inLambda(t, "ends", &lambdaService{events: []string{tc.event, tc.event}}, "_HANDLER="+tc.function)
			if len(posts) != 2 || status != -1 {
				t.Fatalf("%d answers, status %d: want both\n%.1000s", len(posts), status, log)
			}
			if !tc.fails {
				if !strings.HasSuffix(posts[0].Path, "/response") || log != "" {
					t.Errorf("posted to %s, log %s", posts[0].Path, log)
				}
				return
			}
			body, _ := posts[0].Body.(map[string]any)
			if !strings.HasSuffix(posts[0].Path, "/error") || body["errorType"] != "Function.ResponseSizeTooLarge" {
				t.Errorf("posted %.1000v", posts[0])
			}
			line := logLines(t, log)[0]
			size, _ := line["size"].(float64)
			route, _ := line["route"].(string)
			if size <= 6_291_556 || route != tc.route || line["level"] != "ERROR" || line["requestId"] == nil || line["errorType"] != body["errorType"] {
				t.Errorf("log: %.1000s", log)
			}
		})
	}
}

// TestLargeError: the text of an error is cut, since Lambda refuses a failure
// that is too large as well.
func TestLargeError(t *testing.T) {
	posts, log, status := inLambda(t, "ends", &lambdaService{events: []string{`"large error"`, `"next"`}}, "_HANDLER=f")
	if len(posts) != 2 || status != -1 || len(log) > 2<<20 {
		t.Fatalf("%d answers, status %d, log of %d bytes", len(posts), status, len(log))
	}
	body, _ := posts[0].Body.(map[string]any)
	if message, _ := body["errorMessage"].(string); len(message) < 200_000 || len(message) > 300_000 || !strings.HasSuffix(message, "é…") {
		t.Errorf("a message of %d bytes", len(message))
	}
}

// TestRefusedAnswer: if something between Lambda and the program refuses an
// answer as too large, the process goes on as well. Any other refusal ends it.
func TestRefusedAnswer(t *testing.T) {
	for status, want := range map[int]struct {
		answers, exit int
		message       string
	}{
		http.StatusRequestEntityTooLarge: {2, -1, "the invocation failed"},
		http.StatusBadRequest:            {1, 1, "the process ends"},
	} {
		s := &lambdaService{events: []string{`"a"`, `"b"`}, refusal: status}
		posts, log, exit := inLambda(t, "ends", s, "_HANDLER=f")
		lines := logLines(t, log)
		if len(posts) != want.answers || exit != want.exit || len(lines) == 0 || lines[0]["message"] != want.message || lines[0]["requestId"] != "a" {
			t.Errorf("with status %d got %v, exit status %d\n%s", status, posts, exit, log)
		}
	}
}
