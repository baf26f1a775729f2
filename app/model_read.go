package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// ParseModel reads a model that a program wrote, and fills in what the format
// leaves out: methods, content types, batch sizes and so on. If the app has
// mistakes, they are the error, of type [Mistakes], and the model is returned as
// well.
func ParseModel(data []byte) (*Model, error) {
	var failed struct {
		Version int
		Errors  Mistakes
	}
	if json.Unmarshal(data, &failed) == nil && len(failed.Errors) > 0 {
		if failed.Version != ModelVersion {
			return nil, wrongVersion(failed.Version)
		}
		m := &Model{}
		if json.Unmarshal(data, m) != nil {
			m = &Model{Mistakes: failed.Errors}
		}
		m.fill()
		return m, failed.Errors
	}
	m, err := decodeModel(data)
	if err != nil {
		return nil, fmt.Errorf("read app model: %w", err)
	}
	m.fill()
	return m, nil
}

// decodeModel decodes and checks what the format says.
func decodeModel(data []byte) (*Model, error) {
	var m Model
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		// The version first: another format can have other fields.
		var v struct{ Version int }
		if json.Unmarshal(data, &v) == nil && v.Version != ModelVersion {
			return nil, wrongVersion(v.Version)
		}
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is something behind the model")
	}
	if m.Version != ModelVersion {
		return nil, wrongVersion(m.Version)
	}
	return &m, m.check()
}

func wrongVersion(version int) error {
	return fmt.Errorf("its version is %d, this program knows version %d: use the same version of the chalice command and of the library", version, ModelVersion)
}

// check reports what the types allow but the format doesn't.
func (m *Model) check() error {
	if m.Name == "" {
		return errors.New("the app has no name")
	}
	var errs []error
	for i, r := range m.Routes {
		if r.Path == "" && r.Source == nil && r.Name == "" {
			errs = append(errs, fmt.Errorf("route %d is empty", i))
		}
		for _, method := range r.Methods {
			if !slices.Contains(knownMethods, method) {
				errs = append(errs, fmt.Errorf("route %s has the unknown method %q", r.Path, method))
			}
		}
	}
	for _, a := range m.Authorizers {
		switch a.Type {
		case BuiltinAuthorizerType, CustomAuthorizerType, CognitoAuthorizerType, IAMAuthorizerType, JWTAuthorizerType:
		default:
			errs = append(errs, fmt.Errorf("authorizer %q has the unknown type %q", a.Name, a.Type))
		}
		if a.Name == "" {
			errs = append(errs, errors.New("an authorizer has no name"))
		}
		for _, identity := range a.Identity {
			if identity.In != IdentityInHeader && identity.In != IdentityInQuery {
				errs = append(errs, fmt.Errorf("authorizer %q has an identity in the unknown place %q", a.Name, identity.In))
			}
		}
	}
	for _, f := range m.Functions {
		if eventKind(f.Kind) == "" {
			errs = append(errs, fmt.Errorf("function %q has the unknown kind %q", f.Name, f.Kind))
		}
		if f.Name == "" {
			errs = append(errs, errors.New("a function has no name"))
		}
		errs = append(errs, f.complete(), f.Kinesis.check(f.Name), f.DynamoDB.check(f.Name))
	}
	return errors.Join(errs...)
}

// complete reports that the settings of the function's kind are missing.
// Whether AWS takes the values is checked elsewhere, since it isn't a question
// of the format.
func (m *FunctionModel) complete() error {
	settings, needed := m.settings()
	if needed && settings.IsNil() || m.Kind == CloudWatchKind && m.CloudWatch.Pattern == nil {
		return fmt.Errorf("function %q of kind %s needs %s", m.Name, m.Kind, m.Kind)
	}
	if m.TrafficHook && m.Kind != LambdaKind {
		return fmt.Errorf("function %q of kind %s is a hook of CodeDeploy: only functions of kind %s are", m.Name, m.Kind, LambdaKind)
	}
	return nil
}

// settings returns the field with the settings of the function's kind, which the
// format calls by the name of the kind. It reports false for a kind without settings.
func (m *FunctionModel) settings() (reflect.Value, bool) {
	v := reflect.ValueOf(m).Elem()
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name == string(m.Kind) && field.Type.Kind() == reflect.Pointer {
			return v.Field(i), true
		}
	}
	return v, false
}

// EventSource returns the name or ARN of what the function's events come from, which
// can be changed there: a bucket, topic, queue, stream, table's stream, event bus or log
// group. It is nil for a function whose events have no such source, as those of a
// schedule or of the account's default bus.
func (m *FunctionModel) EventSource() *string {
	switch {
	case m.S3 != nil:
		return &m.S3.Bucket
	case m.SNS != nil:
		return &m.SNS.Topic
	case m.SQS != nil && m.SQS.QueueARN != "":
		return &m.SQS.QueueARN
	case m.SQS != nil:
		return &m.SQS.Queue
	case m.Kinesis != nil:
		return &m.Kinesis.Stream
	case m.DynamoDB != nil:
		return &m.DynamoDB.StreamARN
	case m.CloudWatch != nil && m.CloudWatch.Bus != "":
		return &m.CloudWatch.Bus
	case m.Logs != nil:
		return &m.Logs.Group
	}
	return nil
}

// Filters returns the patterns of which a record has to match one to reach the function;
// none: all records do.
func (m *FunctionModel) Filters() []Pattern {
	switch {
	case m.SQS != nil:
		return m.SQS.Filters
	case m.Kinesis != nil:
		return m.Kinesis.Filters
	case m.DynamoDB != nil:
		return m.DynamoDB.Filters
	}
	return nil
}

// IsDisabled reports whether the function's queue or stream isn't polled.
func (m *FunctionModel) IsDisabled() bool {
	return m.SQS != nil && m.SQS.Disabled || m.Kinesis != nil && m.Kinesis.Disabled || m.DynamoDB != nil && m.DynamoDB.Disabled
}

func (m *StreamModel) check(function string) error {
	if m == nil || slices.Contains([]StreamPosition{"", Latest, TrimHorizon, atTimestamp}, StreamPosition(m.StartingPosition)) {
		return nil
	}
	return fmt.Errorf("function %q has the unknown starting position %q", function, m.StartingPosition)
}

// fill puts in the defaults.
func (m *Model) fill() {
	for i := range m.Routes {
		r := &m.Routes[i]
		if len(r.Methods) == 0 {
			r.Methods = []string{"GET"}
		}
		if r.ContentTypes == nil {
			r.ContentTypes = []string{"application/json"}
		}
	}
	for i := range m.Authorizers {
		if a := &m.Authorizers[i]; a.Header == "" && len(a.Identity) == 0 && a.Type != IAMAuthorizerType {
			a.Header = defaultAuthHeader
		}
	}
	for i := range m.Functions {
		m.Functions[i].fill()
	}
}

func (m *FunctionModel) fill() {
	if m.S3 != nil && len(m.S3.Events) == 0 {
		m.S3.Events = []string{defaultBucketEvent}
	}
	if m.SQS != nil && m.SQS.BatchSize == 0 {
		m.SQS.BatchSize = 1
	}
	for _, s := range []*StreamModel{m.Kinesis, m.DynamoDB} {
		if s == nil {
			continue
		}
		if s.BatchSize == 0 {
			s.BatchSize = 100
		}
		if s.StartingPosition == "" {
			s.StartingPosition = string(Latest)
		}
	}
}

// JSON writes the model; [ParseModel] reads it.
func (m *Model) JSON() ([]byte, error) { return document(m) }

// BinaryTypes returns the media types whose bodies are bytes.
func (m *Model) BinaryTypes() []string {
	if m.API == nil || m.API.BinaryTypes == nil {
		return DefaultBinaryTypes()
	}
	return m.API.BinaryTypes
}

// CORS returns the configuration that counts for a route, nil for none.
func (m *Model) CORS(r RouteModel) *CORSConfig {
	cors := r.CORS
	if cors == nil && m.API != nil {
		cors = m.API.CORS
	}
	if !cors.enabled() {
		return nil
	}
	return new(cors.config())
}

// Streams reports whether a route streams its responses, so that a function's URL does for
// all of them.
func (m *Model) Streams() bool {
	return slices.ContainsFunc(m.Routes, func(r RouteModel) bool { return r.Streams })
}

// ConnectAuthorizer returns the authorizer of new websocket connections, nil if
// there is none.
func (m *Model) ConnectAuthorizer() *AuthorizerModel {
	for _, f := range m.Functions {
		if f.Kind == WSConnectKind && f.Authorizer != "" {
			return m.Authorizer(f.Authorizer)
		}
	}
	return nil
}

// Authorizer returns the authorizer of a name, nil if there is none.
func (m *Model) Authorizer(name string) *AuthorizerModel {
	for i := range m.Authorizers {
		if m.Authorizers[i].Name == name {
			return &m.Authorizers[i]
		}
	}
	return nil
}

// Protects reports whether a route has an authorizer, by its name.
func (m *Model) Protects(authorizer string) bool {
	return slices.ContainsFunc(m.Routes, func(r RouteModel) bool { return r.Authorizer == authorizer })
}

// FunctionNames returns the names of all the app's Lambda functions: that of
// the routes, if there are any, then those of the builtin authorizers that
// something can have, then the others.
func (m *Model) FunctionNames() []string {
	var names []string
	if len(m.Routes) > 0 {
		names = append(names, RESTHandler)
	}
	connect := m.ConnectAuthorizer()
	for i := range m.Authorizers {
		a := &m.Authorizers[i]
		if a.Type == BuiltinAuthorizerType && (len(m.Routes) > 0 || a == connect) {
			names = append(names, a.Name)
		}
	}
	for _, f := range m.Functions {
		names = append(names, f.FunctionName())
	}
	return names
}

// FunctionSource returns where the function of that name was registered. It
// returns nil for the function behind the routes, and if the place isn't known.
func (m *Model) FunctionSource(name string) *Source {
	for _, f := range m.Functions {
		if f.FunctionName() == name {
			return f.Source
		}
	}
	for _, a := range m.Authorizers {
		if a.Name == name {
			return a.Source
		}
	}
	return nil
}
