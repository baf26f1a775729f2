package packager_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// pythonApp writes an app for Chalice for Python that the case's model describes. It
// returns the files of its modules by their names.
func (c *oracleCase) pythonApp(model *app.Model) map[string]string {
	w := &pythonWriter{model: model, authorizers: map[string]string{}}
	w.line("from chalice import *")
	w.line("from chalice.app import *")
	w.line("app = Chalice(app_name=%s)", pyText(model.Name))
	w.line("app.experimental_feature_flags.update(['WEBSOCKETS', 'BLUEPRINTS'])")
	if model.Debug {
		w.line("app.debug = True")
	}
	if api := model.API; api != nil {
		if api.BinaryTypes != nil {
			w.line("app.api.binary_types = %s", pyTexts(api.BinaryTypes))
		}
		if api.CORS != nil {
			w.line("app.api.cors = %s", pyCORS(api.CORS))
		}
	}
	for _, a := range model.Authorizers {
		w.authorizer(a)
	}
	files := map[string]string{}
	if len(c.Blueprints) > 0 {
		for i, b := range c.Blueprints {
			files[moduleFile(b.ImportName)] = b.module()
			w.line("from %s import blueprint as blueprint_%d", b.ImportName, i)
			w.line("app.register_blueprint(blueprint_%d%s%s)", i, keyword("name_prefix", b.NamePrefix), keyword("url_prefix", b.URLPrefix))
		}
		w.declare("app", c.Declared.Routes, c.Declared.Functions)
	} else {
		w.declare("app", model.Routes, model.Functions)
	}
	files["app.py"] = w.b.String()
	return files
}

// oracleBlueprint is what a case says of one of its blueprints.
type oracleBlueprint struct {
	ImportName string `json:"import_name"`
	URLPrefix  string `json:"url_prefix"`
	NamePrefix string `json:"name_prefix"`
	oracleDeclared
}

type oracleDeclared struct {
	Routes    []app.RouteModel    `json:"routes"`
	Functions []app.FunctionModel `json:"functions"`
}

func moduleFile(name string) string { return strings.ReplaceAll(name, ".", "/") + ".py" }

func (b oracleBlueprint) module() string {
	w := &pythonWriter{model: &app.Model{}}
	w.line("from chalice import *")
	w.line("blueprint = Blueprint(%s)", pyText(b.ImportName))
	w.declare("blueprint", b.Routes, b.Functions)
	return w.b.String()
}

type pythonWriter struct {
	b           strings.Builder
	model       *app.Model
	authorizers map[string]string // expressions, by names
	handlers    int
}

func (w *pythonWriter) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

var identifier = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// handler writes a decorated function, whose name is that of the registration where
// Python can have it.
func (w *pythonWriter) handler(decorator, name, arguments, keywords, doc string) (function string) {
	function = name
	if !identifier.MatchString(name) || slices.Contains(strings.Fields("app blueprint def class import from in is or and not if as"), name) {
		w.handlers++
		function = fmt.Sprintf("handler_%d", w.handlers)
		keywords += keyword("name", name)
	}
	w.line("@%s(%s)", decorator, strings.TrimPrefix(keywords, ", "))
	w.line("def %s(%s):", function, arguments)
	if doc != "" {
		w.line("    %s", pyText(doc))
	}
	w.line("    return %s", pyText(name))
	return function
}

func (w *pythonWriter) authorizer(a app.AuthorizerModel) {
	scopes := ""
	if a.Scopes != nil {
		scopes = ", scopes=" + pyTexts(a.Scopes)
	}
	ttl := ""
	if a.TTLSeconds != nil {
		ttl = fmt.Sprintf(", ttl_seconds=%d", *a.TTLSeconds)
	}
	header := keyword("header", a.Header)
	switch a.Type {
	case app.BuiltinAuthorizerType:
		w.authorizers[a.Name] = w.handler("app.authorizer", a.Name, "request", ttl+keyword("execution_role", a.ExecutionRole)+header, "")
	case app.CognitoAuthorizerType:
		w.authorizers[a.Name] = "CognitoUserPoolAuthorizer(" + pyText(a.Name) + ", provider_arns=" + pyTexts(a.ProviderARNs) + header + scopes + ")"
	case app.CustomAuthorizerType:
		w.authorizers[a.Name] = "CustomAuthorizer(" + pyText(a.Name) + ", authorizer_uri=" + pyText(a.AuthorizerURI) + ttl + header +
			keyword("invoke_role_arn", a.InvokeRoleARN) + scopes + ")"
	case app.IAMAuthorizerType:
		w.authorizers[a.Name] = "IAMAuthorizer()"
	}
}

func (w *pythonWriter) declare(on string, routes []app.RouteModel, functions []app.FunctionModel) {
	for _, r := range routes {
		w.route(on, r)
	}
	for _, f := range functions {
		w.function(on, f)
	}
}

func (w *pythonWriter) route(on string, r app.RouteModel) {
	keywords := pyText(r.Path)
	if r.Methods != nil {
		keywords += ", methods=" + pyTexts(r.Methods)
	}
	if r.ContentTypes != nil {
		keywords += ", content_types=" + pyTexts(r.ContentTypes)
	}
	if r.APIKeyRequired {
		keywords += ", api_key_required=True"
	}
	if r.CORS != nil {
		keywords += ", cors=" + pyCORS(r.CORS)
	}
	if r.Authorizer != "" {
		keywords += ", authorizer=" + w.authorizers[r.Authorizer]
		if r.Scopes != nil {
			keywords += ".with_scopes(" + pyTexts(r.Scopes) + ")"
		}
	}
	w.handler(on+".route", r.Name, "**arguments", keywords, r.Doc)
}

func (w *pythonWriter) function(on string, f app.FunctionModel) {
	decorator, keywords, arguments := "", "", "event"
	switch f.Kind {
	case app.LambdaKind:
		decorator, arguments = "lambda_function", "event, context"
	case app.ScheduleKind:
		decorator, keywords = "schedule", pyText(f.Schedule.Expression)+keyword("description", f.Schedule.Description)
	case app.CloudWatchKind:
		pattern, _ := json.Marshal(f.CloudWatch.Pattern)
		decorator, keywords = "on_cw_event", fmt.Sprintf("__import__('json').loads(%s)", pyText(string(pattern)))
	case app.S3Kind:
		decorator, keywords = "on_s3_event", pyText(f.S3.Bucket)+keyword("prefix", f.S3.Prefix)+keyword("suffix", f.S3.Suffix)
		if f.S3.Events != nil {
			keywords += ", events=" + pyTexts(f.S3.Events)
		}
	case app.SNSKind:
		decorator, keywords = "on_sns_message", pyText(f.SNS.Topic)
	case app.SQSKind:
		decorator, keywords = "on_sqs_message", keyword("queue", f.SQS.Queue)+keyword("queue_arn", f.SQS.QueueARN)+
			batchKeywords(f.SQS.BatchSize, f.SQS.BatchWindowSeconds)
		if f.SQS.MaximumConcurrency != nil {
			keywords += fmt.Sprintf(", maximum_concurrency=%d", *f.SQS.MaximumConcurrency)
		}
	case app.KinesisKind:
		decorator, keywords = "on_kinesis_record", pyText(f.Kinesis.Stream)+streamKeywords(f.Kinesis)
	case app.DynamoDBKind:
		decorator, keywords = "on_dynamodb_record", pyText(f.DynamoDB.StreamARN)+streamKeywords(f.DynamoDB)
	default:
		decorator = "on_" + string(f.Kind)
	}
	w.handler(on+"."+decorator, f.Name, arguments, keywords, "")
}

func streamKeywords(s *app.StreamModel) string {
	return batchKeywords(s.BatchSize, s.BatchWindowSeconds) + keyword("starting_position", s.StartingPosition)
}

func batchKeywords(size, window int) (keywords string) {
	if size != 0 {
		keywords += fmt.Sprintf(", batch_size=%d", size)
	}
	if window != 0 {
		keywords += fmt.Sprintf(", maximum_batching_window_in_seconds=%d", window)
	}
	return keywords
}

// keyword writes an argument, unless the text is empty.
func keyword(name, text string) string {
	if text == "" {
		return ""
	}
	return ", " + name + "=" + pyText(text)
}

// pyText writes a text as Python does, which JSON's form is.
func pyText(text string) string {
	data, _ := json.Marshal(text)
	return string(data)
}

func pyTexts(texts []string) string {
	data, _ := json.Marshal(append([]string{}, texts...))
	return string(data)
}

func pyCORS(c *app.CORSModel) string {
	switch {
	case !c.Enabled:
		return "False"
	case c.Config == nil:
		return "True"
	}
	text := keyword("allow_origin", c.Config.AllowOrigin)
	if c.Config.AllowHeaders != nil {
		text += ", allow_headers=" + pyTexts(c.Config.AllowHeaders)
	}
	if c.Config.ExposeHeaders != nil {
		text += ", expose_headers=" + pyTexts(c.Config.ExposeHeaders)
	}
	if c.Config.MaxAge != nil {
		text += fmt.Sprintf(", max_age=%d", *c.Config.MaxAge)
	}
	if c.Config.AllowCredentials {
		text += ", allow_credentials=True"
	}
	return "CORSConfig(" + strings.TrimPrefix(text, ", ") + ")"
}
