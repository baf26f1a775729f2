package synth_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// untaggable are the types of resources without tags in AWS, and in Terraform. All others
// have to have some: a type that is new belongs here only if it can't.
var untaggable = map[string][]string{
	"AWS": {
		"AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::UsagePlanKey",
		"AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Deployment",
		"AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route",
		"AWS::IAM::Policy",
		"AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Permission", "AWS::Lambda::Url", "AWS::Lambda::Version",
		"AWS::Logs::SubscriptionFilter", "AWS::SNS::Subscription", "AWS::Scheduler::Schedule", "AWS::WAFv2::WebACLAssociation",
		"Custom::S3BucketNotifications",
	},
	"Terraform": {
		"aws_api_gateway_base_path_mapping", "aws_api_gateway_deployment", "aws_api_gateway_method_settings", "aws_api_gateway_usage_plan_key",
		"aws_apigatewayv2_api_mapping", "aws_apigatewayv2_authorizer", "aws_apigatewayv2_deployment", "aws_apigatewayv2_integration", "aws_apigatewayv2_route",
		"aws_cloudwatch_event_target", "aws_cloudwatch_log_subscription_filter",
		"aws_iam_role_policy", "aws_iam_role_policy_attachment",
		"aws_lambda_alias", "aws_lambda_function_event_invoke_config", "aws_lambda_function_recursion_config", "aws_lambda_function_url",
		"aws_lambda_permission", "aws_lambda_provisioned_concurrency_config",
		"aws_s3_bucket_notification", "aws_scheduler_schedule", "aws_sns_topic_subscription", "aws_wafv2_web_acl_association",
	},
}

const (
	testBoundary = "arn:aws:iam::123456789012:policy/boundary"
	testPolicy   = "arn:aws:iam::123456789012:policy/everywhere"
)

// TestEveryKindIsTagged renders every case with tags, and with what all roles have: each
// resource that can have tags has them, and each role has the rest.
func TestEveryKindIsTagged(t *testing.T) {
	eachCase(t, true, func(t *testing.T, format string, r resource) {
		if slices.Contains(untaggable[family(format)], r.typ) {
			return
		}
		if got := r.tags(); got["team"] != "core" || got["aws-chalice"] == nil {
			t.Errorf("%s: the %s %s has the tags %v, want team=core and chalice's own", format, r.typ, r.id, got)
		}
	})
}

// TestOnlyFunctionsAreTagged: without tag_resources, nothing has tags that hasn't its own.
func TestOnlyFunctionsAreTagged(t *testing.T) {
	eachCase(t, false, func(t *testing.T, format string, r resource) {
		isFunction := strings.HasSuffix(r.typ, "::Function") || r.typ == "aws_lambda_function"
		isDomain := strings.HasSuffix(r.typ, "::DomainName") || strings.HasSuffix(r.typ, "_domain_name")
		switch got := r.tags(); {
		case isFunction && got["team"] != "core":
			t.Errorf("%s: the function %s has the tags %v, want team=core", format, r.id, got)
		case !isFunction && got["aws-chalice"] != nil, !isFunction && !isDomain && len(got) > 0:
			t.Errorf("%s: the %s %s has the tags %v, want none", format, r.typ, r.id, got)
		}
	})
}

// TestEveryRoleIsBounded: there is no role without the boundary, the path and the policies
// that all roles have.
func TestEveryRoleIsBounded(t *testing.T) {
	attached := map[string]bool{} // role and format
	roles := map[string]int{}     // by format
	eachCase(t, true, func(t *testing.T, format string, r resource) {
		switch r.typ {
		case "AWS::IAM::Role":
			roles[format]++
			want := map[string]any{"PermissionsBoundary": testBoundary, "Path": "/all/", "ManagedPolicyArns": []any{testPolicy}}
			got := map[string]any{}
			for key := range want {
				got[key] = r.properties[key]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s (-want +got)\n%s", format, r.id, diff)
			}
		case "aws_iam_role":
			roles[format]++
			if r.properties["permissions_boundary"] != testBoundary || r.properties["path"] != "/all/" {
				t.Errorf("%s: %s has another boundary or path: %v", format, r.id, r.properties)
			}
			attached[t.Name()+r.id] = attached[t.Name()+r.id]
		case "aws_iam_role_policy_attachment":
			role := strings.Split(r.properties["role"].(string), ".")[1]
			attached[t.Name()+role] = r.properties["policy_arn"] == testPolicy
		}
	})
	for role, ok := range attached {
		if !ok {
			t.Errorf("terraform: %s has no managed policy", role)
		}
	}
	if len(roles) != 3 {
		t.Errorf("there are roles in %v alone", roles)
	}
}

// eachCase looks at each resource of each case, rendered in each format with a tag, and
// with or without it on all resources, and with what all roles have.
func eachCase(t *testing.T, tagAll bool, look func(*testing.T, string, resource)) {
	t.Helper()
	for _, dir := range goldenCases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			in := readCase(t, dir)
			stage := in.Stage
			stage.TagResources = tagAll
			stage.PermissionsBoundary, stage.RolePath = config.Value{Text: testBoundary}, config.Value{Text: "/all/"}
			withTag(&stage.Defaults)
			for name, f := range stage.Functions {
				withTag(&f)
				stage.Functions[name] = f
			}
			graph, err := synth.Build(in)
			if err != nil {
				t.Fatal(err)
			}
			for _, format := range []string{"sam.json", "template.json", "chalice.tf.json"} {
				if takes(format, filepath.Base(dir), stage) {
					for _, r := range resourcesIn(t, graph, format, stage, filepath.Join(dir, "merge.yaml")) {
						look(t, format, r)
					}
				}
			}
		})
	}
}

func withTag(f *config.Function) {
	tags := maps.Clone(f.Tags)
	if tags == nil {
		tags = map[string]config.Value{}
	}
	tags["team"] = config.Value{Text: "core"}
	f.Tags, f.ManagedPolicies = tags, config.Texts(testPolicy)
}

// resource is one of a rendered template.
type resource struct {
	typ, id    string
	properties map[string]any
}

// tags returns the tags of a resource, whatever their form.
func (r resource) tags() map[string]any {
	found := map[string]any{}
	for _, tags := range []any{r.properties["tags"], r.properties["Tags"]} {
		switch tags := tags.(type) {
		case map[string]any:
			maps.Copy(found, tags)
		case []any:
			for _, tag := range tags {
				tag := tag.(map[string]any)
				found[tag["Key"].(string)] = tag["Value"]
			}
		}
	}
	document, _ := r.properties["Body"].(map[string]any)
	list, _ := document["tags"].([]any)
	for _, tag := range list {
		tag := tag.(map[string]any)
		found[tag["name"].(string)] = tag["x-amazon-apigateway-tag-value"]
	}
	return found
}

func family(format string) string {
	if format == "chalice.tf.json" {
		return "Terraform"
	}
	return "AWS"
}

// resourcesIn renders a graph, with its nested stacks, and lists the resources but for
// those that are merged.
func resourcesIn(t *testing.T, graph *synth.Graph, format string, stage *config.Stage, merge string) []resource {
	t.Helper()
	render := map[string]func(*synth.Graph) (*synth.Template, error){
		"sam.json": synth.SAM, "chalice.tf.json": synth.Terraform,
		"template.json": func(g *synth.Graph) (*synth.Template, error) { return synth.CloudFormation(g, synth.Code{}) },
	}[format]
	template, err := render(graph)
	if err != nil {
		t.Fatal(err)
	}
	merged := parsedPart(t, "{}")
	if data, err := os.ReadFile(merge); err == nil && format != "chalice.tf.json" {
		merged = parsedPart(t, string(data))
		template.Merge(merged)
	}
	files, err := template.Files(synth.Layout{File: format, NestedStacks: stage.NestedStacks})
	if err != nil {
		t.Fatal(err)
	}
	var all []resource
	for _, f := range files {
		all = append(all, listed(t, f.Data)...)
	}
	return slices.DeleteFunc(all, func(r resource) bool { return merged.TypeOf(r.id) != "" })
}

func listed(t *testing.T, data []byte) (all []resource) {
	t.Helper()
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
		Resource map[string]map[string]map[string]any `json:"resource"`
	}
	if err := json.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	for id, r := range template.Resources {
		all = append(all, resource{r.Type, id, r.Properties})
	}
	for typ, resources := range template.Resource {
		for id, properties := range resources {
			all = append(all, resource{typ, id, properties})
		}
	}
	return all
}
