package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/iam"
)

// OwnPolicy lets functions do what is about themselves: write to the log groups
// that are named after them, and post to the connections of the websocket API
// that calls them. It is apart from their role, since the functions refer to
// the role, and CloudFormation knows a function's name only when it is there.
type OwnPolicy struct {
	Role      *Role
	Functions []*Function   // that have the role
	API       *WebsocketAPI // nil: they don't post to connections
}

var _ Resource = (*OwnPolicy)(nil)

// ID gives "policy" and the name.
func (p *OwnPolicy) ID() string { return "policy " + p.name() }

func (p *OwnPolicy) belongsTo() string { return p.Role.belongsTo() }

func (p *OwnPolicy) name() string { return p.Role.Name + "_own" }

// Refs gives the role, its functions and the API.
func (p *OwnPolicy) Refs() []string {
	refs := []string{p.Role.ID()}
	for _, f := range p.Functions {
		refs = append(refs, f.ID())
	}
	if p.API != nil {
		refs = append(refs, p.API.ID())
	}
	return refs
}

// statements lists what the policy allows.
func (p *OwnPolicy) statements() []statement {
	var list []statement
	add := func(sid string, resources []text, actions ...string) {
		if len(resources) > 0 {
			list = append(list, statement{sid: sid, actions: actions, resources: resources})
		}
	}
	if p.API != nil {
		add("Connections", []text{p.API.connections()}, "execute-api:ManageConnections")
	}
	var there, new []text
	for _, f := range p.Functions {
		if f.LogGroup != nil {
			there = append(there, f.logStreams())
		} else {
			new = append(new, f.logStreams())
		}
	}
	add("Logs", there, "logs:CreateLogStream", "logs:PutLogEvents")
	// Lambda makes the group, with the role, when the function first runs.
	add("NewLogs", new, "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
	return list
}

// logStreams is the ARN of a function's log group as IAM takes it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
func (f *Function) logStreams() text {
	return ARN{Service: "logs", Region: Own, Account: Own, Resource: []any{"log-group:/aws/lambda/", nameOf{f}, ":*"}}.text()
}

// connections is the ARN of all connections of the API.
func (a *WebsocketAPI) connections() text {
	return ARN{Service: "execute-api", Region: Own, Account: Own, Resource: []any{websocketID{}, "/" + a.Stage + "/*/@connections/*"}}.text()
}

// websocketID is the id of the websocket API.
type websocketID struct{}

func (websocketID) String() string    { return "WebsocketAPI" }
func (websocketID) sub(*stack) string { return "WebsocketAPI" }
func (websocketID) tf() string        { return tfRef(tfWebsocketAPI, "websocket_api", "id") }

func (p *OwnPolicy) sam(t *samTemplate) error { return p.stack(t.stack) }

func (p *OwnPolicy) cloudformation(t *cfnTemplate) error { return p.stack(t.stack) }

func (p *OwnPolicy) stack(t *stack) error {
	id := t.id(p.name())
	document, err := policyDocument(p.statements(), t.joined)
	if err != nil {
		return err
	}
	t.add(id, p.ID(), &iam.Policy{
		PolicyName:     id,
		PolicyDocument: document,
		Roles:          []string{t.text(ref(p.Role.logicalID(t)))},
	})
	return nil
}

func (p *OwnPolicy) terraform(m *tfModule) error {
	document, err := policyDocument(p.statements(), tfJoined)
	if err != nil {
		return err
	}
	m.addRolePolicy(p.Role, p.name(), p.name(), document)
	return nil
}
