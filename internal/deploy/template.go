package deploy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/internal/ordered"
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
)

// template is a template of a stack, which can be one that others have deployed
// or edited.
type template struct{ root *ordered.Object }

// parseTemplate parses a template. The name is for messages.
func parseTemplate(name string, data []byte) (template, error) {
	root, err := ordered.Parse(name, data)
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
	physical := map[string]string{}
	for _, r := range resources {
		if r.Type == functionType {
			physical[r.LogicalID] = r.PhysicalID
		}
	}
	all := map[string]record.Function{}
	for _, t := range templates {
		for _, r := range t.resources() {
			if name := r.function(); name != "" && physical[r.id] != "" {
				all[name] = record.Function{LogicalID: r.id, Name: physical[r.id], ARN: arn(physical[r.id])}
			}
		}
	}
	return all
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

// fronts are what an app is reached by: the outputs with their URLs, and the outputs
// that only those with a URL of the same name have. Of those that share a name, the
// first counts.
var fronts = []struct{ output, own, front string }{
	{"EndpointURL", "RestAPIId", "REST API"},
	{"EndpointURL", "HTTPAPIId", "HTTP API"},
	{"EndpointURL", "", "function URL"},
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
		list = append(list, record.URL{Front: "domain of the " + m.front, URL: url})
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
