package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/wafv2"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// webACL is a web ACL of AWS WAF in front of the REST API's stage.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html
type webACL struct {
	ARN   config.Value
	Stage string // of the API
}

var _ Resource = (*webACL)(nil)

// webACL adds the association, if the configuration has a web ACL.
func (b *builder) webACL() {
	if arn := b.Stage.WebACLARN; !arn.IsZero() {
		b.add(&webACL{arn, b.Stage.APIGatewayStage})
	}
}

// ID returns "web ACL rest_api".
func (*webACL) ID() string { return "web ACL rest_api" }

// Refs returns the REST API.
func (*webACL) Refs() []string { return []string{restAPIID} }

// Outline is a line of the REST API's.
func (w *webACL) Outline() Outline {
	return Outline{In: restAPIID, Lines: []Line{{ID: w.ID(), Label: "web ACL", Text: w.ARN.String()}}}
}

func (w *webACL) sam(t *samTemplate) error { return w.stack(t.stack, "RestAPI.Stage") }

func (w *webACL) cloudformation(t *cfnTemplate) error {
	return w.stack(t.stack, restStageID(w.Stage))
}

// stack names the API's stage by references, so that the association waits for it.
func (w *webACL) stack(t *stack, stage string) error {
	t.add("RestAPIWebACL", w.ID(), &wafv2.WebACLAssociation{
		ResourceArn: t.text(cfn.SubWith(
			"arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${RestAPIId}/stages/${StageName}",
			ordered.New("RestAPIId", cfn.Ref("RestAPI"), "StageName", cfn.Ref(stage)),
		)),
		WebACLArn: t.value(w.ARN),
	})
	return nil
}

func (w *webACL) terraform(m *tfModule) error {
	m.add("aws_wafv2_web_acl_association", "rest_api", ordered.New(
		"resource_arn", tfRef(tfRestStage, "rest_api", "arn"),
		"web_acl_arn", m.value(w.ARN),
	))
	return nil
}
