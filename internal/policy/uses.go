package policy

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/callgraph"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/values"
)

// notShown is why an action is on any resource, where the code doesn't name one.
const notShown = "the program doesn't show which one it uses"

// notLookedAt is why it is where the table has no field for the resource.
const notLookedAt = "which one isn't looked at for this operation"

// notAll is why it is where the input doesn't name all that the action is used on.
const notAll = "the input names only a part of what it is used on"

// shown is what calls show of the resources that an action is used on.
type shown struct {
	targets []arn.Target
	open    string // why they can be any; "" if targets are all
}

// use is what the calls of one operation show, all together and each.
type use struct {
	shown
	each map[token.Pos]shown // by where the call is
}

// useKey is an operation as a function makes it, with one of its actions.
type useKey struct {
	operation string
	input     *types.Named
	helper    *types.Func // whose argument names the resource
	action    string
}

func keyOf(s *source.Sink, op sdk.Operation, action string) useKey {
	k := useKey{operation: op.String(), input: op.Input, action: action}
	if op.Field != "" {
		k.helper = s.Fn
	}
	return k
}

// of returns what one call shows: what all do, where it can't be told apart.
func (u *use) of(s *source.Sink) shown {
	if one, ok := u.each[s.Pos]; ok {
		return one
	}
	return u.shown
}

// use returns what the calls of an operation show of the resources of an action.
func (c *collector) use(f callgraph.Finding, op sdk.Operation, action string) *use {
	key := keyOf(f.Sink, op, action)
	u := c.uses[key]
	if u != nil {
		return u
	}
	u = &use{}
	c.uses[key] = u
	fields := c.alternatives(op, op.ResourceFields(action, c.fields()))
	var known []sdk.ResourceField
	unknown := false
	for _, field := range fields {
		names, ok := c.names(f, op, field)
		if unknown = !ok && (field.Also || c.isSet(op, field)); unknown {
			known, u.targets = nil, nil
			break
		}
		if ok {
			known = append(known, field)
			u.targets = append(u.targets, targetsOf(op, field, names)...)
		}
	}
	calls := c.calls[keyOf(f.Sink, op, "")]
	elsewhere := op.Elsewhere(action, c.fields())
	switch {
	case !sdk.CanBeLimited(action):
	case elsewhere != "":
		u.targets, u.open = nil, notShown+": "+elsewhere+" can make it another one"
	case len(known) > 0 && !sdk.Covers(action, known):
		u.targets, u.open = nil, notAll
	case len(known) > 0:
		if len(calls) > 1 {
			u.each = c.tellApart(calls, f, op, known)
		}
	case !unknown && len(fields) > 0 && sdk.NeedsNone(action): // the call has no resource
	default:
		u.open = notShown
		if len(fields) == 0 && c.v != nil {
			u.open = notLookedAt
		}
		u.each = opened(c.tellApart(calls, f, op, fields), calls)
	}
	return u
}

// targetsOf returns the targets that a field names.
func targetsOf(op sdk.Operation, field sdk.ResourceField, names []arn.Name) []arn.Target {
	var targets []arn.Target
	for _, n := range names {
		targets = append(targets, arn.Target{Service: op.Service, Field: field.Name, Types: field.Types, Name: n})
	}
	return targets
}

// tellApart finds what each call of an operation shows. A call leaves its resource open
// if no field of its input names it, or one that names a resource besides isn't known.
func (c *collector) tellApart(calls []source.Sink, f callgraph.Finding, op sdk.Operation, fields []sdk.ResourceField) map[token.Pos]shown {
	each := map[token.Pos]shown{}
	named, lost := map[token.Pos]bool{}, map[token.Pos]bool{}
	for _, field := range fields {
		ofField := map[token.Pos]shown{}
		for _, p := range c.places(f, op, field) {
			for _, call := range callsAt(calls, p) {
				one := ofField[call.Pos]
				one.targets = append(one.targets, targetsOf(op, field, p.Names)...)
				if p.Why != "" && one.open == "" {
					one.open = c.why(field, call, p)
				}
				ofField[call.Pos] = one
			}
		}
		for call, more := range ofField {
			one := each[call]
			named[call] = named[call] || more.open == "" && len(more.targets) > 0
			lost[call] = lost[call] || field.Also && more.open != ""
			each[call] = shown{append(one.targets, more.targets...), cmp.Or(one.open, more.open)}
		}
	}
	for call, one := range each {
		if named[call] && !lost[call] {
			one.open = ""
		}
		each[call] = shown{arn.SortTargets(one.targets), one.open}
	}
	return each
}

// opened returns what each call shows of an operation whose resource is open, which has
// to be for one of its calls: if none is known, it is for all, and the result is nil.
func opened(each map[token.Pos]shown, calls []source.Sink) map[token.Pos]shown {
	found := false
	for _, call := range calls {
		one := each[call.Pos]
		found = found || one.open != ""
		each[call.Pos] = one
	}
	if !found {
		return nil
	}
	return each
}

// alternatives returns fields of an operation's input. Where each input sets one of
// them, none has to be set by all inputs.
func (c *collector) alternatives(op sdk.Operation, fields []sdk.ResourceField) []sdk.ResourceField {
	if c.v == nil || op.Field != "" || op.Input == nil {
		return fields
	}
	var own []string
	for _, field := range fields {
		if !field.Also && field.Within == nil && field.Default == "" {
			own = append(own, field.Path)
		}
	}
	if len(own) < 2 || len(own) < len(fields) || !c.v.SetsOne(op.Input, own) {
		return fields
	}
	fields = slices.Clone(fields)
	for i := range fields {
		fields[i].Also = c.v.IsSet(op.Input, fields[i].Path)
	}
	return slices.DeleteFunc(fields, func(field sdk.ResourceField) bool { return !field.Also })
}

// isSet reports whether the program sets a field of an operation's input.
func (c *collector) isSet(op sdk.Operation, field sdk.ResourceField) bool {
	return op.Field == "" && op.Input != nil && c.v.IsSet(op.Input, field.Path)
}

// places returns where the program says what a field is.
func (c *collector) places(f callgraph.Finding, op sdk.Operation, field sdk.ResourceField) []values.Place {
	places := c.ownPlaces(f, op, field)
	for i, p := range places {
		places[i].Names = c.within(f, op, field, p.Names)
	}
	return places
}

// ownPlaces returns where the program says what a field is, whatever it is within.
func (c *collector) ownPlaces(f callgraph.Finding, op sdk.Operation, field sdk.ResourceField) []values.Place {
	switch {
	case op.Field != "" && op.Field == field.Path:
		return c.v.ArgumentPlaces(f.Sink.Fn, op.Argument)
	case op.Field == "" && op.Input != nil && field.Also:
		return c.v.SetPlaces(op.Input, field.Path)
	case op.Field == "" && op.Input != nil:
		return c.v.FieldPlaces(op.Input, field.Path, field.Default)
	}
	return nil
}

// callsAt returns those of the calls that get what a place makes: those that the
// analysis of values has seen, or all.
func callsAt(calls []source.Sink, p values.Place) []source.Sink {
	var found []source.Sink
	for _, call := range calls {
		if call.Fn != nil && slices.Contains(p.Calls, call.Pos+token.Pos(len(call.Fn.Name()))) {
			found = append(found, call)
		}
	}
	if len(found) == 0 {
		return calls
	}
	return found
}

// why says why a place leaves a resource open, and where it is if that isn't where the
// call is.
func (c *collector) why(field sdk.ResourceField, call source.Sink, p values.Place) string {
	why := notShown + ": " + field.Path + " " + p.Why
	if !p.Pos.IsValid() {
		return why
	}
	file, line := c.p.Position(p.Pos)
	if callFile, callLine := c.p.Position(call.Pos); file == callFile && line == callLine {
		return why
	}
	return fmt.Sprintf("%s (%s:%d)", why, file, line)
}
