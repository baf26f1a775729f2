package devserver

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/poller"
)

// The levels of the server's own lines.
const (
	levelInfo  = "INFO"
	levelWarn  = "WARN"
	levelError = "ERROR"
)

// warn prints a line, only once while the server runs.
func (s *Server) warn(line string) {
	if _, again := s.said.LoadOrStore(line, true); !again {
		s.journal.Print(Line{Level: levelWarn, Text: line})
	}
}

// say prints a line that nothing is wrong with, only once while the server runs.
func (s *Server) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if _, again := s.said.LoadOrStore(line, true); !again {
		s.journal.Print(Line{Level: levelInfo, Text: line})
	}
}

func (s *Server) warnf(format string, args ...any) { s.warn(fmt.Sprintf(format, args...)) }

// warnUnset warns of variables of a function that have no value here.
func (s *Server) warnUnset(function string, names []string) {
	for _, name := range names {
		if _, again := s.said.LoadOrStore("variable "+name, true); !again {
			s.warnf("the variable %s (of %s) gets its value when a stack is deployed and is unset here; give it one with --env-file or --env", name, function)
		}
	}
}

// warnUnleveled says, once for a function, that lines of it aren't here.
func (s *Server) warnUnleveled(function, least string) {
	s.warnf("%s prints lines that say no level in JSON: here as in Lambda these count as INFO and are dropped, since log_level is %s; log them with log/slog or package log", function, least)
}

// warnOfStage warns of parts of the stage's configuration that have no effect
// here.
func (s *Server) warnOfStage(g *Generation) {
	for _, name := range g.Model.FunctionNames() {
		for _, key := range notEmulated(g.Stage.Function(name)) {
			s.warnf("%s of %s in the configuration makes no difference here", key, name)
		}
	}
	for _, key := range set(map[string]bool{
		"api_gateway_custom_domain":   g.Stage.APIDomain != nil,
		"websocket_api_custom_domain": g.Stage.WebsocketDomain != nil,
		"api_gateway_policy_file":     g.Stage.APIPolicyFile != "",
		"api_gateway_endpoint_type":   g.Stage.EndpointType == config.Private,
		"minimum_compression_size":    g.Stage.MinimumCompressionSize != nil,

		"access_log":                   g.Stage.AccessLog != nil,
		"throttling":                   g.Stage.Throttling != nil,
		"usage_plan":                   g.Stage.UsagePlan != nil,
		"disable_execute_api_endpoint": g.Stage.DisableExecuteAPIEndpoint,
		"security_policy":              g.Stage.SecurityPolicy != "",
		"web_acl_arn":                  !g.Stage.WebACLARN.IsZero(),
	}) {
		s.warnf("%s in the configuration makes no difference here", key)
	}
	if g.Stage.RequestValidation {
		s.warn(`request_validation in the configuration makes no difference here: the program checks requests to typed routes by itself and lists what is wrong, but where API Gateway finds something first, it answers with 400 and {"message": "Invalid request body"}`)
	}
	if len(g.Stage.APIKeys) > 0 {
		s.warn("api_keys in the configuration are names, and API Gateway makes the keys: routes that need one take the key of --api-key here")
	}
}

// notEmulated lists the keys of a function that have an effect in AWS and none
// here.
func notEmulated(f config.Function) []string {
	return set(map[string]bool{
		"layers":               len(f.Layers.Items) > 0,
		"subnet_ids":           len(f.SubnetIDs.Items) > 0,
		"security_group_ids":   len(f.SecurityGroupIDs.Items) > 0,
		"reserved_concurrency": f.ReservedConcurrency != nil,
		"xray":                 f.XRay,

		"ephemeral_storage": f.EphemeralStorage > 0,
		"kms_key_arn":       !f.KMSKeyARN.IsZero(),
		"recursive_loop":    f.RecursiveLoop != "",
		"ipv6":              f.IPv6 != nil,
		"system_log_level":  f.Logging.SystemLevel != "",
		"alarms":            f.Alarms != nil,
	})
}

// set lists the keys whose value is true.
func set(keys map[string]bool) []string {
	maps.DeleteFunc(keys, func(_ string, set bool) bool { return !set })
	return slices.Sorted(maps.Keys(keys))
}

// triggers are what invokes functions in AWS, but not here by itself.
var triggers = map[app.FunctionKind]string{
	app.ScheduleKind:   "its schedule",
	app.CloudWatchKind: "events of EventBridge",
	app.S3Kind:         "objects of its bucket",
	app.SNSKind:        "messages of its topic",
	app.LogsKind:       "events of its log group",
}

// sent are the kinds of functions that get what is sent to this server, each with the
// AWS CLI's command for that.
var sent = map[app.FunctionKind]string{
	app.CloudWatchKind: "aws events put-events",
	app.SNSKind:        "aws sns publish",
}

// warnOfTriggers warns of functions that nothing invokes here.
func (s *Server) warnOfTriggers(g *Generation) {
	if _, err := g.routes(); err != nil {
		s.warnf("no function gets events of EventBridge or messages of topics here: %v", err)
	}
	var quiet, unpolled, reached, commands []string
	timed := false
	for _, f := range g.Model.Functions {
		switch what := fmt.Sprintf("%s (%s)", f.FunctionName(), triggers[f.Kind]); {
		case triggers[f.Kind] == "" || f.Kind == app.ScheduleKind && s.options.Schedules:
		case sent[f.Kind] != "":
			reached, commands = append(reached, what), append(commands, sent[f.Kind])
		default:
			quiet = append(quiet, what)
			timed = timed || f.Kind == app.ScheduleKind
		}
		source := poller.Source(&f)
		if source != "" && f.IsDisabled() {
			s.say("%s isn't polled for %s: it is registered with app.Disabled()", source, f.Name)
			continue
		}
		if variables, madeUp := g.madeUp[f.Name]; madeUp && source != "" {
			s.warnf("nothing here polls for %s: what its events come from is known only when the app is deployed; set %s in a file, and name that with --env-file", f.Name, strings.Join(variables, " and "))
		} else if source != "" && s.poller == nil {
			unpolled = append(unpolled, fmt.Sprintf("%s (for %s)", source, f.Name))
		}
	}
	if len(quiet) > 0 {
		advice := "send them sample events from the console, or with chalice invoke --local"
		if timed {
			advice += "; with --schedules, schedules are run"
		}
		s.warnf("nothing here invokes %s; %s", strings.Join(quiet, ", "), advice)
	}
	if len(reached) > 0 {
		slices.Sort(commands)
		s.say("%s: here these get only what is sent to this server, say with %s --endpoint-url %s",
			strings.Join(reached, ", "), strings.Join(slices.Compact(commands), " or "), s.url)
	}
	if len(unpolled) > 0 {
		s.warnf("nothing here polls %s; say where they are with --endpoint-url (ElasticMQ, LocalStack, moto) or --profile (an account)", strings.Join(unpolled, ", "))
	}
}
