package synth

import "github.com/chalice-go/chalice/config"

// endpoints are the VPC endpoints from which a private API can be called, in the
// words of one format.
type endpoints struct {
	ids    any // a list
	source any // that, or the one that stands alone
}

// Where an API's document has its endpoints.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-extensions-endpoint-configuration.html
const (
	endpointConfiguration = "x-amazon-apigateway-endpoint-configuration"
	endpointIDs           = "vpcEndpointIds"
)

// policy gives the resource policy of the API, nil where it has none. That of a
// private API lets in the VPC endpoints, if no file has another.
func (a *RestAPI) policy(from endpoints) *Object {
	if a.Policy != nil || a.EndpointType != config.Private {
		return a.Policy
	}
	return object("Version", "2012-10-17", "Statement", []any{object(
		"Effect", "Allow",
		"Principal", "*",
		"Action", "execute-api:Invoke",
		"Resource", "arn:*:execute-api:*:*:*",
		"Condition", object("StringEquals", object("aws:SourceVpce", from.source)),
	)})
}

func (t *stack) endpoints(l config.List) endpoints {
	ids := []any{}
	for _, v := range l.Items {
		ids = append(ids, t.written(v))
	}
	if l.Single {
		return endpoints{ids, ids[0]}
	}
	return endpoints{ids, ids}
}

func (m *tfModule) endpoints(l config.List) endpoints {
	ids := []any{}
	for _, v := range l.Items {
		ids = append(ids, m.value(v))
	}
	if l.Single {
		return endpoints{ids, ids[0]}
	}
	return endpoints{ids, ids}
}
