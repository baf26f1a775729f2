package app

import "strings"

// Blueprint is a part of an app that is declared separately, perhaps in a
// package of its own, with the methods of an [App]. It can be registered with
// several apps, or more than once with different prefixes.
type Blueprint struct{ declarations }

// NewBlueprint makes an empty blueprint.
func NewBlueprint() *Blueprint { return &Blueprint{} }

// RegisterBlueprint adds to the app what the blueprint declares.
func (a *App) RegisterBlueprint(b *Blueprint, options ...BlueprintOption) {
	d := &blueprintDeclaration{site: here(), blueprint: b}
	for _, o := range options {
		if o != nil {
			o.blueprint(&d.settings)
		}
	}
	a.add(d)
}

// BlueprintOption is an option of [App.RegisterBlueprint].
type BlueprintOption interface{ blueprint(*settings) }

type blueprintOption func(*settings)

func (o blueprintOption) blueprint(s *settings) { o(s) }

// NamePrefix starts the names of all the functions, routes and authorizers
// that a blueprint declares.
func NamePrefix(prefix string) BlueprintOption {
	return blueprintOption(func(s *settings) { put(s, &s.namePrefix, "NamePrefix", prefix) })
}

// URLPrefix starts the paths of all the routes that a blueprint declares.
func URLPrefix(prefix string) BlueprintOption {
	return blueprintOption(func(s *settings) { put(s, &s.pathPrefix, "URLPrefix", prefix) })
}

type blueprintDeclaration struct {
	site
	settings
	blueprint *Blueprint
}

func (d *blueprintDeclaration) place(f *freezer, at placement) {
	r := f.at(d.site)
	d.settings.check(r)
	if d.blueprint == nil {
		r.report("the blueprint is nil")
		return
	}
	inside := placement{
		owner:      &d.blueprint.declarations,
		namePrefix: d.namePrefix.value,
		pathPrefix: d.pathPrefix,
		via:        &d.site,
	}
	for _, other := range f.placements {
		if other.owner == inside.owner && other.namePrefix == inside.namePrefix && other.pathPrefix.value == inside.pathPrefix.value {
			r.report("this blueprint is registered at %v already: give it other prefixes, or register it once", other.via.source())
			return
		}
	}
	f.placements = append(f.placements, inside)
	for _, item := range d.blueprint.snapshot() {
		item.place(f, inside)
	}
}

// placement is the way by which a declaration comes into the app.
type placement struct {
	owner      *declarations
	namePrefix string
	pathPrefix option[string]
	via        *site // of RegisterBlueprint, nil in the app itself
}

// path puts the prefix before a route's path.
func (p placement) path(path string) string {
	if !p.pathPrefix.given {
		return path
	}
	joined := strings.TrimRight(p.pathPrefix.value, "/") + "/" + strings.Trim(path, "/")
	if joined = strings.TrimRight(joined, "/"); joined == "" {
		return "/"
	}
	return joined
}
