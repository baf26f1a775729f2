package synth

// ownPolicy lets a function do what is about itself: write to its log group, and
// post to the connections of the websocket API that calls it. It is apart from the
// function's role, since the function refers to the role, and CloudFormation knows
// the name of a function, and of the group that Lambda names after it, only when
// the function is there.
type ownPolicy struct {
	Role     *role
	Function *function     // that has the role
	API      *websocketAPI // nil: it doesn't post to connections
}

// newOwnPolicy returns the policy of a function with a role of its own.
func newOwnPolicy(f *function, api *websocketAPI) *ownPolicy {
	p := &ownPolicy{Role: f.Role, Function: f}
	if f.Role.connections {
		p.API = api
	}
	return p
}

var _ Resource = (*ownPolicy)(nil)

// ID returns "policy" and the name.
func (p *ownPolicy) ID() string { return "policy " + p.name() }

func (p *ownPolicy) belongsTo() string { return p.Role.belongsTo() }

func (p *ownPolicy) name() string { return p.Role.Name + "_own" }

// Refs returns the role, its function and the API.
func (p *ownPolicy) Refs() []string {
	refs := []string{p.Role.ID(), p.Function.ID()}
	if p.API != nil {
		refs = append(refs, p.API.ID())
	}
	return refs
}

// Outline is a line of the role's.
func (p *ownPolicy) Outline() Outline {
	may := "write its log"
	if p.API != nil {
		may += ", use connections"
	}
	return Outline{In: p.Role.ID(), Lines: []Line{{ID: p.ID(), Label: "may", Text: may}}}
}

// statements lists what the policy allows.
func (p *ownPolicy) statements() []statement {
	var list []statement
	if p.API != nil {
		list = append(list, statement{
			sid: "Connections", actions: []string{"execute-api:ManageConnections"}, resources: []text{p.API.connections()},
		})
	}
	logs := statement{
		sid: "Logs", actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, resources: []text{p.Function.logStreams()},
	}
	if p.Function.LogGroup == nil && p.Function.Logging.Group.IsZero() {
		// Lambda makes the group, with the role, when the function first runs.
		logs.sid, logs.actions = "NewLogs", append([]string{"logs:CreateLogGroup"}, logs.actions...)
	}
	return append(list, logs)
}

// connections is the ARN of all connections of the API.
func (a *websocketAPI) connections() text {
	return ARN{Service: "execute-api", Region: Own, Account: Own, Resource: []any{websocketID{}, "/" + a.Stage + "/*/@connections/*"}}.text()
}

// websocketID is the id of the websocket API.
type websocketID struct{}

func (websocketID) String() string    { return "WebsocketAPI" }
func (websocketID) sub(*stack) string { return "WebsocketAPI" }
func (websocketID) tf() string        { return tfRef(tfV2API, "websocket_api", "id") }

func (p *ownPolicy) sam(t *samTemplate) error { return p.stack(t.stack) }

func (p *ownPolicy) cloudformation(t *cfnTemplate) error { return p.stack(t.stack) }

func (p *ownPolicy) stack(t *stack) error {
	return t.addPolicy(p.name(), p.ID(), p.Function, p.statements())
}

func (p *ownPolicy) terraform(m *tfModule) error {
	return m.addPolicy(p.name(), p.Role, p.statements())
}
