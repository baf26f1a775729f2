package sdk

import (
	"cmp"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// Operation is something of the SDK that needs permissions: an operation of a
// service, or a helper that needs actions of its own.
type Operation struct {
	Service string       // Go package below aws-sdk-go-v2/service, such as "s3"
	Name    string       // such as "GetObject", "" for a helper that is no operation
	Input   *types.Named // whose fields say more, or nil
	actions []string     // of helpers that are no operation
	helper  string       // the helper's name
	// Argument is the index of a helper's argument that names the resource, with a
	// receiver as argument 0, and Field the field of an input that it stands for; ""
	// if there is no such argument.
	Argument int
	Field    string
}

// String returns the operation's name as reasons have it.
func (o Operation) String() string {
	if o.Name == "" {
		return o.helper
	}
	return o.Service + "." + o.Name
}

// Fields is what is known of the inputs that operations get. Paths such as
// "Tagging" or "Delete.Objects.VersionId" name their fields.
type Fields interface {
	// IsSet reports whether the program sets a field, or may set it.
	IsSet(input *types.Named, path string) bool
	// Mentions reports whether a text can be in the text of a field.
	Mentions(input *types.Named, path, text string) bool
	// Verbs returns the first words of the statements that a field can have, and
	// false if it can have others.
	Verbs(input *types.Named, path string) (verbs []string, ok bool)
}

// Certainty tells what the actions of an operation rest on.
type Certainty int

// The actions of an operation are what AWS's reference lists, or a guess:
// because the reference doesn't list the operation, or because the table doesn't
// have the service.
const (
	Certain Certainty = iota
	UnlistedOperation
	UnknownService
)

// Actions returns the actions that a call of the operation needs: those that it
// always needs, and those that the fields of its input ask for. With nil for the
// fields, whatever they could ask for is needed.
func (o Operation) Actions(in Fields) ([]string, Certainty) {
	actions, certainty := o.always()
	if o.Name == "" {
		return actions, certainty
	}
	s := loadTable().Services[o.Service]
	actions = o.narrowed(s.Narrow[o.Name], actions, in)
	for _, w := range s.When[o.Name] {
		if slices.ContainsFunc(w.Fields, func(field string) bool { return o.isSet(in, field) && o.mentions(in, field, w.Text) }) {
			actions = append(slices.Clip(actions), w.Actions...)
		}
	}
	return actions, certainty
}

// always returns the actions that the operation needs whatever its input is.
func (o Operation) always() ([]string, Certainty) {
	if o.Name == "" {
		return o.actions, Certain
	}
	t := loadTable()
	s, known := t.Services[o.Service]
	if !known {
		return []string{cmp.Or(t.Prefixes[o.Service], o.Service) + ":" + o.Name}, UnknownService
	}
	if slices.Contains(s.NoPermission, o.Name) {
		return nil, Certain
	}
	if a, ok := s.Actions[o.Name]; ok {
		return a, Certain
	}
	certainty := Certain
	if slices.Contains(s.Unlisted, o.Name) {
		certainty = UnlistedOperation
	}
	return []string{s.IAM + ":" + o.Name}, certainty
}

// isSet reports whether a field of the operation's input is set, or can be. Of a
// helper's input only its own fields are known.
func (o Operation) isSet(in Fields, path string) bool {
	if in == nil || o.Input == nil {
		return true
	}
	if o.helper != "" {
		path, _, _ = strings.Cut(path, ".")
	}
	return in.IsSet(o.Input, path)
}

// mentions reports whether a text can be in a field of the operation's input.
func (o Operation) mentions(in Fields, path, text string) bool {
	return text == "" || in == nil || o.Input == nil || in.Mentions(o.Input, path, text)
}

// narrowed returns those of a wide list of actions that the input asks for.
func (o Operation) narrowed(n narrow, actions []string, in Fields) []string {
	if in == nil || o.Input == nil {
		return actions
	}
	var keys []string
	switch n.By {
	case "field":
		for _, member := range slices.Sorted(maps.Keys(n.Map)) {
			if in.IsSet(o.Input, n.Path+"."+member) {
				keys = append(keys, member)
			}
		}
	case "statementVerb":
		verbs, ok := in.Verbs(o.Input, n.Path)
		if !ok {
			return actions
		}
		keys = verbs
	default:
		return actions
	}
	var left []string
	for _, k := range keys {
		if n.Map[k] == nil {
			return actions
		}
		left = append(left, n.Map[k]...)
	}
	if len(left) == 0 {
		return actions
	}
	slices.Sort(left)
	return slices.Compact(left)
}

// PassedTo returns the service that the operation hands a role to, for
// iam:PassRole; "" if the table doesn't say.
func (o Operation) PassedTo() string { return loadTable().Services[o.Service].PassedTo }

// ResourceField is a field of an operation's input that names a resource.
type ResourceField struct {
	Path string // to the field
	Name string // its last part
	// Types are the types of resources that the field names and the action can be
	// limited to, each with its service in IAM, such as "s3:object".
	Types []string
	// Default is what the field is if it isn't set; "" if that isn't known.
	Default string
}

// ResourceFields returns the fields that name what one of the operation's
// actions is used on. There are none if the table doesn't say.
func (o Operation) ResourceFields(action string, in Fields) []ResourceField {
	s, ok := loadTable().Services[o.Service]
	if in == nil || !ok || o.Name == "" {
		return nil
	}
	var fields []ResourceField
	for _, path := range s.resourcePaths(o.Name, action) {
		name := path[strings.LastIndexByte(path, '.')+1:]
		types := typesOf(action, s.Fields[name])
		if len(types) == 0 {
			continue
		}
		if name == "FunctionName" && o.Input != nil && in.IsSet(o.Input, "Qualifier") {
			types = append(types, "lambda:function alias")
		}
		fields = append(fields, ResourceField{Path: path, Name: name, Types: types, Default: s.Defaults[name]})
	}
	return fields
}

// resourcePaths returns the paths of the fields that can name what an action is
// used on: the one that the table has for the operation, otherwise all that name
// resources of the service.
func (s service) resourcePaths(operation, action string) []string {
	special := s.Targets[operation]
	for _, key := range []string{action, "*"} {
		if path, ok := special[key]; ok {
			return []string{path}
		}
	}
	if strings.HasPrefix(action, s.IAM+":") {
		return slices.Sorted(maps.Keys(s.Fields))
	}
	return nil
}
