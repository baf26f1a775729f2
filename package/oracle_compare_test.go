package packager_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// compareTemplates lists the differences between the reference's template and
// ours, once both have gone through the normalisations that the oracle's
// README lists. The numbers in comments are its.
func compareTemplates(format string, want, got map[string]any, quirks []string) []string {
	n := normalizer{format: format, quirks: quirks}
	if diff := cmp.Diff(n.normalize(want), n.normalize(got)); diff != "" {
		return []string{"(-reference +ours)\n" + diff}
	}
	return nil
}

type normalizer struct {
	format string
	quirks []string
}

func (n normalizer) normalize(template map[string]any) any {
	var v any = clone(template)
	if n.format == "sam" {
		n.sam(v.(map[string]any))
	} else {
		n.terraform(v.(map[string]any))
	}
	return replace(v, n.anywhere)
}

func clone(v any) any { return replace(v, func(v any) any { return v }) }

// replace returns a copy of v with change applied to it and all in it, inside
// out.
func replace(v any, change func(any) any) any {
	switch w := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, e := range w {
			m[k] = replace(e, change)
		}
		v = m
	case []any:
		list := make([]any, len(w))
		for i, e := range w {
			list[i] = replace(e, change)
		}
		v = list
	}
	return change(v)
}

// functionNames are the names that a function's properties have in a format.
type functionNames struct{ runtime, handler, tags, architectures, environment string }

var (
	samNames       = functionNames{"Runtime", "Handler", "Tags", "Architectures", "Environment"}
	terraformNames = functionNames{"runtime", "handler", "tags", "architectures", "environment"}
	pythonRuntime  = regexp.MustCompile(`^python3\.\d+$`)
	tagVersion     = regexp.MustCompile(`version=[^:]*`)
)

// function applies 1 to 4.
func (n normalizer) function(p map[string]any, names functionNames) {
	if s, _ := p[names.runtime].(string); pythonRuntime.MatchString(s) {
		p[names.runtime] = "provided.al2023"
	}
	if s, _ := p[names.handler].(string); s != "" {
		p[names.handler] = "<handler>"
	}
	delete(p, names.architectures)
	tags := object(p, names.tags)
	if s, ok := tags["aws-chalice"].(string); ok {
		tags["aws-chalice"] = tagVersion.ReplaceAllString(s, "version=*")
	}
	if n.has("function-top-level-maps") {
		delete(p, names.environment)
		delete(p, names.tags)
	}
}

func (n normalizer) has(quirk string) bool { return slices.Contains(n.quirks, quirk) }

// anywhere applies 6, 7 and the quirks of policies.
func (n normalizer) anywhere(v any) any {
	if v == "/aws/lambda/${ApiHandler}" {
		return "/aws/lambda/${APIHandler}"
	}
	document, _ := v.(map[string]any)
	statements, ok := document["Statement"].([]any)
	if !ok {
		return v
	}
	var kept []any
	for _, s := range statements {
		repeated := slices.ContainsFunc(kept, func(k any) bool { return reflect.DeepEqual(k, s) })
		if !repeated && !n.dropped(s) {
			kept = append(kept, s)
		}
	}
	document["Statement"] = kept
	return document
}

func (n normalizer) dropped(statement any) bool {
	text := fmt.Sprint(statement)
	return n.has("xray-statement") && strings.Contains(text, "xray:PutTraceSegments") ||
		n.has("websocket-policy-first-handler") && strings.Contains(text, "execute-api:ManageConnections")
}

// sam applies what of 8 is about SAM.
func (n normalizer) sam(template map[string]any) {
	resources := object(template, "Resources")
	for id, v := range resources {
		r, _ := v.(map[string]any) // a merge can put null in its place
		p := object(r, "Properties")
		switch r["Type"] {
		case "AWS::Serverless::Function":
			n.function(p, samNames)
			delete(p, "LoggingConfig")
			waitForLogs(r, resources)
			for event := range object(p, "Events") {
				if e := object(p, "Events", event); e["Type"] == "Schedule" {
					delete(object(e, "Properties"), "Description")
				}
			}
		case "AWS::Logs::LogGroup":
			p["LogGroupName"] = "<name>"
		case "AWS::Serverless::Api":
			if p["TracingEnabled"] == true {
				delete(p, "TracingEnabled")
			}
			if p["OpenApiVersion"] == "2.0" {
				delete(p, "OpenApiVersion")
			}
			noGatewayResponses(object(p, "DefinitionBody"))
		case "AWS::ApiGateway::BasePathMapping":
			if reflect.DeepEqual(p["Stage"], map[string]any{"Ref": "RestAPI.Stage"}) {
				p["Stage"] = object(resources, "RestAPI", "Properties")["StageName"]
			}
		case "AWS::ApiGatewayV2::ApiMapping":
			if p["ApiMappingKey"] == "(none)" {
				delete(p, "ApiMappingKey")
			}
		case "AWS::ApiGatewayV2::Deployment":
			delete(resources, id)
			resources["WebsocketAPIDeployment"] = r
			if stage := object(resources, "WebsocketAPIStage", "Properties"); stage != nil {
				stage["DeploymentId"] = map[string]any{"Ref": "WebsocketAPIDeployment"}
			}
		}
	}
}

// waitForLogs lets a function wait for the log group that it writes to.
func waitForLogs(function, resources map[string]any) {
	after, ok := function["DependsOn"].([]any)
	if id, text := function["DependsOn"].(string); text {
		after, ok = []any{id}, true
	}
	if !ok {
		return
	}
	kept := slices.DeleteFunc(after, func(id any) bool { return object(resources, fmt.Sprint(id))["Type"] == "AWS::Logs::LogGroup" })
	if function["DependsOn"] = kept; len(kept) == 0 {
		delete(function, "DependsOn")
	}
}

// noGatewayResponses lets CORS headers on the gateway's own errors through.
func noGatewayResponses(document map[string]any) {
	const key = "x-amazon-apigateway-gateway-responses"
	responses := object(document, key)
	for name := range responses {
		if name != "DEFAULT_4XX" && name != "DEFAULT_5XX" {
			return
		}
	}
	if responses != nil {
		delete(document, key)
	}
}

// terraform applies 5 and what of 8 is about Terraform.
func (n normalizer) terraform(template map[string]any) {
	modernTerraform(template)
	resource := object(template, "resource")
	for _, f := range members(resource, "aws_lambda_function") {
		n.function(f, terraformNames)
		delete(f, "logging_config")
		delete(f, "depends_on")
	}
	for _, g := range members(resource, "aws_cloudwatch_log_group") {
		if g["name"] != nil {
			g["name"] = "<name>"
		}
	}
	jsonText(object(template, "locals"), "chalice_api_swagger")
	noGatewayResponses(object(template, "locals", "chalice_api_swagger"))
	for _, text := range [][2]string{
		{"aws_iam_role", "assume_role_policy"},
		{"aws_iam_role_policy", "policy"},
		{"aws_api_gateway_rest_api", "policy"},
		{"aws_cloudwatch_event_rule", "event_pattern"},
	} {
		for _, r := range members(resource, text[0]) {
			jsonText(r, text[1])
		}
	}
	for _, n := range members(resource, "aws_s3_bucket_notification") {
		delete(n, "depends_on")
	}
	for _, d := range members(resource, "aws_apigatewayv2_domain_name") {
		if c := object(d, "domain_name_configuration"); c["security_policy"] == "TLS_1_2" {
			delete(c, "security_policy")
		}
	}
	for key, rule := range members(resource, "aws_cloudwatch_event_rule") {
		if strings.HasSuffix(fmt.Sprint(rule["name"]), "-"+key) {
			rule["name"] = key
		}
	}
	restMappings(resource)
	for _, m := range members(resource, "aws_apigatewayv2_api_mapping") {
		delete(m, "api_mapping_key")
	}
	if url, ok := object(template, "output", "WebsocketConnectEndpointURL")["value"].(string); ok {
		object(template, "output", "WebsocketConnectEndpointURL")["value"] =
			strings.ReplaceAll(url, ".${data.aws_partition.chalice.dns_suffix}/", ".amazonaws.com/")
	}
}

var attribute = regexp.MustCompile(`^\$\{(\w+)\.([\w-]+)\.(\w+)\}$`)

// restMappings resolves references to the domain's and the stage's own
// attributes.
func restMappings(resource map[string]any) {
	for _, m := range members(resource, "aws_api_gateway_base_path_mapping") {
		delete(m, "base_path")
		for _, field := range []string{"domain_name", "stage_name"} {
			ref := attribute.FindStringSubmatch(fmt.Sprint(m[field]))
			if ref == nil {
				continue
			}
			if literal, ok := object(resource, ref[1], ref[2])[ref[3]]; ok {
				m[field] = literal
			}
		}
	}
}

var (
	deploymentID = regexp.MustCompile(`^\$\{aws_api_gateway_deployment\.([\w-]+)\.id\}$`)
	stageURL     = regexp.MustCompile(`aws_api_gateway_stage\.[\w-]+\.invoke_url`)
)

// modernTerraform undoes what Terraform of today needs to be otherwise.
func modernTerraform(template map[string]any) {
	delete(template, "terraform")
	delete(object(template, "data"), "null_data_source")
	resource := object(template, "resource")
	delete(resource, "terraform_data")
	for _, d := range members(resource, "aws_api_gateway_deployment") {
		delete(d, "stage_description")
		delete(d, "triggers")
		delete(d, "description")
	}
	for _, stage := range members(resource, "aws_api_gateway_stage") {
		if id := deploymentID.FindStringSubmatch(fmt.Sprint(stage["deployment_id"])); id != nil {
			object(resource, "aws_api_gateway_deployment", id[1])["stage_name"] = stage["stage_name"]
		}
		for _, m := range members(resource, "aws_api_gateway_base_path_mapping") {
			if attribute.MatchString(fmt.Sprint(m["stage_name"])) {
				m["stage_name"] = stage["stage_name"]
			}
		}
	}
	delete(resource, "aws_api_gateway_stage")
	for key, section := range template {
		template[key] = replace(section, func(v any) any {
			s, ok := v.(string)
			if !ok {
				return v
			}
			s = stageURL.ReplaceAllString(s, "aws_api_gateway_deployment.rest_api.invoke_url")
			return strings.ReplaceAll(s, "data.aws_region.chalice.region", "data.aws_region.chalice.name")
		})
	}
}

// object follows a path of keys. It is nil where one is missing.
func object(v map[string]any, path ...string) map[string]any {
	for _, key := range path {
		v, _ = v[key].(map[string]any)
	}
	return v
}

// members returns the resources of a type by name.
func members(resource map[string]any, typ string) map[string]map[string]any {
	all := map[string]map[string]any{}
	for name := range object(resource, typ) {
		all[name] = object(resource, typ, name)
	}
	return all
}

// jsonText puts the document in place of its text.
func jsonText(o map[string]any, key string) {
	text, ok := o[key].(string)
	if !ok {
		return
	}
	var v any
	if json.Unmarshal([]byte(text), &v) == nil {
		o[key] = v
	}
}
