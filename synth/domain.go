package synth

import (
	"cmp"
	"fmt"

	"github.com/awslabs/goformation/v7/cloudformation/apigateway"
	"github.com/awslabs/goformation/v7/cloudformation/apigatewayv2"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// restDomain is a domain name of the user's own for the REST API.
type restDomain struct {
	config.Domain
	EndpointType string
	Stage        string // of the API
}

var _ Resource = (*restDomain)(nil)

const (
	restDomainName      = "api_gateway_custom_domain"
	websocketDomainName = "websocket_api_custom_domain"
	noPrefix            = "(none)" // what the REST API's mapping calls its root
)

// rootPrefix takes the REST API's word for its root for no prefix.
func rootPrefix(d config.Domain) config.Domain {
	if d.URLPrefix.Text == noPrefix {
		d.URLPrefix.Text = ""
	}
	return d
}

// ID returns "domain api_gateway_custom_domain".
func (d *restDomain) ID() string { return "domain " + restDomainName }

// Refs returns the REST API.
func (d *restDomain) Refs() []string { return []string{restAPIID} }

// Outline leads to the REST API.
func (d *restDomain) Outline() Outline { return domainOutline(d.Domain, restAPIID) }

func domainOutline(d config.Domain, api string) Outline {
	return Outline{Kind: "domain", Name: d.Name.String(), Calls: []Call{{To: api}}}
}

// sam refers to the stage by a name that SAM resolves to the one that it
// makes, so that the mapping waits for it; the reference's plain name doesn't.
func (d *restDomain) sam(t *samTemplate) error { return d.stack(t.stack, "RestAPI.Stage") }

func (d *restDomain) cloudformation(t *cfnTemplate) error {
	return d.stack(t.stack, restStageID(d.Stage))
}

func (d *restDomain) stack(t *stack, stage string) error {
	id := t.id(restDomainName)
	domain := &apigateway.DomainName{
		DomainName:            new(t.value(d.Name)),
		EndpointConfiguration: &apigateway.DomainName_EndpointConfiguration{Types: []string{d.EndpointType}},
		SecurityPolicy:        &d.TLSVersion,
		Tags:                  t.tagList(d.Tags),
	}
	if d.EndpointType == config.Edge {
		domain.CertificateArn = new(t.value(d.CertificateARN))
	} else {
		domain.RegionalCertificateArn = new(t.value(d.CertificateARN))
	}
	t.add(id, d.ID(), domain)
	t.add(id+"Mapping", d.ID(), &apigateway.BasePathMapping{
		DomainName: t.text(cfn.Ref(id)),
		RestApiId:  new(t.text(cfn.Ref("RestAPI"))),
		BasePath:   new(cmp.Or(t.value(d.URLPrefix), noPrefix)),
		Stage:      new(t.text(cfn.Ref(stage))),
	})
	return nil
}

// websocketDomain is a domain name of the user's own for the websocket API.
type websocketDomain struct {
	config.Domain
}

var _ Resource = (*websocketDomain)(nil)

// ID returns "domain websocket_api_custom_domain".
func (d *websocketDomain) ID() string { return "domain " + websocketDomainName }

// Refs returns the websocket API.
func (d *websocketDomain) Refs() []string { return []string{websocketAPIID} }

// Outline leads to the websocket API.
func (d *websocketDomain) Outline() Outline { return domainOutline(d.Domain, websocketAPIID) }

func (d *websocketDomain) sam(t *samTemplate) error { return d.stack(t.stack) }

func (d *websocketDomain) cloudformation(t *cfnTemplate) error { return d.stack(t.stack) }

func (d *websocketDomain) stack(t *stack) error {
	id := t.id(websocketDomainName)
	t.add(id, d.ID(), &apigatewayv2.DomainName{
		DomainName: t.value(d.Name),
		DomainNameConfigurations: []apigatewayv2.DomainName_DomainNameConfiguration{{
			CertificateArn: new(t.value(d.CertificateARN)),
			EndpointType:   new(config.Regional), // the only one that websockets have
		}},
		Tags: t.values(d.Tags),
	})
	mapping := &apigatewayv2.ApiMapping{
		DomainName: t.text(cfn.Ref(id)),
		ApiId:      t.text(cfn.Ref("WebsocketAPI")),
		Stage:      t.text(cfn.Ref("WebsocketAPIStage")),
	}
	if !d.URLPrefix.IsZero() {
		mapping.ApiMappingKey = new(t.value(d.URLPrefix))
	}
	t.add(id+"Mapping", d.ID(), mapping)
	return nil
}

func (d *restDomain) terraform(m *tfModule) error {
	const domainType = "aws_api_gateway_domain_name"
	domain := m.add(domainType, restDomainName, ordered.New(
		"domain_name", m.value(d.Name),
		"endpoint_configuration", ordered.New("types", []any{d.EndpointType}),
		"security_policy", d.TLSVersion,
	))
	certificate, target := "regional_certificate_arn", "regional"
	if d.EndpointType == config.Edge {
		certificate, target = "certificate_arn", "cloudfront"
	}
	domain.Add(certificate, m.value(d.CertificateARN))
	if len(d.Tags) > 0 {
		domain.Add("tags", m.values(d.Tags))
	}
	m.add("aws_api_gateway_base_path_mapping", restDomainName+"_mapping", ordered.New(
		"stage_name", d.Stage,
		"domain_name", tfRef(domainType, restDomainName, "domain_name"),
		"api_id", tfRef(tfRestAPI, "rest_api", "id"),
		// This gives the prefix itself, and makes the mapping wait for the
		// stage, whose ARN no prefix starts with.
		"base_path", fmt.Sprintf("${trimprefix(%s, %s.rest_api.arn)}", tfQuoted(m.value(d.URLPrefix)), tfRestStage),
	))
	m.addOutput("AliasDomainName", tfRef(domainType, restDomainName, target+"_domain_name"))
	m.addOutput("HostedZoneId", tfRef(domainType, restDomainName, target+"_zone_id"))
	return nil
}

func (d *websocketDomain) terraform(m *tfModule) error {
	const domainType = "aws_apigatewayv2_domain_name"
	domain := m.add(domainType, websocketDomainName, ordered.New(
		"domain_name", m.value(d.Name),
		"domain_name_configuration", ordered.New(
			"certificate_arn", m.value(d.CertificateARN),
			"endpoint_type", config.Regional,
			"security_policy", d.TLSVersion,
		),
	))
	if len(d.Tags) > 0 {
		domain.Add("tags", m.values(d.Tags))
	}
	mapping := m.add("aws_apigatewayv2_api_mapping", websocketDomainName+"_mapping", ordered.New(
		"api_id", tfRef(tfWebsocketAPI, "websocket_api", "id"),
		"domain_name", tfRef(domainType, websocketDomainName, "id"),
		"stage", tfRef(tfWebsocketStage, "websocket_api_stage", "id"),
	))
	if !d.URLPrefix.IsZero() {
		mapping.Add("api_mapping_key", m.value(d.URLPrefix))
	}
	return nil
}
