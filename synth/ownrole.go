package synth

import (
	"cmp"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// ownRole gives a role that one function has. It joins the graph when all
// functions are known, for others may turn out to need the same.
func (b *builder) ownRole(function string, c config.Function) *Role {
	r := b.newRole(function)
	r.own = true
	r.needed = b.needs(function)
	for _, p := range configuredPermissions(c) {
		r.needed = append(r.needed, p.own(nil)...)
	}
	return r
}

// settleRoles completes the roles, once all that needs them is there.
func (b *builder) settleRoles() {
	var functions []*Function
	var api *WebsocketAPI
	for _, r := range b.resources {
		switch r := r.(type) {
		case *Function:
			functions = append(functions, r)
		case *WebsocketAPI:
			api = r
		}
	}
	for _, f := range functions {
		if b.managesConnections(f.Name) {
			f.allowConnections(api)
		}
	}
	b.mergeRoles(functions)
	b.placeRoles(api)
	b.checkRoles()
}

// managesConnections tells whether a function posts to websocket connections.
// Where nobody has looked, those do that their events come from.
func (b *builder) managesConnections(function string) bool {
	if b.ManagesConnections == nil {
		return slices.Contains(reservedNames[1:], function)
	}
	return b.ManagesConnections[function]
}

func (f *Function) allowConnections(api *WebsocketAPI) {
	switch r := f.Role; {
	case r == nil || !r.own:
		f.allowEvent(websocketPermission, nil)
	case api != nil:
		r.connections = true
	default: // an API of another stack
		s := websocketPermission.shared()
		s.sid = "Connections"
		r.needed = append(r.needed, s)
	}
}

// mergeRoles gives functions that need the same one role, as long as its policies
// have room. The role of functions that need nothing but their logs has a name
// of its own; another has the name of its first function.
func (b *builder) mergeRoles(functions []*Function) {
	rank := ranks(b.Model)
	functions = slices.Clone(functions)
	slices.SortStableFunc(functions, func(f, g *Function) int { return cmp.Compare(rank[f.Name], rank[g.Name]) })
	roles := map[string]*Role{} // by what they may do
	for _, f := range functions {
		if f.Role == nil || !f.Role.own {
			continue
		}
		does := f.Role.does()
		if first := roles[does]; first != nil && first.hasRoom() {
			first.functions++
			f.Role = first
			continue
		}
		if does == "" && roles[does] == nil {
			// No function's name has a dot, so none has a role of this name.
			f.Role.Name, f.Role.RoleName = logsRole, b.appName()+"-"+b.Stage.Name+".logs-only"
		}
		f.Role.functions = 1
		roles[does] = f.Role
	}
}

const (
	logsRole = "logs-only-role"
	// logsSize is how many characters at most a policy needs to name the log
	// group of a function, whose name has 64 at most.
	logsSize = 140
)

// hasRoom tells whether IAM takes the role's policies with one function more.
func (r *Role) hasRoom() bool {
	needs := policySize(policyDocument(grouped(r.needed), shortest))
	return needs+(r.functions+5)*logsSize <= maxRolePolicies
}

// ranks puts functions in an order that one that is added later seldom changes:
// first those with names of the framework's, then the others as the app
// declares them.
func ranks(m *app.Model) map[string]int {
	names := slices.Clone(reservedNames)
	for _, f := range m.Functions {
		names = append(names, f.Name)
	}
	for _, a := range m.Authorizers {
		names = append(names, a.Name)
	}
	rank := map[string]int{}
	for i, name := range names {
		if _, reserved := rank[name]; !reserved {
			rank[name] = i
		}
	}
	return rank
}

// does says what the functions of a role may do, but for what each has of its
// own, such as its log group.
func (r *Role) does() string {
	var b strings.Builder
	for _, s := range grouped(r.needed) {
		b.WriteString(s.place() + "\n" + strings.Join(s.actions, "\n") + "\n\n")
	}
	if r.connections {
		b.WriteString(string(websocketPermission))
	}
	return b.String()
}

// placeRoles adds functions' own roles, each before the first function that
// has it, and at the end the policies that are about those functions.
func (b *builder) placeRoles(api *WebsocketAPI) {
	policies := map[*Role]*OwnPolicy{}
	var resources, last []Resource
	for _, r := range b.resources {
		if f, ok := r.(*Function); ok && f.Role != nil && f.Role.own {
			p := policies[f.Role]
			if p == nil {
				p = &OwnPolicy{Role: f.Role}
				if f.Role.connections {
					p.API = api
				}
				policies[f.Role] = p
				resources = append(resources, f.Role)
				last = append(last, p)
			}
			p.Functions = append(p.Functions, f)
		}
		resources = append(resources, r)
	}
	b.resources = append(resources, last...)
}
