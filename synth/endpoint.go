package synth

import (
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/tftext"
)

// endpoints are the VPC endpoints from which a private API can be called, in the
// words of one format.
type endpoints struct {
	ids    any // a list
	source any // that, or what stands in its place
}

// Where an API's document has its endpoints.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-extensions-endpoint-configuration.html
const (
	endpointConfiguration = "x-amazon-apigateway-endpoint-configuration"
	endpointIDs           = "vpcEndpointIds"
	endpointDisabled      = "disableExecuteApiEndpoint"
)

// policy returns the resource policy of the API, nil where it has none. That of a
// private API lets in the VPC endpoints, if no file has another.
func (a *restAPI) policy(from endpoints) *ordered.Object {
	if a.Policy != nil || a.EndpointType != config.Private {
		return a.Policy
	}
	return ordered.New("Version", "2012-10-17", "Statement", []any{ordered.New(
		"Effect", "Allow",
		"Principal", "*",
		"Action", "execute-api:Invoke",
		"Resource", "arn:*:execute-api:*:*:*",
		"Condition", ordered.New("StringEquals", ordered.New("aws:SourceVpce", from.source)),
	)})
}

// endpointConfiguration is what the API's document says of its endpoint: the VPC
// endpoints that the API is associated with, which give it names in their VPCs, and
// whether it answers under the name that AWS gives it.
func (a *restAPI) endpointConfiguration(from endpoints) *ordered.Object {
	c := &ordered.Object{}
	if len(a.VPCEndpoints.Items) > 0 {
		c.Add(endpointIDs, from.ids)
	}
	if a.Disabled {
		c.Add(endpointDisabled, true)
	}
	return c
}

func (t *stack) endpoints(l config.List) endpoints {
	if l.Single {
		v := l.Items[0]
		source := t.written(v, anywhere)
		t.facts.endpoints, _ = source.(*ordered.Object)
		return endpoints{[]any{source}, source}
	}
	ids := []any{}
	for _, v := range l.Items {
		ids = append(ids, t.written(v, item))
	}
	return endpoints{ids, ids}
}

// withEndpoints returns a template in which what stands for all endpoints is the list
// of them, where it is one: a policy takes one id or a list of them in the same
// place, but an API's configuration takes a list.
func (t *Template) withEndpoints(template *ordered.Object) *ordered.Object {
	fn, d := t.facts.endpoints, t.facts.document
	if fn == nil || (forms{template}).of(fn) != aList {
		return template
	}
	api := template.Section("Resources").Section(d.api).Section("Properties")
	ids, _ := api.Section(d.inline).Section(endpointConfiguration).Get(endpointIDs)
	if list, ok := ids.([]any); !ok || len(list) != 1 || list[0] != any(fn) {
		return template // another has been merged
	}
	body := ordered.New(d.inline, ordered.New(endpointConfiguration, ordered.New(endpointIDs, fn)))
	return ordered.Merged(template, ordered.New("Resources", ordered.New(d.api, ordered.New("Properties", body))))
}

func (m *tfModule) endpoints(l config.List) endpoints {
	ids := []any{}
	for _, v := range l.Items {
		ids = append(ids, m.value(v))
	}
	if !l.Single {
		return endpoints{ids, ids}
	}
	if expression, ok := tftext.Expression(l.Items[0].Text); ok {
		return endpoints{tfJSONOf("flatten([" + expression + "])"), tfJSONOf(expression)}
	}
	return endpoints{ids, ids[0]}
}
