package synth

import (
	"fmt"
	"slices"

	"github.com/awslabs/goformation/v7/cloudformation/iam"

	"github.com/chalice-go/chalice/config"
)

// Role is an IAM role that the app's functions assume.
type Role struct {
	Name     string // unique in its graph
	RoleName string // as in AWS, where the format names roles
	// Document is the policy that a file gives; nil: Permissions.
	Document *Object
	// Permissions are what the functions need of which we know: first those
	// of all of them, then those of their events.
	Permissions      []Permission
	EventPermissions []Permission
}

var _ Resource = (*Role)(nil)

// ID gives "role" and the name.
func (r *Role) ID() string { return "role " + r.Name }

// Refs gives nothing.
func (r *Role) Refs() []string { return nil }

// role gives the role of a function, made when it is first asked for, or the
// ARN of one that exists already.
func (b *builder) role(function string, c config.Function) (*Role, string) {
	switch {
	case c.RoleARN != "":
		return nil, c.RoleARN
	case c.PolicyFile != "":
		return b.fileRole(function, c.PolicyFile), ""
	}
	r := b.sharedRole()
	r.allowConfigured(c)
	return r, ""
}

// fileRole gives a role of the function's own with the policy of a file. It
// has that policy and nothing else.
func (b *builder) fileRole(function, file string) *Role {
	r := &Role{Name: function + "_role", RoleName: b.appName() + "-" + b.Stage.Name + "-" + function}
	document := &Object{}
	if err := document.UnmarshalJSON(b.Files[file]); err != nil {
		b.fail(fmt.Errorf("%s: %w; a policy file holds one IAM policy document", file, err))
	}
	r.Document = document
	b.add(r)
	return r
}

// sharedRole gives the role of all functions whose policy is generated.
func (b *builder) sharedRole() *Role {
	if r, ok := b.roles[defaultRole]; ok {
		return r
	}
	r := &Role{Name: defaultRole, RoleName: b.appName() + "-" + b.Stage.Name}
	r.allow(logsPermission)
	// Like the reference, start with what the app as a whole is configured
	// for, so that the statements have its order.
	r.allowConfigured(b.Stage.API())
	b.roles[defaultRole] = r
	b.add(r)
	return r
}

// allowConfigured adds what a function needs as it is configured.
func (r *Role) allowConfigured(c config.Function) {
	if len(c.SubnetIDs) > 0 && len(c.SecurityGroupIDs) > 0 {
		r.allow(vpcPermission)
	}
	if c.XRay {
		r.allow(xrayPermission)
	}
}

// allow adds a permission that all of the role's functions have.
func (r *Role) allow(p Permission) {
	if !slices.Contains(r.Permissions, p) {
		r.Permissions = append(r.Permissions, p)
	}
}

// allowEvent adds a permission that the role needs for a function's events. A
// policy from a file is left as it is.
func (f *Function) allowEvent(p Permission) {
	if f.Role == nil || f.Role.Document != nil {
		return
	}
	if !slices.Contains(f.Role.EventPermissions, p) {
		f.Role.EventPermissions = append(f.Role.EventPermissions, p)
	}
}

func (r *Role) logicalID(t *stack) string { return t.id(r.Name) }

func (r *Role) sam(t *samTemplate) error { return r.stack(t.stack) }

func (r *Role) cloudformation(t *cfnTemplate) error { return r.stack(t.stack) }

// stack adds the role, which SAM has no type of its own for.
func (r *Role) stack(t *stack) error {
	id := r.logicalID(t)
	t.add(id, r.ID(), &iam.Role{
		AssumeRolePolicyDocument: trustPolicy(),
		Policies:                 []iam.Role_Policy{{PolicyName: id + "Policy", PolicyDocument: r.policy()}},
	})
	return nil
}

// policy is the document that says what the role may do.
func (r *Role) policy() *Object {
	if r.Document != nil {
		return r.Document
	}
	var statements []any
	for _, p := range slices.Concat(r.Permissions, r.EventPermissions) {
		statements = append(statements, p.statement())
	}
	return object("Version", "2012-10-17", "Statement", statements)
}

// trustPolicy lets Lambda assume a role.
func trustPolicy() *Object {
	return object("Version", "2012-10-17", "Statement", []any{object(
		"Sid", "",
		"Effect", "Allow",
		"Principal", object("Service", "lambda.amazonaws.com"),
		"Action", "sts:AssumeRole",
	)})
}

func (r *Role) terraform(m *tfModule) error {
	m.add("aws_iam_role", r.Name, object(
		"name", r.RoleName,
		"assume_role_policy", compactJSON(trustPolicy()),
	))
	m.add("aws_iam_role_policy", r.Name, object(
		"name", r.Name+"Policy",
		"policy", tfJSON(r.policy()),
		"role", tfRef("aws_iam_role", r.Name, "id"),
	))
	return nil
}
