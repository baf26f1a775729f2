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
	resource := t.add(id, d.ID(), domain)
	if config.IsEnhancedPolicy(d.TLSVersion) {
		resource.set("EndpointAccessMode", strictAccess)
	}
	t.add(id+"Mapping", d.ID(), &apigateway.BasePathMapping{
		DomainName: t.text(cfn.Ref(id)),
		RestApiId:  new(t.text(cfn.Ref("RestAPI"))),
		BasePath:   new(cmp.Or(t.value(d.URLPrefix), noPrefix)),
		Stage:      new(t.text(cfn.Ref(stage))),
	})
	return nil
}

// tfPolicy is the security policy of the domain in Terraform, whose provider has no
// access mode to go with an enhanced one. The API's own counts, also under the domain.
func (d *restDomain) tfPolicy() string {
	if config.IsEnhancedPolicy(d.TLSVersion) {
		return config.DefaultTLSVersion
	}
	return d.TLSVersion
}

// v2Domain is a domain name of the user's own for an API of the second version of API
// Gateway's own API: an HTTP API or a websocket API.
type v2Domain struct {
	config.Domain
	v2API
}

// v2API is an API that a v2Domain can be for.
type v2API struct {
	domain   string // the name of its domain's resource
	id       string // of the API in the graph
	api      string // logical id
	stage    string // likewise
	samStage string // what SAM resolves to the stage's
	tfAPI    string // its name in Terraform
	tfStage  string // likewise its stage's
}

var (
	websocketsOwn = v2API{websocketDomainName, websocketAPIID, "WebsocketAPI", "WebsocketAPIStage", "WebsocketAPIStage", "websocket_api", "websocket_api_stage"}
	httpsOwn      = v2API{restDomainName, httpAPIID, httpAPILogicalID, httpStageLogicalID, httpAPILogicalID + ".Stage", tfHTTPName, tfHTTPName}
)

var _ Resource = (*v2Domain)(nil)

// ID returns a text such as "domain websocket_api_custom_domain".
func (d *v2Domain) ID() string { return "domain " + d.domain }

// Refs returns the API.
func (d *v2Domain) Refs() []string { return []string{d.id} }

// Outline leads to the API.
func (d *v2Domain) Outline() Outline { return domainOutline(d.Domain, d.id) }

func (d *v2Domain) sam(t *samTemplate) error { return d.add(t.stack, d.samStage) }

func (d *v2Domain) cloudformation(t *cfnTemplate) error { return d.add(t.stack, d.stage) }

func (d *v2Domain) add(t *stack, stage string) error {
	id := t.id(d.domain)
	t.add(id, d.ID(), &apigatewayv2.DomainName{
		DomainName: t.value(d.Name),
		DomainNameConfigurations: []apigatewayv2.DomainName_DomainNameConfiguration{{
			CertificateArn: new(t.value(d.CertificateARN)),
			EndpointType:   new(config.Regional), // the only one that these APIs have
		}},
		Tags: t.values(d.Tags),
	})
	mapping := &apigatewayv2.ApiMapping{
		DomainName: t.text(cfn.Ref(id)),
		ApiId:      t.text(cfn.Ref(d.api)),
		Stage:      t.text(cfn.Ref(stage)),
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
		"security_policy", d.tfPolicy(),
	))
	certificate, target := "regional_certificate_arn", "regional"
	if d.EndpointType == config.Edge {
		certificate, target = "certificate_arn", "cloudfront"
	}
	domain.Add(certificate, m.value(d.CertificateARN))
	if len(d.Tags) > 0 {
		domain.Set("tags", m.values(d.Tags))
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

func (d *v2Domain) terraform(m *tfModule) error {
	const domainType = "aws_apigatewayv2_domain_name"
	domain := m.add(domainType, d.domain, ordered.New(
		"domain_name", m.value(d.Name),
		"domain_name_configuration", ordered.New(
			"certificate_arn", m.value(d.CertificateARN),
			"endpoint_type", config.Regional,
			"security_policy", d.TLSVersion,
		),
	))
	if len(d.Tags) > 0 {
		domain.Set("tags", m.values(d.Tags))
	}
	mapping := m.add("aws_apigatewayv2_api_mapping", d.domain+"_mapping", ordered.New(
		"api_id", tfRef(tfV2API, d.tfAPI, "id"),
		"domain_name", tfRef(domainType, d.domain, "id"),
		"stage", tfRef(tfV2Stage, d.tfStage, "id"),
	))
	if !d.URLPrefix.IsZero() {
		mapping.Add("api_mapping_key", m.value(d.URLPrefix))
	}
	if d.id == httpAPIID { // what a REST API's domain says, too
		m.addOutput("AliasDomainName", "${"+domainType+"."+d.domain+".domain_name_configuration[0].target_domain_name}")
		m.addOutput("HostedZoneId", "${"+domainType+"."+d.domain+".domain_name_configuration[0].hosted_zone_id}")
	}
	return nil
}
