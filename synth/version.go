package synth

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// A version of a function is published when its resource has a new logical id, which ends
// in a digest of all that the version holds: the program, and what the function is
// configured as. Lambda refuses to publish what it has published last, so the function has
// the digest as its description, too. SAM does both with what it is given as
// AutoPublishCodeSha256, and then looks at no property, whatever
// AutoPublishAliasAllProperties says: so it gets the same digest, and not the program's.
//
// The digest is made when the template is complete, since a merge can change a function.

// Versions reports whether some function of an app has versions, for which [Build] needs
// the digest of the program.
func Versions(m *app.Model, stage *config.Stage) bool {
	return slices.ContainsFunc(m.FunctionNames(), func(name string) bool {
		f := stage.Function(name)
		return f.Deployment != nil || f.ProvisionedConcurrency != nil
	})
}

// versioned is a function with versions in a template.
type versioned struct {
	function string // logical id
	code     string // digest of the program
}

// published is the final logical id of the version, as SAM makes it of a digest.
func (v versioned) published(digest string) string { return v.version() + digest[:10] }

// version is the logical id of the version until the template is complete, and for merges.
func (v versioned) version() string { return v.function + "Version" }

// digestKey is the property of SAM's that has the digest.
const digestKey = "AutoPublishCodeSha256"

// samVersions adds to a function what has SAM publish a version and make the alias.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
func (f *function) samVersions(t *samTemplate, fn *stackResource) {
	if !f.alias() {
		return
	}
	t.facts.versions = append(t.facts.versions, versioned{fn.id, f.Code})
	fn.set("AutoPublishAlias", config.LiveAlias)
	fn.set("AutoPublishAliasAllProperties", true)
	fn.set(digestKey, "")
	if f.Provisioned != nil {
		fn.set(provisionedKey, f.provisioned())
	}
	t.claim(f.aliasID(t.stack), "the alias of "+f.ID())
	t.expand(fn.id, 2, expandedVersion)
}

// expandedVersion is about how many bytes SAM writes for a version and an alias.
const expandedVersion = 700

const provisionedKey = "ProvisionedConcurrencyConfig"

func (f *function) provisioned() *ordered.Object {
	return ordered.New("ProvisionedConcurrentExecutions", *f.Provisioned)
}

// cfnVersions adds a version and the alias, as SAM does. What no longer is the template's
// stays, for as long as the function does.
func (f *function) cfnVersions(t *cfnTemplate, fn *stackResource) {
	if !f.alias() {
		return
	}
	v := versioned{fn.id, f.Code}
	t.facts.versions = append(t.facts.versions, v)
	t.add(v.version(), f.ID(), &lambda.Version{FunctionName: t.text(cfn.Ref(fn.id))}).deleted = "Retain"
	alias := t.add(f.aliasID(t.stack), f.ID(), &lambda.Alias{
		FunctionName:    t.text(cfn.Ref(fn.id)),
		FunctionVersion: t.text(cfn.GetAtt(v.version(), "Version")),
		Name:            config.LiveAlias,
	})
	if f.Provisioned != nil {
		alias.set(provisionedKey, f.provisioned())
	}
	t.follow(v.version(), fn.id)
	t.follow(alias.id, fn.id)
}

// tfVersions has Terraform publish a version whenever the function changes, and lead the
// alias to it.
func (f *function) tfVersions(m *tfModule, fn *ordered.Object) {
	if !f.alias() {
		return
	}
	fn.Add("publish", true)
	m.add(tfAlias, f.Name, ordered.New(
		"name", config.LiveAlias,
		"function_name", f.tf("function_name"),
		"function_version", f.tf("version"),
	))
	if f.Provisioned != nil {
		m.add("aws_lambda_provisioned_concurrency_config", f.Name, ordered.New(
			"function_name", f.tf("function_name"),
			"qualifier", tfRef(tfAlias, f.Name, "name"),
			"provisioned_concurrent_executions", *f.Provisioned,
		))
	}
}

// unversioned are the properties of a function that no version holds, in either format:
// what is about the function as a whole, and what SAM makes other resources of.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
var unversioned = append([]string{
	"AutoPublishAlias", "AutoPublishAliasAllProperties", digestKey, "CodeSigningConfigArn", provisionedKey, "PropagateTags",
	"RecursiveLoop", "ReservedConcurrentExecutions", "Tags", "VersionDeletionPolicy", "VersionDescription",
}, samApart...)

// versionDigests returns the digest of what each function's version holds in a template, by
// the function's logical id.
func (t *Template) versionDigests(template *ordered.Object) map[string]string {
	digests := map[string]string{}
	for _, v := range t.facts.versions {
		c := versionContent{template: template, found: ordered.New("Program", v.code)}
		properties := template.Section("Resources").Section(v.function).Section("Properties")
		for _, m := range properties.Members {
			own := (m.Key == "Code" || m.Key == "CodeUri") && !t.isMerged("Resources", v.function, "Properties", m.Key)
			if !own && !slices.Contains(unversioned, m.Key) { // our code is said by its digest, wherever it is
				c.add(m.Key, m.Value)
			}
		}
		if globals, ok := template.Section(samGlobals).Get("Function"); ok && t.facts.isSAM {
			c.add(samGlobals, globals)
		}
		sum := sha256.Sum256([]byte(ordered.CompactJSON(inOrder(c.found).(*ordered.Object))))
		digests[v.function] = hex.EncodeToString(sum[:])
	}
	return digests
}

// isMerged reports whether a merge has something at a path.
func (t *Template) isMerged(path ...string) bool {
	return slices.ContainsFunc(t.parts, func(part *ordered.Object) bool { return holds(part, path) })
}

// versionContent collects what a version holds, with what its references lead to as far as that
// tells their values: a version keeps the values of its time, so that a role under a new
// name takes a new version.
type versionContent struct {
	template *ordered.Object
	found    *ordered.Object
}

func (c *versionContent) add(name string, value any) {
	if _, again := c.found.Get(name); again {
		return
	}
	c.found.Add(name, value)
	cfn.EachReference(value, func(r cfn.Reference) { c.refer(r.ID()) })
	c.sections(value)
}

// refer adds what decides the value of a reference.
func (c *versionContent) refer(id string) {
	if parameter, ok := c.template.Section("Parameters").Get(id); ok {
		c.add("Parameters."+id, parameter)
		return
	}
	resource := c.template.Section("Resources").Section(id)
	properties := &ordered.Object{}
	naming, known := namedBy[resource.Text("Type")]
	for _, m := range resource.Section("Properties").Members {
		if known && slices.Contains(naming, m.Key) || !known && m.Key != "Tags" {
			properties.Add(m.Key, m.Value)
		}
	}
	if properties.Len() > 0 {
		c.add("Resources."+id, properties)
	}
}

// sections adds the conditions and mappings that decide over a value.
func (c *versionContent) sections(value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			c.sections(element)
		}
	case *ordered.Object:
		for _, m := range value.Members {
			section := sectionsOfFunctions[m.Key]
			if m.Key == "Condition" {
				section = conditionsSection
			}
			name, ok := m.Value.(string)
			if list, _ := m.Value.([]any); len(list) > 0 {
				name, ok = list[0].(string)
			}
			if entry, there := c.template.Section(section).Get(name); section != "" && ok && there {
				c.add(section+"."+name, entry)
			}
			c.sections(m.Value)
		}
	}
}

// namedBy are the properties that decide over the name and the ARN of a resource, with
// those that make CloudFormation replace it, of types that functions often refer to. Of
// others, all count but the tags.
var namedBy = map[string][]string{
	"AWS::ApiGateway::RestApi":     nil,
	"AWS::ApiGateway::Stage":       {"StageName"},
	"AWS::ApiGatewayV2::Api":       {"ProtocolType"},
	"AWS::ApiGatewayV2::Stage":     {"StageName"},
	"AWS::CodeDeploy::Application": {"ApplicationName"},
	"AWS::DynamoDB::Table":         {"ImportSourceSpecification", "KeySchema", "LocalSecondaryIndexes", "StreamSpecification", "TableName"},
	"AWS::IAM::Role":               {"Path", "RoleName"},
	"AWS::Lambda::Alias":           {"Name"},
	"AWS::Lambda::Function":        {"FunctionName", "PackageType"},
	"AWS::Lambda::Version":         nil,
	"AWS::Logs::LogGroup":          {"LogGroupName"},
	"AWS::S3::Bucket":              {"BucketName"},
	"AWS::SNS::Topic":              {"FifoTopic", "TopicName"},
	"AWS::SQS::Queue":              {"FifoQueue", "QueueName"},
	"AWS::Serverless::Api":         {"StageName"},
	"AWS::Serverless::Function":    {"FunctionName", "PackageType"},
	"AWS::Serverless::HttpApi":     {"StageName"},
}

// inOrder returns a value whose objects have their members in the order of the keys.
func inOrder(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = inOrder(v[i])
		}
		return list
	case *ordered.Object:
		o := &ordered.Object{}
		for _, m := range v.Members {
			o.Add(m.Key, inOrder(m.Value))
		}
		slices.SortFunc(o.Members, func(a, b ordered.Member) int { return strings.Compare(a.Key, b.Key) })
		return o
	}
	return v
}

// published returns a template whose functions have the digests of their versions.
func (t *Template) published(template *ordered.Object, digests map[string]string) *ordered.Object {
	changed := &ordered.Object{}
	resources := template.Section("Resources")
	for _, v := range t.facts.versions {
		if resources.Index(v.function) < 0 {
			continue
		}
		properties := resources.Section(v.function).Section("Properties")
		key, value := "Description", describedBy(properties, digests[v.function])
		if t.facts.isSAM {
			key, value = digestKey, digests[v.function]
		}
		if set := properties.Text(digestKey); set == "" { // else a merge says it
			changed.Add(v.function, ordered.New("Properties", ordered.New(key, value)))
		}
	}
	if changed.Len() == 0 {
		return template
	}
	return ordered.Merged(template, ordered.New("Resources", changed))
}

// describedBy returns the description of a function with a digest, as SAM has it.
func describedBy(properties *ordered.Object, digest string) any {
	switch description, _ := properties.Get("Description"); description := description.(type) {
	case string:
		return description + " " + digest
	case *ordered.Object:
		return cfn.Join(" ", description, digest)
	}
	return digest
}
