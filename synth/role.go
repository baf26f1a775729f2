package synth

import (
	"fmt"
	"slices"

	"github.com/awslabs/goformation/v7/cloudformation/iam"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/tftext"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// role is an IAM role that the app's functions assume.
type role struct {
	Name     string // unique in its graph
	RoleName string // as in AWS, where the format names roles
	// Document is the policy that a file gives; nil: a generated one.
	Document *ordered.Object

	// permissions are what the functions of a shared role need of which the
	// framework knows: first those of all of them, then those of their events.
	permissions      []permission
	eventPermissions []permission
	// needed is what the functions need for themselves, and what the framework
	// needs in a role that isn't shared.
	needed []statement
	// own: the policy is generated for one function alone.
	own bool
	// function is the one that alone has the role; empty: it is shared.
	function string
	// connections: the function posts to connections of the app's own API.
	connections bool

	managed    config.List // managed policies
	statements []statement // of the whole policy, once it is settled
}

var _ Resource = (*role)(nil)

// ID returns "role" and the name.
func (r *role) ID() string { return "role " + r.Name }

func (r *role) belongsTo() string { return r.function }

// Refs returns nothing.
func (r *role) Refs() []string { return nil }

// Outline has the actions.
func (r *role) Outline() Outline {
	return Outline{Kind: "role", Name: r.Name, Actions: r.actions()}
}

// role returns the role of a function, made when it is first asked for, or the
// ARN of one that exists already.
func (b *builder) role(function string, c config.Function) (*role, config.Value) {
	switch {
	case !c.RoleARN.IsZero():
		return nil, c.RoleARN
	case c.PolicyFile != "":
		return b.fileRole(function, c), config.Value{}
	case b.Stage.IAMRoles == config.RolePerFunction:
		return b.ownRole(function, c), config.Value{}
	}
	r := b.sharedRole()
	r.allowConfigured(c)
	b.joinPolicies(r, c.ManagedPolicies)
	r.needed = append(r.needed, b.needs(function)...)
	return r, config.Value{}
}

// fileRole returns a role of the function's own with the policy of a file. It
// has that policy and nothing else.
func (b *builder) fileRole(function string, c config.Function) *role {
	file := c.PolicyFile
	r := b.newRole(function, c)
	document := &ordered.Object{}
	if err := document.UnmarshalJSON(b.Files[file]); err != nil {
		b.fail(fmt.Errorf("%s: %w; a policy file holds one IAM policy document", file, err))
	}
	for i, s := range policyStatements(document) {
		if hasPrincipal(s) {
			b.fail(fmt.Errorf("%s: statement %d has a Principal, but the policy of a role is about the functions that have it: remove the Principal", file, i+1))
		}
	}
	r.Document = document
	b.add(r)
	return r
}

// policyStatements lists the statements of a policy, which can also have one that is
// in no list.
func policyStatements(policy *ordered.Object) []*ordered.Object {
	value, _ := policy.Get("Statement")
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var statements []*ordered.Object
	for _, v := range list {
		if o, ok := v.(*ordered.Object); ok {
			statements = append(statements, o)
		}
	}
	return statements
}

func hasPrincipal(statement *ordered.Object) bool {
	_, one := statement.Get("Principal")
	_, not := statement.Get("NotPrincipal")
	return one || not
}

// newRole returns a role with the name that a function's own one has: the function's
// own name, if the configuration gives that.
func (b *builder) newRole(function string, c config.Function) *role {
	name := b.baseName() + "-" + function
	if c.NamePattern != "" {
		name = b.Stage.FunctionName(b.Model.Name, function)
	}
	return &role{Name: function + "_role", RoleName: name, function: function, managed: c.ManagedPolicies}
}

// sharedRole returns the role of all functions whose policy is generated.
func (b *builder) sharedRole() *role {
	if r, ok := b.roles[defaultRole]; ok {
		return r
	}
	r := &role{Name: defaultRole, RoleName: b.baseName()}
	r.allow(logsPermission)
	// Like the reference, start with what the app as a whole is configured
	// for, so that the statements have its order.
	r.allowConfigured(b.Stage.API())
	b.roles[defaultRole] = r
	b.add(r)
	return r
}

// allowConfigured adds what a function needs as it is configured.
func (r *role) allowConfigured(c config.Function) {
	for _, p := range configuredPermissions(c) {
		r.allow(p)
	}
}

// configuredPermissions lists what the framework needs for a function as it is
// configured.
func configuredPermissions(c config.Function) []permission {
	var list []permission
	if len(c.SubnetIDs.Items) > 0 && len(c.SecurityGroupIDs.Items) > 0 {
		list = append(list, vpcPermission)
	}
	if c.XRay {
		list = append(list, xrayPermission)
	}
	return list
}

// allow adds a permission that all of the role's functions have.
func (r *role) allow(p permission) {
	if !slices.Contains(r.permissions, p) {
		r.permissions = append(r.permissions, p)
	}
}

// allowEvent adds a permission that the role needs for a function's events,
// which come from a source. A policy from a file is left as it is.
func (f *function) allowEvent(p permission, source text) {
	switch r := f.Role; {
	case r == nil || r.Document != nil:
	case r.own:
		r.needed = append(r.needed, p.own(source)...)
	case !slices.Contains(r.eventPermissions, p):
		r.eventPermissions = append(r.eventPermissions, p)
	}
}

// allow gives a function's role something that the function needs of one thing alone.
// A policy from a file is left as it is.
func (f *function) allow(list ...statement) {
	if r := f.Role; r != nil && r.Document == nil {
		r.needed = append(r.needed, list...)
	}
}

// settle completes a generated policy.
func (r *role) settle(group func([]statement) []statement) {
	r.statements = group(r.needed)
	for _, p := range slices.Concat(r.permissions, r.eventPermissions) {
		r.statements = append(r.statements, p.shared())
	}
}

// actions lists what the role's own policy allows, sorted, each once.
func (r *role) actions() []string {
	actions := allowedActions(r.statements)
	if r.Document != nil {
		actions = append(actions, allowedBy(r.Document)...)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// allowedActions lists the actions of statements, sorted, each once.
func allowedActions(statements []statement) []string {
	var actions []string
	for _, s := range statements {
		actions = append(actions, s.actions...)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// allowedBy lists the actions of the statements of a policy document that allow
// something.
func allowedBy(document *ordered.Object) []string {
	var actions []string
	statements, _ := document.Get("Statement")
	for _, s := range listOf(statements) {
		o, ok := s.(*ordered.Object)
		if !ok {
			continue
		}
		if effect := o.Text("Effect"); effect != "Allow" {
			continue
		}
		action, _ := o.Get("Action")
		for _, a := range listOf(action) {
			if a, ok := a.(string); ok {
				actions = append(actions, a)
			}
		}
	}
	return actions
}

// listOf returns a list as it is, and anything else, as IAM's documents allow
// it, as the one item of a list.
func listOf(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

func (r *role) logicalID(t *stack) string { return t.id(r.Name) }

func (r *role) sam(t *samTemplate) error { return r.stack(t.stack) }

func (r *role) cloudformation(t *cfnTemplate) error { return r.stack(t.stack) }

// stack adds the role, which SAM has no type of its own for.
func (r *role) stack(t *stack) error {
	id := r.logicalID(t)
	policy, err := r.policy(t.joined)
	if err != nil {
		return err
	}
	var policies []iam.Role_Policy
	if policy != nil {
		policies = []iam.Role_Policy{{PolicyName: id + "Policy", PolicyDocument: policy}}
	}
	t.addRole(id, r.ID(), trustPolicy(), policies...).ManagedPolicyArns = t.listed(r.managed)
	return nil
}

// addRole adds a role, with what all roles have. All roles of a template are made here.
func (t *stack) addRole(id, owner string, trust *ordered.Object, policies ...iam.Role_Policy) *iam.Role {
	r := &iam.Role{AssumeRolePolicyDocument: trust, Policies: policies, ManagedPolicyArns: t.listed(t.roles.Managed)}
	if v := t.roles.Boundary; !v.IsZero() {
		r.PermissionsBoundary = new(t.value(v))
	}
	if v := t.roles.Path; !v.IsZero() {
		r.Path = new(t.value(v))
	}
	t.add(id, owner, r)
	return r
}

// policy is the document that says what the role may do, nil where it may do
// nothing. Write spells resources.
func (r *role) policy(write func(text) (any, error)) (*ordered.Object, error) {
	switch {
	case r.Document != nil:
		return r.Document, nil
	case len(r.statements) == 0:
		return nil, nil
	}
	return policyDocument(r.statements, write)
}

// trustPolicy lets Lambda assume a role.
func trustPolicy() *ordered.Object {
	return ordered.New("Version", "2012-10-17", "Statement", []any{ordered.New(
		"Sid", "",
		"Effect", "Allow",
		"Principal", ordered.New("Service", "lambda.amazonaws.com"),
		"Action", "sts:AssumeRole",
	)})
}

// serviceTrust lets a service assume a role, under conditions; nil: there are none.
func serviceTrust(service string, conditions *ordered.Object) *ordered.Object {
	s := ordered.New(
		"Effect", "Allow",
		"Principal", ordered.New("Service", service+".amazonaws.com"),
		"Action", "sts:AssumeRole",
	)
	if conditions != nil {
		s.Add("Condition", conditions)
	}
	return ordered.New("Version", "2012-10-17", "Statement", []any{s})
}

const (
	tfRole       = "aws_iam_role"
	tfRolePolicy = "aws_iam_role_policy"
)

func (r *role) terraform(m *tfModule) error {
	m.addManagedRole(r.Name, m.named(r.ID(), r.RoleName, tfRuleName), trustPolicy(), r.managed)
	policy, err := r.policy(tfJoined)
	if policy != nil {
		m.addRolePolicy(r.Name, r.Name, r.Name+"Policy", policy)
	}
	return err
}

// addRole adds a role with what all roles have, and returns its ARN.
func (m *tfModule) addRole(name, roleName string, trust *ordered.Object) string {
	return m.addManagedRole(name, roleName, trust, m.roles.Managed)
}

// addManagedRole adds a role with managed policies, and returns its ARN. All roles of a
// module are made here: a function's can have the name of a schedule's, of which IAM has
// only one.
func (m *tfModule) addManagedRole(name, roleName string, trust *ordered.Object, managed config.List) string {
	roles := m.resource.Child(tfRole)
	for _, other := range roles.Keys() {
		if roles.Section(other).Text("name") == roleName {
			m.fail(fmt.Errorf("the roles %s and %s would both have the name %s in IAM: rename one of the functions", other, name, roleName))
		}
	}
	role := m.add(tfRole, name, ordered.New("name", roleName, "assume_role_policy", tfJSON(trust)))
	if v := m.roles.Boundary; !v.IsZero() {
		role.Add("permissions_boundary", m.value(v))
	}
	if v := m.roles.Path; !v.IsZero() {
		role.Add("path", m.value(v))
	}
	m.attach(name, managed)
	return tfRef(tfRole, name, "arn")
}

// addRolePolicy gives a role a policy.
func (m *tfModule) addRolePolicy(role, name, policyName string, policy *ordered.Object) {
	m.add(tfRolePolicy, name, ordered.New(
		"name", policyName,
		"policy", tfJSON(policy),
		"role", tfRef(tfRole, role, "id"),
	))
}

// attach attaches managed policies to a role, by resources of their own: the role's
// argument for them would take away what others attach.
func (m *tfModule) attach(role string, policies config.List) {
	const attachment = "aws_iam_role_policy_attachment"
	if policies.Single {
		m.add(attachment, role+"_managed", ordered.New(
			"for_each", tfSet(m.value(policies.Items[0])),
			"role", tfRef(tfRole, role, "name"),
			"policy_arn", "${each.value}",
		))
		return
	}
	for _, v := range policies.Items {
		// By a digest, so that none is taken away and attached again when the list changes.
		m.add(attachment, role+"_managed_"+digest(v.Text), ordered.New("role", tfRef(tfRole, role, "name"), "policy_arn", m.value(v)))
	}
}

// tfSet returns the set of the texts in a list that an expression gives.
func tfSet(list string) string {
	if expression, ok := tftext.Expression(list); ok {
		return "${toset(" + expression + ")}"
	}
	return list
}

// addPolicy adds a policy of a function's role that is apart from the role, since it is
// about what refers to that.
func (t *stack) addPolicy(name, owner string, f *function, statements []statement) error {
	id := t.id(name)
	document, err := policyDocument(statements, t.joined)
	if err != nil {
		return err
	}
	t.add(id, owner, &iam.Policy{
		PolicyName: id, PolicyDocument: document, Roles: []string{t.text(cfn.Ref(f.Role.logicalID(t)))},
	})
	t.follow(id, f.logicalID(t))
	return nil
}

// addPolicy does the same.
func (m *tfModule) addPolicy(name string, r *role, statements []statement) error {
	document, err := policyDocument(statements, tfJoined)
	if err != nil {
		return err
	}
	m.addRolePolicy(r.Name, name, name, document)
	return nil
}
