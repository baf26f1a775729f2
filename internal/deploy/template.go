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
	for id, body := range members(object(t.root, "Resources")) {
		if body, ok := body.(*ordered.Object); ok {
			list = append(list, resource{id, text(body, "Type"), object(body, "Properties")})
		}
	}
	return list
}

// members iterates over the members of an object, which can be nil.
func members(o *ordered.Object) func(yield func(string, any) bool) {
	return func(yield func(string, any) bool) {
		if o == nil {
			return
		}
		for _, key := range o.Keys() {
			if value, _ := o.Get(key); !yield(key, value) {
				return
			}
		}
	}
}

// object returns a member that is an object, or nil.
func object(o *ordered.Object, key string) *ordered.Object {
	if o == nil {
		return nil
	}
	value, _ := o.Get(key)
	child, _ := value.(*ordered.Object)
	return child
}

// text returns a member that is a string, or "".
func text(o *ordered.Object, key string) string {
	if o == nil {
		return ""
	}
	value, _ := o.Get(key)
	s, _ := value.(string)
	return s
}

// function returns the name that a resource has as a function of the app's
// program; "" if it isn't one. The name is the function's handler, see
// dispatch.Start; functions of custom resources are in other languages.
func (r resource) function() string {
	if r.kind != functionType && r.kind != samFunctionType || !strings.HasPrefix(text(r.properties, "Runtime"), "provided") {
		return ""
	}
	return text(r.properties, "Handler")
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
		code := object(r.properties, "Code")
		if place := (synth.Code{Bucket: text(code, "S3Bucket"), Key: text(code, "S3Key")}); place.Bucket != "" && place.Key != "" {
			return place
		}
		// The AWS CLI and SAM write the place as one text.
		place := strings.TrimPrefix(text(r.properties, "CodeUri"), "s3://")
		if bucket, key, ok := strings.Cut(place, "/"); ok && place != text(r.properties, "CodeUri") {
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
			names[r.id] = text(r.properties, "DomainName")
		case restMappingType, socketMapping:
			id := text(object(r.properties, "DomainName"), "Ref")
			prefixes[id] = cmp.Or(text(r.properties, "BasePath"), text(r.properties, "ApiMappingKey"))
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
	for id, body := range members(object(t.root, "Resources")) {
		body, _ := body.(*ordered.Object)
		if strings.HasPrefix(text(body, "DeletionPolicy"), "Retain") && !strings.HasSuffix(text(body, "DeletionPolicy"), "OnCreate") {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
