package deploy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/templatefile"
	"github.com/chalice-go/chalice/synth"
)

// Types of resources with properties that say something about the app.
const (
	functionType    = "AWS::Lambda::Function"
	samFunctionType = "AWS::Serverless::Function"
	nestedStackType = "AWS::CloudFormation::Stack"
	restDomainType  = "AWS::ApiGateway::DomainName"
	restMappingType = "AWS::ApiGateway::BasePathMapping"
	v2DomainType    = "AWS::ApiGatewayV2::DomainName"
	v2MappingType   = "AWS::ApiGatewayV2::ApiMapping"

	aliasType           = "AWS::Lambda::Alias"
	versionType         = "AWS::Lambda::Version"
	trafficType         = "AWS::CodeDeploy::Application"
	deploymentGroupType = "AWS::CodeDeploy::DeploymentGroup"
)

// template is a template of a stack, which can be one that others have deployed
// or edited.
type template struct{ root *ordered.Object }

// parseTemplate parses a template. The name is for messages.
func parseTemplate(name string, data []byte) (template, error) {
	root, err := templatefile.Parse(name, data)
	return template{root}, err
}

// resource is a resource of a template.
type resource struct {
	id, kind   string
	properties *ordered.Object
}

// resources returns the resources of a template, in its order.
func (t template) resources() []resource {
	var list []resource
	for _, m := range t.root.Section("Resources").Members {
		if body, ok := m.Value.(*ordered.Object); ok {
			list = append(list, resource{m.Key, body.Text("Type"), body.Section("Properties")})
		}
	}
	return list
}

// function returns the name that a resource has as a function of the app's
// program; "" if it isn't one. The name is the function's handler, see
// dispatch.Start; functions of custom resources are in other languages.
func (r resource) function() string {
	if r.kind != functionType && r.kind != samFunctionType || !strings.HasPrefix(r.properties.Text("Runtime"), "provided") {
		return ""
	}
	return r.properties.Text("Handler")
}

// functions returns the app's functions. The templates have them, and the
// resources their names in Lambda.
func functions(templates []template, resources []stack.Resource, arn func(name string) string) map[string]record.Function {
	physical, aliases := map[string]string{}, map[string]string{}
	for _, r := range resources {
		switch r.Type {
		case functionType:
			physical[r.LogicalID] = r.PhysicalID
		case aliasType:
			if name, alias := qualified(r.PhysicalID); alias == config.LiveAlias {
				aliases[name] = alias
			}
		}
	}
	all := map[string]record.Function{}
	for _, t := range templates {
		for _, r := range t.resources() {
			if name := r.function(); name != "" && physical[r.id] != "" {
				in := physical[r.id]
				all[name] = record.Function{LogicalID: r.id, Name: in, ARN: arn(in), Alias: aliases[in]}
			}
		}
	}
	return all
}

// qualified takes the ARN of a version or an alias apart: the name of the function, and
// what is behind it.
func qualified(arn string) (function, qualifier string) {
	rest, qualifier, _ := cutLast(arn, ":")
	_, function, _ = cutLast(rest, ":")
	return function, qualifier
}

func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}

// code returns the place of the program of a template's functions; empty if it
// has none.
func (t template) code() synth.Code {
	for _, r := range t.resources() {
		if r.function() == "" {
			continue
		}
		code := r.properties.Section("Code")
		if place := (synth.Code{Bucket: code.Text("S3Bucket"), Key: code.Text("S3Key")}); place.Bucket != "" && place.Key != "" {
			return place
		}
		// The AWS CLI and SAM write the place as one text.
		place := strings.TrimPrefix(r.properties.Text("CodeUri"), "s3://")
		if bucket, key, ok := strings.Cut(place, "/"); ok && place != r.properties.Text("CodeUri") {
			return synth.Code{Bucket: bucket, Key: key}
		}
	}
	return synth.Code{}
}

// digestOf returns the digest in a key of ours; "" if the key isn't ours.
func digestOf(key string) string {
	digest, isZip := strings.CutSuffix(path.Base(key), ".zip")
	if !isZip || len(digest) != 64 {
		return ""
	}
	return digest
}

// endpointURL is the output with the URL of the routes.
const endpointURL = "EndpointURL"

// fronts are what an app is reached by: the outputs with their URLs, and the outputs
// that only those with a URL of the same name have. Of those that share a name, the
// first counts.
var fronts = []struct{ output, own, front string }{
	{endpointURL, "RestAPIId", "REST API"},
	{endpointURL, "HTTPAPIId", "HTTP API"},
	{endpointURL, "", "function URL"},
	{"WebsocketConnectEndpointURL", "", "websocket API"},
}

// urls returns the URLs of an app, from the outputs of its stack and the domain
// names in its template.
func urls(outputs map[string]string, t template) []record.URL {
	list := []record.URL{}
	said := map[string]bool{}
	for _, f := range fronts {
		if url := outputs[f.output]; url != "" && !said[f.output] && (f.own == "" || outputs[f.own] != "") {
			said[f.output] = true
			list = append(list, record.URL{Front: f.front, URL: url})
		}
	}
	return append(list, t.domains()...)
}

// domainOf starts what the URL of a domain name is called, before its front.
const domainOf = "domain of the "

// RoutesURL returns the one of an app's URLs by which others are told to reach the routes:
// that of a domain name, or else the one that AWS gave them; empty if there are no routes.
func RoutesURL(urls []record.URL) string {
	for _, prefix := range []string{domainOf, ""} {
		for _, f := range fronts {
			for _, u := range urls {
				if f.output == endpointURL && u.Front == prefix+f.front {
					return u.URL
				}
			}
		}
	}
	return ""
}

// domains returns the URLs of custom domain names.
func (t template) domains() []record.URL {
	type mapping struct{ prefix, front, scheme string }
	mappings := map[string]mapping{} // by the domain's logical id
	var list []record.URL
	resources := t.resources()
	for _, r := range resources {
		p := r.properties
		id := p.Section("DomainName").Text("Ref")
		switch {
		case r.kind == restMappingType:
			mappings[id] = mapping{p.Text("BasePath"), "REST API", "https"}
		case r.kind == v2MappingType && p.Section("ApiId").Text("Ref") == "HTTPAPI":
			mappings[id] = mapping{p.Text("ApiMappingKey"), "HTTP API", "https"}
		case r.kind == v2MappingType:
			mappings[id] = mapping{p.Text("ApiMappingKey"), "websocket API", "wss"}
		}
	}
	for _, r := range resources {
		m, mapped := mappings[r.id]
		name := r.properties.Text("DomainName")
		if r.kind != restDomainType && r.kind != v2DomainType || name == "" || !mapped {
			continue
		}
		url := fmt.Sprintf("%s://%s/", m.scheme, name)
		if prefix := strings.Trim(m.prefix, "/"); prefix != "" && prefix != "(none)" {
			url += prefix + "/"
		}
		list = append(list, record.URL{Front: domainOf + m.front, URL: url})
	}
	return list
}

// retained returns the resources that stay when the stack is deleted.
func (t template) retained() []string {
	var ids []string
	for _, m := range t.root.Section("Resources").Members {
		body, _ := m.Value.(*ordered.Object)
		if strings.HasPrefix(body.Text("DeletionPolicy"), "Retain") && !strings.HasSuffix(body.Text("DeletionPolicy"), "OnCreate") {
			ids = append(ids, m.Key)
		}
	}
	slices.Sort(ids)
	return ids
}
