package sdk

import (
	"cmp"
	"go/types"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// guessed are the actions that fields of a kind ask for in services that the table
// doesn't have: what such fields ask for elsewhere.
var guessed = map[string][]string{
	"role":   {passRole},
	"secret": {"secretsmanager:GetSecretValue"},
	"key":    {"kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"},
	"s3":     {"s3:GetObject", "s3:ListBucket", "s3:PutObject"},
}

// conditions returns what depends on fields of the operation's input: what the table
// says, or a guess if it doesn't have the service.
func (o Operation) conditions() []condition {
	if s, known := loadTable().service(o.Service); known || o.Input == nil {
		return s.When[o.Name]
	}
	var all []condition
	hasRole := false
	for _, in := range inputFields(o.Input) {
		k, ok := KindOf(o.Name, in)
		if !ok {
			continue
		}
		hasRole = hasRole || k.Name == "role"
		if actions := o.guess(k.Name); len(actions) > 0 {
			all = append(all, condition{Fields: []string{in.Path}, Actions: actions, Kind: k.Name, PassedTo: anyService})
		}
	}
	if hasRole { // which is what the objects are used with
		all = slices.DeleteFunc(all, func(c condition) bool { return c.Kind == "s3" })
	}
	return all
}

// guess returns the actions for a kind of field.
func (o Operation) guess(kind string) []string {
	if kind != "tags" {
		return guessed[kind]
	}
	t := loadTable()
	service := cmp.Or(t.Prefixes[o.Service], o.Service)
	for action, services := range t.Tagging {
		if slices.Contains(services, service) {
			return []string{service + ":" + action}
		}
	}
	return nil
}

// maxDepth is how deep the structures of an input are looked into.
const maxDepth = 8

// inputFields returns the fields of an input, each structure before what is in it. A
// structure within itself isn't looked into again.
func inputFields(input *types.Named) []InputField {
	var all []InputField
	var look func(t *types.Named, before string, within []*types.Named)
	look = func(t *types.Named, before string, within []*types.Named) {
		within = append(slices.Clip(within), t)
		for _, f := range fieldsOf(t) {
			name, inner := element(f.Type())
			all = append(all, InputField{Path: before + f.Name(), Name: f.Name(), Type: name, Text: name == "string"})
			if inner != nil && len(within) < maxDepth && !slices.Contains(within, inner) {
				look(inner, before+f.Name()+".", within)
			}
		}
	}
	look(input, "", nil)
	return all
}

// fieldsOf returns the exported fields of a structure, or the members of a union. The
// SDK has an interface for a union U, and for its member M a structure UMemberM with the
// field Value.
func fieldsOf(t *types.Named) []*types.Var {
	var fields []*types.Var
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if f.Exported() {
				fields = append(fields, f)
			}
		}
	case *types.Interface:
		if t.Obj().Pkg() == nil {
			return nil
		}
		scope := t.Obj().Pkg().Scope()
		for _, name := range scope.Names() {
			member, ok := strings.CutPrefix(name, t.Obj().Name()+"Member")
			if !ok {
				continue
			}
			named, _ := scope.Lookup(name).Type().(*types.Named)
			if s, ok := scope.Lookup(name).Type().Underlying().(*types.Struct); ok && named != nil && s.NumFields() > 0 && s.Field(0).Name() == "Value" {
				fields = append(fields, types.NewField(s.Field(0).Pos(), t.Obj().Pkg(), member, s.Field(0).Type(), false))
			}
		}
	}
	return fields
}

// element returns the name of a type, or of what it is a pointer to, or a list or map
// of, and that type if it is a structure or a union.
func element(t types.Type) (name string, inner *types.Named) {
	switch x := gotypes.Element(t).(type) {
	case *types.Named:
		switch x.Underlying().(type) {
		case *types.Struct, *types.Interface:
			inner = x
		}
		return x.Obj().Name(), inner
	case *types.Basic:
		return x.Name(), nil
	}
	return "", nil
}
