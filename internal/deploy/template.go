package deploy

import (
	"cmp"
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
	functionType     = "AWS::Lambda::Function"
	samFunctionType  = "AWS::Serverless::Function"
	nestedStackType  = "AWS::CloudFormation::Stack"
	restDomainType   = "AWS::ApiGateway::DomainName"
	restMappingType  = "AWS::ApiGateway::BasePathMapping"
	socketDomainType = "AWS::ApiGatewayV2::DomainName"
	socketMapping    = "AWS::ApiGatewayV2::ApiMapping"
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

// The outputs with the URLs of the app, and the names of its fronts.
var endpoints = []struct{ output, front string }{
	{"EndpointURL", "REST API"},
	{"WebsocketConnectEndpointURL", "websocket API"},
}

// urls returns the URLs of an app, from the outputs of its stack and the domain
// names in its template.
func urls(outputs map[string]string, t template) []record.URL {
	list := []record.URL{}
	for _, e := range endpoints {
		if url := outputs[e.output]; url != "" {
			list = append(list, record.URL{Front: e.front, URL: url})
		}
	}
	return append(list, t.domains()...)
}

// domains returns the URLs of custom domain names.
func (t template) domains() []record.URL {
	names, prefixes := map[string]string{}, map[string]string{}
	var list []record.URL
	resources := t.resources()
	for _, r := range resources {
		switch r.kind {
		case restDomainType, socketDomainType:
			names[r.id] = r.properties.Text("DomainName")
		case restMappingType, socketMapping:
			id := r.properties.Section("DomainName").Text("Ref")
			prefixes[id] = cmp.Or(r.properties.Text("BasePath"), r.properties.Text("ApiMappingKey"))
		}
	}
	for _, r := range resources {
		scheme, front := "https", "domain of the REST API"
		if r.kind == socketDomainType {
			scheme, front = "wss", "domain of the websocket API"
		}
		prefix, mapped := prefixes[r.id]
		if names[r.id] == "" || !mapped {
			continue
		}
		url := fmt.Sprintf("%s://%s/", scheme, names[r.id])
		if prefix = strings.Trim(prefix, "/"); prefix != "" && prefix != "(none)" {
			url += prefix + "/"
		}
		list = append(list, record.URL{Front: front, URL: url})
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
