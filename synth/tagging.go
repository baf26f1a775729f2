package synth

import (
	"fmt"
	"maps"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
	"github.com/chalice-go/chalice/synth/internal/nest"
)

// tagging says which tags the resources of a graph have that can have tags.
type tagging struct {
	own       map[string]config.Value            // of what is no function's
	functions map[string]map[string]config.Value // of a function's, by its name
	deployed  map[string]config.Value            // of the application of CodeDeploy's
}

// tagging returns the tags of the graph's resources; nil: only functions have tags, and
// what else has some of its own.
func (in Input) tagging(resources []Resource) *tagging {
	if !in.Stage.TagResources {
		return nil
	}
	t := &tagging{in.tags(in.Stage.Defaults.Tags), map[string]map[string]config.Value{}, map[string]config.Value{}}
	for _, f := range functionsOf(resources) {
		t.functions[f.Name] = f.Tags
		if f.Deployment != nil {
			maps.Copy(t.deployed, f.Tags) // as SAM does it
		}
	}
	return t
}

// of returns the tags of a resource; nil: none but its own.
func (t *tagging) of(r Resource) map[string]config.Value {
	if t == nil {
		return nil
	}
	if _, ok := r.(*deploymentApplication); ok {
		return t.deployed
	}
	if tags, ok := t.functions[functionOf(r)]; ok {
		return tags
	}
	return t.own
}

// tags adds chalice's own tag to those that are configured.
func (in Input) tags(configured map[string]config.Value) map[string]config.Value {
	tags := map[string]config.Value{}
	maps.Copy(tags, configured)
	tags["aws-chalice"] = config.Value{Text: fmt.Sprintf("version=%s:stage=%s:app=%s", in.Version, in.Stage.Name, in.appName())}
	return tags
}

// domain returns a domain of the configuration with all its tags.
func (b *builder) domain(d config.Domain) config.Domain {
	if b.Stage.TagResources {
		d.Tags = b.tags(b.Stage.DomainTags(&d))
	}
	return rootPrefix(d)
}

// tagForm is how a type of resources has its tags.
type tagForm int

const (
	untaggable tagForm = iota
	tagObjects         // as objects with Key and Value
	tagMembers         // as members of one object
	tagBySAM           // likewise, which SAM gives to what it makes as well, if it can
)

// tagForms has every type that there is in a template for CloudFormation, but for those
// that a merge adds, as the schemas of AWS's types have it. tools/conformance asks these.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/introduction.html
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html
var tagForms = map[string]tagForm{
	"AWS::ApiGateway::ApiKey":          tagObjects,
	"AWS::ApiGateway::BasePathMapping": untaggable,
	"AWS::ApiGateway::Deployment":      untaggable,
	"AWS::ApiGateway::DomainName":      tagObjects,
	"AWS::ApiGateway::RestApi":         tagObjects,
	"AWS::ApiGateway::Stage":           tagObjects,
	"AWS::ApiGateway::UsagePlan":       tagObjects,
	"AWS::ApiGateway::UsagePlanKey":    untaggable,
	"AWS::ApiGatewayV2::Api":           tagMembers,
	"AWS::ApiGatewayV2::ApiMapping":    untaggable,
	"AWS::ApiGatewayV2::Authorizer":    untaggable,
	"AWS::ApiGatewayV2::Deployment":    untaggable,
	"AWS::ApiGatewayV2::DomainName":    tagMembers,
	"AWS::ApiGatewayV2::Integration":   untaggable,
	"AWS::ApiGatewayV2::Route":         untaggable,
	"AWS::ApiGatewayV2::Stage":         tagMembers,
	"AWS::CloudFormation::Stack":       tagObjects,
	"AWS::CloudWatch::Alarm":           tagObjects,
	"AWS::CodeDeploy::Application":     tagObjects,
	"AWS::CodeDeploy::DeploymentGroup": tagObjects,
	"AWS::Events::Rule":                tagObjects,
	"AWS::IAM::Policy":                 untaggable,
	"AWS::IAM::Role":                   tagObjects,
	"AWS::Lambda::Alias":               untaggable,
	"AWS::Lambda::EventInvokeConfig":   untaggable,
	"AWS::Lambda::EventSourceMapping":  tagObjects,
	"AWS::Lambda::Function":            tagObjects,
	"AWS::Lambda::Permission":          untaggable,
	"AWS::Lambda::Url":                 untaggable,
	"AWS::Lambda::Version":             untaggable,
	"AWS::Logs::LogGroup":              tagObjects,
	"AWS::Logs::SubscriptionFilter":    untaggable,
	"AWS::SNS::Subscription":           untaggable,
	"AWS::Scheduler::Schedule":         untaggable,
	"AWS::Serverless::Api":             tagBySAM,
	"AWS::Serverless::Function":        tagBySAM,
	"AWS::Serverless::HttpApi":         tagMembers, // which it gives to its stage, too
	"AWS::WAFv2::WebACLAssociation":    untaggable,
	"Custom::S3BucketNotifications":    untaggable,
}

// untaggedBySAM is a resource that SAM makes without tags where it is a function's event,
// whatever the function has. With tags it is a plain resource for SAM, too, with the
// logical id that SAM gives it.
type untaggedBySAM interface {
	Resource
	taggedPlainly()
}

// taggedPlainly: SAM's rules have no tags.
func (target) taggedPlainly() {}

// taggedPlainly: SAM's event source mappings have no tags.
func (mapping) taggedPlainly() {}

// tag gives a resource the tags that all have, unless it has tags of its own.
func (t *stack) tag(r *stackResource) {
	if t.tags == nil {
		return
	}
	typ := r.resource.AWSCloudFormationType()
	form, known := tagForms[typ]
	if !known {
		t.fail(fmt.Errorf("whether a %s can have tags is missing in tagForms of synth/tagging.go", typ))
	}
	if form == untaggable {
		return
	}
	tags := t.tagsIn(form, t.tags)
	r.change(func(properties *ordered.Object) {
		if form == tagBySAM {
			properties.Set("PropagateTags", true)
		}
		_, own := properties.Get("Tags")
		// An HTTP API has them in its document: see tagDocument.
		if _, imported := properties.Get("Body"); !own && !(imported && typ == httpAPIType) {
			properties.Add("Tags", tags)
		}
	})
}

const httpAPIType = "AWS::ApiGatewayV2::Api"

// tagsIn returns tags in a form.
func (t *stack) tagsIn(form tagForm, tags map[string]config.Value) any {
	members := &ordered.Object{}
	objects := []any{}
	for _, name := range sortedKeys(tags) {
		value := t.written(tags[name], alone)
		members.Add(name, value)
		objects = append(objects, ordered.New("Key", name, "Value", value))
	}
	if form == tagObjects {
		return objects
	}
	return members
}

// tagDocument gives an HTTP API its tags, by its document. It is SAM's way, and the one
// that works where the document is a file of its own.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-tag-value.html
func (t *stack) tagDocument(document *ordered.Object) *ordered.Object {
	var tags []any
	for _, name := range sortedKeys(t.tags) {
		tags = append(tags, ordered.New("name", name, "x-amazon-apigateway-tag-value", t.written(t.tags[name], alone)))
	}
	if len(tags) > 0 {
		document.Add("tags", tags)
	}
	return document
}

// tagStacks gives tags to the nested stacks of a root template, but for those that refer
// to its resources: these may need the stacks.
func (w *filer) tagStacks(root *ordered.Object, stacks []*nest.Stack) {
	var tags []any
	resources := root.Section("Resources")
	for _, tag := range w.tags {
		refers := false
		cfn.EachReference(tag, func(r cfn.Reference) { refers = refers || resources.Index(r.ID()) >= 0 })
		if !refers {
			tags = append(tags, tag)
		}
	}
	if len(tags) == 0 {
		return
	}
	for _, s := range stacks {
		resources.Section(s.ID).Section("Properties").Add("Tags", tags)
	}
}

// tfTaggable has every type of resource that there is in a Terraform module, and says
// whether it has the argument tags. tools/terraform asks the provider.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs
var tfTaggable = map[string]bool{
	"aws_api_gateway_api_key":                   true,
	"aws_api_gateway_base_path_mapping":         false,
	"aws_api_gateway_deployment":                false,
	"aws_api_gateway_domain_name":               true,
	"aws_api_gateway_method_settings":           false,
	"aws_api_gateway_rest_api":                  true,
	"aws_api_gateway_stage":                     true,
	"aws_api_gateway_usage_plan":                true,
	"aws_api_gateway_usage_plan_key":            false,
	"aws_apigatewayv2_api":                      true,
	"aws_apigatewayv2_api_mapping":              false,
	"aws_apigatewayv2_authorizer":               false,
	"aws_apigatewayv2_deployment":               false,
	"aws_apigatewayv2_domain_name":              true,
	"aws_apigatewayv2_integration":              false,
	"aws_apigatewayv2_route":                    false,
	"aws_apigatewayv2_stage":                    true,
	"aws_cloudwatch_event_rule":                 true,
	"aws_cloudwatch_event_target":               false,
	"aws_cloudwatch_log_group":                  true,
	"aws_cloudwatch_log_subscription_filter":    false,
	"aws_cloudwatch_metric_alarm":               true,
	"aws_iam_role":                              true,
	"aws_iam_role_policy":                       false,
	"aws_iam_role_policy_attachment":            false,
	"aws_lambda_alias":                          false,
	"aws_lambda_event_source_mapping":           true,
	"aws_lambda_function":                       true,
	"aws_lambda_function_event_invoke_config":   false,
	"aws_lambda_function_recursion_config":      false,
	"aws_lambda_function_url":                   false,
	"aws_lambda_permission":                     false,
	"aws_lambda_provisioned_concurrency_config": false,
	"aws_s3_bucket_notification":                false,
	"aws_scheduler_schedule":                    false,
	"aws_sns_topic_subscription":                false,
	"aws_wafv2_web_acl_association":             false,
}

// tag gives a resource the tags that all have. What has tags of its own sets these later.
func (m *tfModule) tag(typ string, body *ordered.Object) {
	if m.tags == nil {
		return
	}
	taggable, known := tfTaggable[typ]
	if !known {
		m.fail(fmt.Errorf("whether an %s can have tags is missing in tfTaggable of synth/tagging.go", typ))
	}
	if _, own := body.Get("tags"); taggable && !own {
		body.Add("tags", m.values(m.tags))
	}
}
