package synth

import (
	"fmt"
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/apigateway"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// usagePlan has the REST API's stage accept API keys: a key counts for a stage only by a
// usage plan. The values of keys are made by API Gateway, and in no template.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
type usagePlan struct {
	config.UsagePlan
	Name  string
	Keys  []string // names
	Stage string   // of the API
}

var _ Resource = (*usagePlan)(nil)

// usagePlan adds the plan, if there are keys or the configuration has a plan for keys
// that are made elsewhere.
func (b *builder) usagePlan() {
	plan, keys := b.Stage.UsagePlan, b.Stage.APIKeys
	if plan == nil && len(keys) == 0 {
		return
	}
	u := &usagePlan{Name: b.baseName(), Keys: keys, Stage: b.Stage.APIGatewayStage}
	if plan != nil {
		u.UsagePlan = *plan
	}
	b.add(u)
}

// ID returns "usage plan rest_api".
func (*usagePlan) ID() string { return "usage plan rest_api" }

// Refs returns the REST API.
func (*usagePlan) Refs() []string { return []string{restAPIID} }

// Outline is a line of the REST API's.
func (u *usagePlan) Outline() Outline {
	text := counted(len(u.Keys), "API key")
	if u.Quota > 0 {
		text += fmt.Sprintf(", %d requests a %s", u.Quota, strings.ToLower(u.Period))
	}
	return Outline{In: restAPIID, Lines: []Line{{ID: u.ID(), Label: "plan", Text: text}}}
}

func (u *usagePlan) sam(t *samTemplate) error { return u.stack(t.stack, "RestAPI.Stage") }

func (u *usagePlan) cloudformation(t *cfnTemplate) error {
	return u.stack(t.stack, restStageID(u.Stage))
}

const usagePlanID = "RestAPIUsagePlan"

func (u *usagePlan) stack(t *stack, stage string) error {
	plan := &apigateway.UsagePlan{
		UsagePlanName: &u.Name,
		ApiStages: []apigateway.UsagePlan_ApiStage{{
			ApiId: new(t.text(cfn.Ref("RestAPI"))),
			Stage: new(t.text(cfn.Ref(stage))),
		}},
	}
	if limit := u.Throttling; limit != nil {
		plan.Throttle = &apigateway.UsagePlan_ThrottleSettings{BurstLimit: &limit.Burst, RateLimit: &limit.Rate}
	}
	if u.Quota > 0 {
		plan.Quota = &apigateway.UsagePlan_QuotaSettings{Limit: &u.Quota, Period: &u.Period}
	}
	t.add(usagePlanID, u.ID(), plan)
	t.output("UsagePlanId", cfn.Ref(usagePlanID))
	for _, name := range u.Keys {
		u.key(t, name)
	}
	return nil
}

// keyID returns the logical id of the API key by a name.
func keyID(name string) (string, error) {
	id, err := LogicalID(name)
	return "APIKey" + id, err
}

// key adds a key, and that the plan is for it.
func (u *usagePlan) key(t *stack, name string) {
	id, _ := keyID(name) // see keyNames
	owner := "API key " + name
	t.add(id, owner, &apigateway.ApiKey{Name: &name, Enabled: new(true)})
	t.add("RestAPIUsagePlan"+id, owner, &apigateway.UsagePlanKey{
		KeyId:       t.text(cfn.Ref(id)),
		KeyType:     "API_KEY",
		UsagePlanId: t.text(cfn.Ref(usagePlanID)),
	})
	t.output(id+"Id", cfn.Ref(id))
}

const (
	tfUsagePlan = "aws_api_gateway_usage_plan"
	tfAPIKey    = "aws_api_gateway_api_key"
)

func (u *usagePlan) terraform(m *tfModule) error {
	plan := m.add(tfUsagePlan, "rest_api", ordered.New(
		"name", u.Name,
		"api_stages", []any{ordered.New(
			"api_id", tfRef(tfRestAPI, "rest_api", "id"),
			"stage", tfRef(tfRestStage, "rest_api", "stage_name"),
		)},
	))
	if limit := u.Throttling; limit != nil {
		plan.Add("throttle_settings", ordered.New("burst_limit", limit.Burst, "rate_limit", decimal(limit.Rate)))
	}
	if u.Quota > 0 {
		plan.Add("quota_settings", ordered.New("limit", u.Quota, "period", u.Period))
	}
	m.addOutput("UsagePlanId", tfRef(tfUsagePlan, "rest_api", "id"))
	for _, name := range u.Keys {
		u.tfKey(m, name)
	}
	return nil
}

func (u *usagePlan) tfKey(m *tfModule, name string) {
	resource := "api_key_" + name
	m.add(tfAPIKey, resource, ordered.New("name", name))
	m.add("aws_api_gateway_usage_plan_key", resource, ordered.New(
		"key_id", tfRef(tfAPIKey, resource, "id"),
		"key_type", "API_KEY",
		"usage_plan_id", tfRef(tfUsagePlan, "rest_api", "id"),
	))
	id, _ := keyID(name)
	m.addOutput(id+"Id", tfRef(tfAPIKey, resource, "id"))
}
