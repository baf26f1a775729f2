package synth

import (
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// ownRole returns the role that one function has, and no other: what is granted
// to it later reaches that function alone, and stays when the function's needs
// change.
func (b *builder) ownRole(function string, c config.Function) *role {
	r := b.newRole(function, c)
	r.own = true
	r.needed = b.needs(function)
	for _, p := range configuredPermissions(c) {
		r.needed = append(r.needed, p.own(nil)...)
	}
	b.add(r)
	return r
}

// settleRoles completes the roles, once all that needs them is there.
func (b *builder) settleRoles() {
	var api *websocketAPI
	for _, r := range b.resources {
		if a, ok := r.(*websocketAPI); ok {
			api = a
		}
	}
	for _, f := range functionsOf(b.resources) {
		if b.managesConnections(f.Name) {
			f.allowConnections(api)
		}
		if f.Role != nil && f.Role.own {
			b.add(newOwnPolicy(f, api))
		}
	}
	b.checkRoles()
}

// managesConnections reports whether a function posts to websocket connections.
// Where nobody has looked, those do that their events come from.
func (b *builder) managesConnections(function string) bool {
	if b.ManagesConnections != nil && slices.ContainsFunc(b.within(function), b.managesConnections) {
		return true
	}
	if b.ManagesConnections == nil {
		return function == app.WebsocketConnect || function == app.WebsocketMessage || function == app.WebsocketDisconnect
	}
	return b.ManagesConnections[function]
}

func (f *function) allowConnections(api *websocketAPI) {
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
