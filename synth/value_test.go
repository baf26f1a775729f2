package synth_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// valuePlace is where a key that takes intrinsic functions ends up: paths in the
// templates of SAM and CloudFormation and in Terraform's module. In lists, a path
// has an index, or a tag's name.
type valuePlace struct {
	literal   string
	list      bool
	stack, tf []string // a path has dots, or / if it holds dots
}

const (
	handler   = "Resources.APIHandler.Properties."
	tfHandler = "resource.aws_lambda_function.api_handler."
	invokes   = "Resources.APIHandlerEventInvokeConfig.Properties.DestinationConfig."
	tfInvokes = "resource.aws_lambda_function_event_invoke_config.api_handler.destination_config."
	queueARN  = "arn:aws:sqs:us-east-1:123456789012:dead"
	domain    = "Resources.ApiGatewayCustomDomain"
	tfDomain  = "resource.aws_api_gateway_domain_name.api_gateway_custom_domain."
	ws        = "Resources.WebsocketApiCustomDomain"
	tfWS      = "resource.aws_apigatewayv2_domain_name.websocket_api_custom_domain."
	body      = "Resources/RestAPI/Properties/Body/x-amazon-apigateway-"
	layer     = "arn:aws:lambda:eu-west-1:123456789012:layer:tools:7"
	stagePath = "Resources.STAGE.Properties." // of what has the stage's properties
	tfStage   = "resource.aws_api_gateway_stage.rest_api."
	acl       = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/b"
	topic     = "arn:aws:sns:us-east-1:123456789012:alarms"
	// deployedAlarm is where SAM has it.
	deployedAlarm = handler + "DeploymentPreference.Alarms.0"
	cert          = "arn:aws:acm:us-east-1:123456789012:certificate/c"
)

// valuePlaces has every key that takes intrinsic functions. NAME is a name in an
// object of them.
var valuePlaces = map[string]valuePlace{
	"environment_variables.NAME": {"x", false, []string{handler + "Environment.Variables.NAME"}, []string{tfHandler + "environment.variables.NAME"}},
	"tags.NAME":                  {"x", false, []string{handler + "Tags.NAME"}, []string{tfHandler + "tags.NAME"}},
	"layers":                     {layer, true, []string{handler + "Layers"}, []string{tfHandler + "layers"}},
	"subnet_ids":                 {"subnet-1", true, []string{handler + "VpcConfig.SubnetIds"}, []string{tfHandler + "vpc_config.subnet_ids"}},
	"security_group_ids":         {"sg-1", true, []string{handler + "VpcConfig.SecurityGroupIds"}, []string{tfHandler + "vpc_config.security_group_ids"}},
	"iam_role_arn":               {"arn:aws:iam::123456789012:role/r", false, []string{handler + "Role"}, []string{tfHandler + "role"}},
	"log_group":                  {"logs", false, []string{handler + "LoggingConfig.LogGroup"}, []string{tfHandler + "logging_config.log_group"}},
	"kms_key_arn":                {"arn:aws:kms:eu-west-1:123456789012:key/k", false, []string{handler + "KmsKeyArn"}, []string{tfHandler + "kms_key_arn"}},
	"permissions_boundary":       {managedPolicy, false, []string{"Resources.DefaultRole.Properties.PermissionsBoundary"}, []string{tfDefaultRole + "permissions_boundary"}},
	"role_path":                  {"/x/", false, []string{"Resources.DefaultRole.Properties.Path"}, []string{tfDefaultRole + "path"}},
	"managed_policies": {
		managedPolicy, true, []string{"Resources.DefaultRole.Properties.ManagedPolicyArns"},
		nil, // a resource for each: see TestManagedPolicyExpressions
	},
	"api_gateway_endpoint_vpce": {
		"vpce-1", true,
		[]string{body + "policy/Statement/0/Condition/StringEquals/aws:SourceVpce", body + "endpoint-configuration/vpcEndpointIds"},
		nil, // its expressions are within JSON: see TestEndpointExpressions
	},
	"alarms.topic": {
		topic, false, []string{"Resources.APIHandlerErrorsAlarm.Properties.AlarmActions.0"}, []string{"resource.aws_cloudwatch_metric_alarm.api_handler-errors-alarm.alarm_actions.0"},
	},
	"dead_letter_target": {queueARN, false, []string{handler + "DEADLETTERS.TargetArn"}, []string{tfHandler + "dead_letter_config.target_arn"}},
	"on_success":         {queueARN, false, []string{invokes + "OnSuccess.Destination"}, []string{tfInvokes + "on_success.destination"}},
	"on_failure":         {queueARN, false, []string{invokes + "OnFailure.Destination"}, []string{tfInvokes + "on_failure.destination"}},
	"alarms.dead_letter_queue": { // its expressions are within others: see testdata/templates/alarms-expressions
		"dead", false, []string{"Resources/APIHandlerDeadLettersQueueAlarm/Properties/Dimensions/0/Value/Fn::Select/1/Fn::Split/1"}, nil,
	},
	"deployment.alarms": {
		"business", false, []string{deployedAlarm}, nil,
	},
	"access_log.format":    {"$context.requestId", false, []string{stagePath + "AccessLogSetting.Format"}, []string{tfStage + "access_log_settings.format"}},
	"stage_variables.NAME": {"x", false, []string{stagePath + "Variables.NAME"}, []string{tfStage + "variables.NAME"}},
	"web_acl_arn": {
		acl, false, []string{"Resources.RestAPIWebACL.Properties.WebACLArn"}, []string{"resource.aws_wafv2_web_acl_association.rest_api.web_acl_arn"},
	},
	"api_gateway_custom_domain.domain_name":     {"a.test", false, []string{domain + ".Properties.DomainName"}, []string{tfDomain + "domain_name"}},
	"api_gateway_custom_domain.certificate_arn": {cert, false, []string{domain + ".Properties.CertificateArn"}, []string{tfDomain + "certificate_arn"}},
	"api_gateway_custom_domain.url_prefix":      {"v1", false, []string{domain + "Mapping.Properties.BasePath"}, nil},
	"api_gateway_custom_domain.tags.NAME":       {"x", false, []string{domain + ".Properties.Tags.NAME"}, []string{tfDomain + "tags.NAME"}},
	"websocket_api_custom_domain.domain_name":   {"b.test", false, []string{ws + ".Properties.DomainName"}, []string{tfWS + "domain_name"}},
	"websocket_api_custom_domain.certificate_arn": {
		cert, false, []string{ws + ".Properties.DomainNameConfigurations.0.CertificateArn"}, []string{tfWS + "domain_name_configuration.certificate_arn"},
	},
	"websocket_api_custom_domain.url_prefix": {
		"v1", false, []string{ws + "Mapping.Properties.ApiMappingKey"}, []string{"resource.aws_apigatewayv2_api_mapping.websocket_api_custom_domain_mapping.api_mapping_key"},
	},
	"websocket_api_custom_domain.tags.NAME": {"x", false, []string{ws + ".Properties.Tags.NAME"}, []string{tfWS + "tags.NAME"}},
}

// valueTemplate has what the values below refer to.
const valueTemplate = `
Parameters: {Text: {Type: String}, List: {Type: 'List<AWS::EC2::Subnet::Id>'}}
Conditions: {Prod: !Equals [!Ref Text, prod]}
Mappings: {Things: {a: {One: x, Many: [x, y]}}}
Resources:
  Thing: {Type: AWS::S3::Bucket}
  Role: {Type: AWS::IAM::Role}
  Group: {Type: AWS::Logs::LogGroup}
  Key: {Type: AWS::KMS::Key}
  KeyAlias: {Type: AWS::KMS::Alias}
  Circle: {Type: AWS::Lambda::LayerVersion, DependsOn: Thing, Properties: {Description: !GetAtt APIHandler.Arn}}
`

// Values for one and for all of a list.
var (
	oneValue = []string{
		`{"Ref":"Text"}`, `{"Ref":"Thing"}`, `{"Fn::GetAtt":["Thing","Arn"]}`, `{"Fn::ImportValue":"x"}`, `{"Fn::Sub":"${Thing.Arn}/${AWS::Region}"}`,
		`{"Fn::If":["Prod",{"Ref":"Text"},"x"]}`, `{"Fn::Join":["-",{"Ref":"List"}]}`, `{"Fn::Select":[0,{"Ref":"List"}]}`, `{"Fn::FindInMap":["Things","a","One"]}`,
	}
	allValues = []string{
		`{"Ref":"List"}`, `{"Fn::Split":[",",{"Ref":"Text"}]}`, `{"Fn::If":["Prod",{"Ref":"List"},["x"]]}`, `{"Fn::FindInMap":["Things","a","Many"]}`,
		`{"Fn::If":["Prod",{"Ref":"List"},{"Ref":"AWS::NoValue"}]}`,
	}
)

// TestIntrinsicsOfEachKey configures each key that takes intrinsic functions with
// each kind of them, for the stage and for the function, in each format. A key that
// takes them and isn't in the table fails.
func TestIntrinsicsOfEachKey(t *testing.T) {
	if diff := cmp.Diff(slices.Sorted(maps.Keys(valuePlaces)), intrinsicKeys()); diff != "" {
		t.Errorf("the table lacks keys, or has others (-table +configuration)\n%s", diff)
	}
	for key, place := range valuePlaces {
		var values []string
		for _, one := range oneValue {
			if !place.list {
				values = append(values, one)
				continue
			}
			values = append(values, "["+one+`,"`+place.literal+`"]`)
		}
		if place.list {
			values = append(values, allValues...)
		}
		for _, value := range values {
			for _, function := range scopesOf(key) {
				t.Run(key+" "+value+function, func(t *testing.T) {
					stage := stageWith(t, key, value, function)
					if err := stage.CheckLiterals(); err != nil {
						t.Errorf("literals: %v", err)
					}
					for _, format := range []string{"sam", "cloudformation"} {
						got := valueRendered(t, stage, format, valueTemplate)
						for _, path := range place.stack {
							want(t, format+": "+path, spelled(lookup(got, path, format)), value)
						}
					}
					refusedByTerraform(t, stage, key, function)
				})
			}
		}
	}
}

// refusedByTerraform: that there is an intrinsic function is a mistake with its place.
func refusedByTerraform(t *testing.T, stage *config.Stage, key, function string) {
	t.Helper()
	graph, err := synth.Build(valueInput(stage))
	if err != nil {
		t.Fatal(err)
	}
	_, err = synth.Terraform(graph)
	if function != "" {
		key = "lambda_functions.api_handler." + key
	}
	if want := ".chalice/config.json:2: " + key + " is an intrinsic function of CloudFormation's"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("Terraform: got %v, want %s", err, want)
	}
}

// TestExpressionsOfEachKey does the same with expressions of Terraform's.
func TestExpressionsOfEachKey(t *testing.T) {
	for key, place := range valuePlaces {
		if key == "deployment.alarms" {
			continue // CodeDeploy's, in which Terraform has no part
		}
		values := []string{`"${var.x}"`, `"x-${var.x[\"a\"]}.y"`}
		if place.list {
			values = []string{`"${var.list}"`, `"${[for x in var.list : x.id if x.id != \"}\"]}"`, `["${var.x}","` + place.literal + `","x-${var.y}"]`}
		}
		for _, value := range values {
			for _, function := range scopesOf(key) {
				t.Run(key+" "+value+function, func(t *testing.T) {
					stage := stageWith(t, key, value, function)
					got := valueRendered(t, stage, "terraform", "")
					for _, path := range place.tf {
						want(t, path, spelled(lookup(got, path, "terraform")), value)
					}
					refusedElsewhere(t, stage, key, function)
				})
			}
		}
	}
}

// refusedElsewhere: that there is an expression is a mistake with its place, but in
// variables, where it is text.
func refusedElsewhere(t *testing.T, stage *config.Stage, key, function string) {
	t.Helper()
	err := stage.CheckLiterals()
	if key == "environment_variables.NAME" {
		if err != nil {
			t.Errorf("SAM: got %v, want nothing", err)
		}
		return
	}
	if function != "" {
		key = "lambda_functions.api_handler." + key
	}
	if want := ".chalice/config.json:2: " + key + " has ${...} in it"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("SAM: got %v, want %s", err, want)
	}
}

// TestEndpointExpressions: the document of an API and its policy are JSON, whatever
// the expression gives.
func TestEndpointExpressions(t *testing.T) {
	for value, tc := range map[string]struct{ source, ids string }{
		`"vpce-1"`:                       {`"vpce-1"`, `["vpce-1"]`},
		`"${var.one[\"a\"]}"`:            {`${jsonencode(var.one["a"])}`, `${jsonencode(flatten([var.one["a"]]))}`},
		`["${var.one[\"a\"]}","vpce-1"]`: {`["${var.one["a"]}","vpce-1"]`, `["${var.one["a"]}","vpce-1"]`},
		`"vpce-${var.one[\"a\"]}"`:       {`"vpce-${var.one["a"]}"`, `["vpce-${var.one["a"]}"]`},
	} {
		got := valueRendered(t, stageWith(t, "api_gateway_endpoint_vpce", value, ""), "terraform", "")
		document, _ := lookup(got, "locals.chalice_api_swagger", "terraform").(string)
		policy, _ := lookup(got, "resource.aws_api_gateway_rest_api.rest_api.policy", "terraform").(string)
		for what, text := range map[string]string{"the document": document, "the policy": policy} {
			if want := `{"aws:SourceVpce":` + tc.source + "}"; !strings.Contains(text, want) {
				t.Errorf("%s: %s lacks %s: %s", value, what, want, text)
			}
		}
		if want := `{"vpcEndpointIds":` + tc.ids + "}"; !strings.Contains(document, want) {
			t.Errorf("%s: the document lacks %s: %s", value, want, document)
		}
	}
}

// TestEndpointIntrinsics: one intrinsic function for all endpoints stands in the
// policy as it is, and is a list or the one item of a list in the API's document.
func TestEndpointIntrinsics(t *testing.T) {
	for _, value := range oneValue {
		for _, format := range []string{"sam", "cloudformation"} {
			got := valueRendered(t, stageWith(t, "api_gateway_endpoint_vpce", value, ""), format, valueTemplate)
			paths := valuePlaces["api_gateway_endpoint_vpce"].stack
			want(t, format+": the policy", spelled(lookup(got, paths[0], format)), value)
			want(t, format+": the ids", spelled(lookup(got, paths[1], format)), "["+value+"]")
		}
	}
	// Another list can be merged over it.
	part := `
Parameters: {List: {Type: CommaDelimitedList}}
Resources: {RestAPI: {Properties: {DefinitionBody: {x-amazon-apigateway-endpoint-configuration: {vpcEndpointIds: [vpce-9]}}}}}
`
	got := valueRendered(t, stageWith(t, "api_gateway_endpoint_vpce", `{"Ref":"List"}`, ""), "sam", part)
	want(t, "the merged ids", spelled(lookup(got, valuePlaces["api_gateway_endpoint_vpce"].stack[1], "sam")), `["vpce-9"]`)
}

// TestVPCByIntrinsic: however a VPC is given, the role allows what it takes.
func TestVPCByIntrinsic(t *testing.T) {
	for _, roles := range []string{config.SharedRole, config.RolePerFunction} {
		for _, value := range append([]string{`["subnet-1"]`, `[{"Ref":"Thing"}]`}, allValues...) {
			stage := stageWith(t, "subnet_ids", value, "")
			stage.IAMRoles = roles
			id := map[string]string{config.SharedRole: "DefaultRole", config.RolePerFunction: "ApiHandlerRole"}[roles]
			policies := spelled(lookup(valueRendered(t, stage, "sam", valueTemplate), "Resources."+id+".Properties.Policies", "sam"))
			if !strings.Contains(policies, "ec2:CreateNetworkInterface") {
				t.Errorf("%s, %s: the role lacks what a VPC takes: %s", roles, value, policies)
			}
		}
	}
}

// TestConfiguredMistakes: what CloudFormation would refuse of an intrinsic function of
// the configuration is a mistake at its place there.
func TestConfiguredMistakes(t *testing.T) {
	for name, tc := range map[string]struct{ key, value, want string }{
		"a reference to nothing":      {"layers", `[{"Ref": "Thin"}]`, "layers refers to Thin, which the template does not have; did you mean Thing? If not, MergeTemplate can add it"},
		"an attribute of nothing":     {"iam_role_arn", `{"Fn::GetAtt": ["Xyzxyz", "Arn"]}`, "iam_role_arn refers to Xyzxyz, which the template does not have; MergeTemplate can add it"},
		"deep inside":                 {"subnet_ids", `{"Fn::Split": [",", {"Fn::Sub": "${Txet}"}]}`, "subnet_ids refers to Txet, which the template does not have; did you mean Text? If not, MergeTemplate can add it"},
		"no role of SAM's":            {"iam_role_arn", `{"Fn::GetAtt": ["APIHandlerRole", "Arn"]}`, "iam_role_arn refers to APIHandlerRole, which the template does not have; did you mean APIHandler? If not, MergeTemplate can add it"},
		"a function that isn't there": {"tags.NAME", `{"Fn::Splt": "x"}`, "tags.NAME calls Fn::Splt, which CloudFormation does not have; did you mean Split?"},
		"no such condition":           {"tags.NAME", `{"Fn::If": ["Pord", "a", "b"]}`, "tags.NAME refers to Pord, which is not among the template's Conditions; did you mean Prod? If not, MergeTemplate can add it"},
		"no such mapping":             {"tags.NAME", `{"Fn::FindInMap": ["Xyz", "a", "b"]}`, "tags.NAME refers to Xyz, which is not among the template's Mappings; MergeTemplate can add it"},
		"a list for a value":          {"iam_role_arn", `{"Ref": "List"}`, "iam_role_arn is a list, but takes one value: choose one with Fn::Select, or join them with Fn::Join"},
		"a list in a list":            {"layers", `[{"Fn::Split": [",", "a"]}]`, `layers has a list in the list: write that in place of the list, {"Fn::Split":[",","a"]}`},
		"a value for a list":          {"security_group_ids", `{"Ref": "Thing"}`, `security_group_ids is one value and no list: write it into a list, [{"Ref":"Thing"}]`},
		"either a value for a list":   {"subnet_ids", `{"Fn::If": ["Prod", {"Ref": "Text"}, "x"]}`, `subnet_ids is one value and no list: write it into a list, [{"Fn::If":["Prod",{"Ref":"Text"},"x"]}]`},
		"a mapped value for a list":   {"subnet_ids", `{"Fn::FindInMap": ["Things", "a", "One"]}`, `subnet_ids is one value and no list: write it into a list, [{"Fn::FindInMap":["Things","a","One"]}]`},
		"a list of endpoints in one":  {"api_gateway_endpoint_vpce", `[{"Ref": "List"}]`, `api_gateway_endpoint_vpce has a list in the list: write that in place of the list, {"Ref":"List"}`},
		"a list for a variable":       {"environment_variables.NAME", `{"Ref": "AWS::NotificationARNs"}`, "environment_variables.NAME is a list, but takes one value: choose one with Fn::Select, or join them with Fn::Join"},
		"a role's name":               {"iam_role_arn", `{"Ref": "Role"}`, `iam_role_arn is the name of a role, but takes its ARN: {"Fn::GetAtt": ["Role", "Arn"]}`},
		"a log group's ARN":           {"log_group", `{"Fn::GetAtt": ["Group", "Arn"]}`, `log_group is the ARN of a log group, but takes its name: {"Ref": "Group"}`},
		"a log group's ARN, in text":  {"log_group", `{"Fn::Sub": "${Group.Arn}"}`, `log_group is the ARN of a log group, but takes its name: {"Ref": "Group"}`},
		"a key's id":                  {"kms_key_arn", `{"Ref": "Key"}`, `kms_key_arn is the id of a key, but takes its ARN: {"Fn::GetAtt": ["Key", "Arn"]}`},
		"an alias' name":              {"kms_key_arn", `{"Ref": "KeyAlias"}`, `kms_key_arn is the name of an alias, but takes its ARN: {"Fn::Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:${KeyAlias}"}`},
		"what may be either":          {"subnet_ids", `{"Fn::GetAtt": ["Thing", "Names"]}`, ""},
		"a circle":                    {"tags.NAME", `{"Ref": "RestAPI"}`, "tags.NAME refers to RestAPI, which is a circle: APIHandler -> RestAPI -> APIHandler; CloudFormation can make none of these first, so give a plain name in one of the places, or have the function look the value up when it runs"},
		"a circle through SAM's":      {"environment_variables.NAME", `{"Fn::Sub": "${RestAPIapiStage}"}`, "environment_variables.NAME refers to RestAPI, which is a circle: APIHandler -> RestAPI -> APIHandler; CloudFormation can make none of these first, so give a plain name in one of the places, or have the function look the value up when it runs"},
		"a circle through a merge":    {"layers", `[{"Ref": "Circle"}]`, "layers refers to Circle, and Resources.Circle.Properties.Description refers to APIHandler, which is a circle: APIHandler -> Circle -> APIHandler; CloudFormation can make none of these first, so give a plain name in one of the places, or have the function look the value up when it runs"},
		"no circle without condition": {"tags.NAME", `{"Fn::If": ["Prod", {"Ref": "RestAPI"}, "x"]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			graph, err := synth.Build(valueInput(stageWith(t, tc.key, tc.value, "")))
			if err != nil {
				t.Fatal(err)
			}
			template, err := synth.SAM(graph)
			if err != nil {
				t.Fatal(err)
			}
			template.Merge(parsedPart(t, valueTemplate))
			got := ""
			if _, err := template.JSON(); err != nil {
				got = strings.TrimPrefix(err.Error(), ".chalice/config.json:2: ")
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// intrinsicKeys lists the keys that take intrinsic functions, as the configuration
// itself sees it.
func intrinsicKeys() []string {
	var found []string
	var look func(keys []config.Key, before string)
	look = func(keys []config.Key, before string) {
		for _, k := range keys {
			key := before + k.Name
			look(k.Keys, key+".")
			if k.Kind == config.TextMap || k.Kind == config.Variables {
				key += ".NAME"
			}
			if _, err := config.Parse([]byte(configWith(key, `{"Ref":"Text"}`, "")), config.Options{}); err == nil {
				found = append(found, key)
			}
		}
	}
	look(config.Keys(), "")
	slices.Sort(found)
	return found
}

// scopesOf lists where a key can stand: at the top and, if it is a function's, there.
func scopesOf(key string) []string {
	name, _, _ := strings.Cut(key, ".")
	for _, k := range config.Keys() {
		if k.Name == name && k.Scope&config.FunctionScope != 0 {
			return []string{"", app.RESTHandler}
		}
	}
	return []string{""}
}

// configWith is a configuration with a value on its second line, and what goes with it.
func configWith(key, value, function string) string {
	block := fmt.Sprintf("\n%s\n", nested(strings.Split(key, "."), value))
	beside := map[string]string{
		"subnet_ids":                  `"security_group_ids": ["sg-9"]`,
		"security_group_ids":          `"subnet_ids": ["subnet-9"]`,
		"iam_role_arn":                `"manage_iam_role": false`,
		"kms_key_arn":                 `"environment_variables": {"NAME": "x"}`,
		"api_gateway_endpoint_vpce":   `"api_gateway_endpoint_type": "PRIVATE"`,
		"api_gateway_custom_domain":   `"app_name": "demo"`,
		"websocket_api_custom_domain": `"app_name": "demo"`,
	}
	name, sub, _ := strings.Cut(key, ".")
	if strings.HasSuffix(name, "_custom_domain") {
		for required, text := range map[string]string{"domain_name": "c.test", "certificate_arn": cert} {
			if sub != required {
				block = strings.Replace(block, "{", fmt.Sprintf("{%q: %q, ", required, text), 1)
			}
		}
	}
	if name == "alarms" {
		block = strings.Replace(block, "{", `{"errors": true, `, 1)
	}
	if also := beside[name]; also != "" {
		block += ", " + also
	}
	if function != "" {
		return fmt.Sprintf(`{"lambda_functions": {%q: {%s}}}`, function, block)
	}
	return "{" + block + "}"
}

// nested writes a member of an object, and those of objects in it.
func nested(path []string, value string) string {
	if len(path) == 1 {
		return fmt.Sprintf("%q: %s", path[0], value)
	}
	return fmt.Sprintf("%q: {%s}", path[0], nested(path[1:], value))
}

func stageWith(t *testing.T, key, value, function string) *config.Stage {
	t.Helper()
	stage, err := config.Parse([]byte(configWith(key, value, function)), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return stage
}

func valueInput(stage *config.Stage) synth.Input {
	return synth.Input{Version: "1.0.0", Stage: stage, Model: &app.Model{
		Version: app.ModelVersion, Name: "demo",
		Routes:    []app.RouteModel{{Path: "/", Name: "index"}},
		Functions: []app.FunctionModel{{Name: "said", Kind: app.WSMessageKind}},
	}}
}

func parsedPart(t *testing.T, text string) *synth.Part {
	t.Helper()
	part, err := synth.ParsePart("part.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return part
}

// valueRendered renders an app, with a part merged into it unless it is empty.
func valueRendered(t *testing.T, stage *config.Stage, format, part string) any {
	t.Helper()
	template := render(t, valueInput(stage), format)
	if part != "" {
		template.Merge(parsedPart(t, part))
	}
	data, err := template.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var decoded any
	if err := json.Unmarshal(data, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

// lookup finds what is at a path, in SAM's words or in CloudFormation's.
func lookup(v any, path, format string) any {
	if path == deployedAlarm && format == "cloudformation" {
		path = "Resources.APIHandlerDeploymentGroup.Properties.AlarmConfiguration.Alarms.0.Name"
	}
	separator := "."
	if strings.Contains(path, "/") {
		separator = "/"
	}
	for _, key := range strings.Split(path, separator) {
		if key == "Body" && format == "sam" {
			key = "DefinitionBody"
		}
		if key == "DEADLETTERS" {
			key = map[string]string{"sam": "DeadLetterQueue", "cloudformation": "DeadLetterConfig"}[format]
		}
		if key == "STAGE" {
			key = map[string]string{"sam": "RestAPI", "cloudformation": "RestAPIapiStage"}[format]
		}
		switch in := v.(type) {
		case map[string]any:
			v = in[key]
		case []any:
			v = element(in, key)
		default:
			return nil
		}
	}
	return v
}

// element finds an element of a list by its index, or a tag's value by its name.
func element(list []any, key string) any {
	if i, err := strconv.Atoi(key); err == nil && i < len(list) {
		return list[i]
	}
	for _, e := range list {
		if tag, ok := e.(map[string]any); ok && tag["Key"] == key {
			return tag["Value"]
		}
	}
	return nil
}

func spelled(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

// TestReferenceToWhatSAMMakes: SAM adds to an API and to a function what the
// configuration of another function can refer to.
func TestReferenceToWhatSAMMakes(t *testing.T) {
	stage, err := config.Parse([]byte(`{"lambda_functions": {"websocket_message": {"environment_variables": {
		"STAGE": {"Ref": "RestAPIapiStage"}, "ALIAS": {"Ref": "APIHandlerAliaslive"}
	}}}}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := valueRendered(t, stage, "sam", "Resources: {APIHandler: {Properties: {AutoPublishAlias: live}}}")
	want(t, "variables", spelled(lookup(got, "Resources.WebsocketMessage.Properties.Environment.Variables", "sam")),
		`{"ALIAS":{"Ref":"APIHandlerAliaslive"},"STAGE":{"Ref":"RestAPIapiStage"}}`)
}
