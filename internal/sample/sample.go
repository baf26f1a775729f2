// Package sample makes events as AWS sends them to the functions of an app, for
// trying out a function by hand.
//
//	app.Model + function --Event--> the JSON that Lambda would hand over
//
// The same model gives the same bytes: ids and times are fixed. An event fits
// its function: the key of an object has the prefix in the function's filter,
// and an event of EventBridge matches the function's pattern.
package sample

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// Options are the wishes for an event.
type Options struct {
	// Body is the content of the event: the body of a request or a message, the
	// data of a record, the detail of an EventBridge event, the new item of a
	// table, the token for an authorizer, or the whole event of a plain function.
	// nil: an example, and an empty object for a plain function.
	Body *string
	// APIType is what stands in front of the routes, the api_type of a stage;
	// empty: a REST API.
	APIType string
}

// UnknownError means that an app has no function or route of that name.
type UnknownError struct {
	Name  string
	Known []string // functions, and routes as METHOD /path
}

// Error returns the name, and those that the app has.
func (e *UnknownError) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("the app has no function or route %q, nor any other", e.Name)
	}
	return fmt.Sprintf("the app has no function or route %q; it has %s", e.Name, strings.Join(e.Known, ", "))
}

// Event returns an event for a function of an app, indented. The function has
// the name that it has in the model, where api_handler stands for the first
// route. A route can also be named by its own name, by METHOD /path, or by
// /path alone. The error is an [*UnknownError], or says why the options don't
// fit the function.
func Event(m *app.Model, name string, o Options) ([]byte, error) {
	event, err := event(m, name, o)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(event), "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func event(m *app.Model, name string, o Options) ([]byte, error) {
	for _, f := range m.Functions {
		if f.FunctionName() == name {
			return functionEvent(f, o)
		}
	}
	for _, a := range m.Authorizers {
		if a.Name == name && a.Type == app.BuiltinAuthorizerType {
			return authorizerEvent(m, a, o)
		}
	}
	if route, method, ok := findRoute(m, name); ok {
		return routeEvent(m, route, method, o)
	}
	return nil, &UnknownError{Name: name, Known: Names(m)}
}

// Names returns the names that [Event] accepts: those of functions, and METHOD
// /path for routes.
func Names(m *app.Model) []string {
	names := m.FunctionNames()
	for _, r := range m.Routes {
		for _, method := range r.Methods {
			names = append(names, method+" "+r.Path)
		}
	}
	return names
}

// findRoute returns the route with a name, and the method in the name, or the
// route's first one.
func findRoute(m *app.Model, name string) (route app.RouteModel, method string, ok bool) {
	method, path, both := strings.Cut(name, " ")
	if both {
		path = strings.TrimSpace(path)
	}
	for _, r := range m.Routes {
		switch {
		case len(r.Methods) == 0:
		case both && r.Path == path && slices.Contains(r.Methods, strings.ToUpper(method)):
			return r, strings.ToUpper(method), true
		case name == app.RESTHandler, name == r.Name, name == r.Path:
			return r, r.Methods[0], true
		}
	}
	return app.RouteModel{}, "", false
}

// makers make the event of each kind of function. A test fails for a kind that
// isn't here.
var makers = map[app.FunctionKind]func(app.FunctionModel, Options) (any, error){
	app.LambdaKind:       plain,
	app.ScheduleKind:     schedule,
	app.CloudWatchKind:   cloudWatch,
	app.S3Kind:           object,
	app.SNSKind:          notification,
	app.SQSKind:          message,
	app.KinesisKind:      streamRecord,
	app.DynamoDBKind:     change,
	app.LogsKind:         logged,
	app.WSConnectKind:    socket,
	app.WSMessageKind:    socket,
	app.WSDisconnectKind: socket,
}

// functionEvent returns the event of a function that isn't the routes' or an
// authorizer's.
func functionEvent(f app.FunctionModel, o Options) ([]byte, error) {
	make, ok := makers[f.Kind]
	if !ok {
		return nil, fmt.Errorf("there is no sample for functions of the kind %s, such as %s", f.Kind, f.Name)
	}
	v, err := make(f, o)
	if err != nil {
		return nil, err
	}
	if o.Body == nil && len(f.Filters()) > 0 {
		if err := fitFilters(f, v.(dict)["Records"].([]dict)[0]); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err = encoder.Encode(v)
	return b.Bytes(), err
}

// text returns the body that the options ask for, or else an example.
func (o Options) text(example string) string {
	if o.Body == nil {
		return example
	}
	return *o.Body
}

// refuseBody returns an error if the options have a body for an event that has
// no content of a sender's.
func (o Options) refuseBody(f app.FunctionModel) error {
	if o.Body == nil {
		return nil
	}
	return fmt.Errorf("an event of %s carries no body: functions of the kind %s get none", f.Name, f.Kind)
}

// plain makes the event of a function that no event source invokes, unless CodeDeploy does.
func plain(f app.FunctionModel, o Options) (any, error) {
	if f.TrafficHook && o.Body == nil {
		return dict{"DeploymentId": "d-EXAMPLE01", "LifecycleEventHookExecutionId": "ZXhhbXBsZSBvZiBhbiBleGVjdXRpb24="}, nil
	}
	body := json.RawMessage(o.text("{}")) // only the function knows what it expects
	if !json.Valid(body) {
		return nil, fmt.Errorf("the event of %s is its body, which has to be JSON: %q isn't", f.Name, clip(string(body)))
	}
	return body, nil
}

func socket(f app.FunctionModel, o Options) (any, error) {
	if f.Kind != app.WSMessageKind {
		if err := o.refuseBody(f); err != nil {
			return nil, err
		}
	}
	domain := apiID + ".execute-api." + region + ".amazonaws.com"
	return json.RawMessage(gateway.SampleSocketEvent(f.Kind, apiStage, domain, o.text(exampleText))), nil
}

// clip shortens a text for an error message.
func clip(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}
