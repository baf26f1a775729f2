package sdk

import (
	"cmp"
	"go/types"
	"maps"
	"slices"
	"strings"
	"unicode"
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
	s, _ := loadTable().service(o.Service)
	actions = slices.Clone(o.narrowed(s.Narrow[o.Name], actions, in))
	for _, action := range s.Always {
		if len(actions) > 0 && !slices.Contains(actions, action) {
			actions = append(actions, action)
		}
	}
	for _, w := range o.conditions() {
		if !o.asks(w, in) {
			continue
		}
		for _, action := range w.Actions {
			if !slices.Contains(actions, action) {
				actions = append(actions, action)
			}
		}
	}
	return actions, certainty
}

// asks reports whether the input asks for the actions of a condition.
func (o Operation) asks(w condition, in Fields) bool {
	return slices.ContainsFunc(w.Fields, func(field string) bool { return o.isSet(in, field) && o.mentions(in, field, w.Text) })
}

// always returns the actions that the operation needs whatever its input is.
func (o Operation) always() ([]string, Certainty) {
	if o.Name == "" {
		return o.actions, Certain
	}
	t := loadTable()
	s, known := t.service(o.Service)
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

// passRole is needed for handing a role to a service.
const passRole = "iam:PassRole"

// anyService stands for a service that a role is passed to and that isn't known.
const anyService = "*"

// PassedTo returns the services that the operation hands roles to, for iam:PassRole;
// none if the table doesn't say for one of them.
func (o Operation) PassedTo(in Fields) []string {
	s, _ := loadTable().service(o.Service)
	services := map[string]bool{}
	for _, w := range o.conditions() {
		if slices.Contains(w.Actions, passRole) && o.asks(w, in) {
			services[cmp.Or(w.PassedTo, s.PassedTo)] = true
		}
	}
	if always, _ := o.always(); len(services) == 0 || slices.Contains(always, passRole) {
		services[s.PassedTo] = true
	}
	if services[""] || services[anyService] {
		return nil
	}
	return slices.Sorted(maps.Keys(services))
}

// ResourceField is a field of an operation's input that names a resource.
type ResourceField struct {
	Path string // to the field
	Name string // its last part
	// Types are the types of resources that the field names and the action can be
	// limited to, each with its service in IAM, such as "s3:object".
	Types []string
	// Default is what the field is if it isn't set; "" if that isn't known.
	Default string
	// Also is true if the field names one more resource, whatever others name. Fields
	// without it are several ways to name one.
	Also bool
	// Within is the path of the field that names what the resource is in, with its own
	// default; nil if there is none. The resource's name is both, with a slash between.
	Within *ResourceField
}

// ResourceFields returns the fields that name what one of the operation's
// actions is used on. There are none if the table doesn't say.
func (o Operation) ResourceFields(action string, in Fields) []ResourceField {
	s, _ := loadTable().service(o.Service)
	if in == nil || o.Name == "" {
		return nil
	}
	fields := o.companionFields(s, action, in)
	if len(fields) > 0 && !o.isOwn(s, action) {
		return fields
	}
	tags := !o.isOwn(s, action) && o.isForTags(action)
	for _, path := range s.resourcePaths(o.Name, action) {
		field := s.field(path)
		field.Default = cmp.Or(s.Defaults[o.Name+"."+path], field.Default)
		if !o.has(field.Path) {
			continue
		}
		field.Types = typesOf(action, s.fieldTypes(o.Name, path))
		if tags {
			field.Types = o.made(field.Types)
		}
		if len(field.Types) == 0 {
			continue
		}
		if field.Name == "FunctionName" && o.Input != nil && in.IsSet(o.Input, "Qualifier") {
			field.Types = append(field.Types, "lambda:function alias")
		}
		fields = append(fields, field)
	}
	return fields
}

// companionFields returns the fields that ask for an action and name what it is used
// on; none if there is one that asks for it on what isn't named.
func (o Operation) companionFields(s service, action string, in Fields) []ResourceField {
	var fields []ResourceField
	for _, w := range o.conditions() {
		if !slices.Contains(w.Actions, action) || !o.asks(w, in) {
			continue
		}
		types := typesOf(action, loadTable().Kinds[w.Kind])
		if len(types) == 0 && !strings.HasPrefix(action, s.IAM+":") {
			return nil
		}
		fields = append(fields, o.named(w, types, in)...)
	}
	return fields
}

// named returns the fields that name the resources of a condition's actions.
func (o Operation) named(w condition, types []string, in Fields) []ResourceField {
	paths := w.Names
	if len(paths) == 0 {
		paths = w.Fields
	}
	var fields []ResourceField
	for _, path := range paths {
		if len(types) > 0 && o.isSet(in, path) {
			fields = append(fields, ResourceField{Path: path, Name: lastOf(path), Types: types, Also: true})
		}
	}
	return fields
}

// isOwn reports whether an action is one that the operation needs on the resource that
// it is about, whether or not fields ask for it as well.
func (o Operation) isOwn(s service, action string) bool {
	always, _ := o.always()
	return slices.Contains(always, action) && strings.HasPrefix(action, s.IAM+":")
}

// isForTags reports whether an action is needed for tags on what the operation makes.
func (o Operation) isForTags(action string) bool {
	return slices.ContainsFunc(o.conditions(), func(w condition) bool { return w.Kind == "tags" && slices.Contains(w.Actions, action) })
}

// made returns those types of resources that the operation can make: what its own actions
// are used on, or what it is named after. A field can name something else, such as the
// function that CreateEventSourceMapping makes a mapping for.
func (o Operation) made(types []string) []string {
	own, _ := o.always()
	named := strings.ToLower(strings.TrimLeftFunc(o.Name[min(1, len(o.Name)):], unicode.IsLower))
	return slices.DeleteFunc(slices.Clone(types), func(typ string) bool {
		_, typ, _ = strings.Cut(typ, ":")
		if strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(typ)) == named {
			return false
		}
		return !slices.ContainsFunc(own, func(action string) bool { return len(typesOf(action, []string{typ})) > 0 })
	})
}

// lastOf returns the last part of a path.
func lastOf(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// has reports whether the operation's input has a field, or a helper's argument stands
// for one.
func (o Operation) has(path string) bool {
	if o.Input == nil || o.Field != "" {
		return true
	}
	first, _, _ := strings.Cut(path, ".")
	fields, ok := o.Input.Underlying().(*types.Struct)
	for i := 0; ok && i < fields.NumFields(); i++ {
		if fields.Field(i).Name() == first {
			return true
		}
	}
	return false
}

// field returns what a path of the table names: A.B is B in A, and A/B a resource B
// within A.
func (s service) field(path string) ResourceField {
	within, own, isWithin := strings.Cut(path, "/")
	if isWithin {
		outer := s.field(within)
		inner := s.field(own)
		inner.Within = &outer
		return inner
	}
	name := lastOf(path)
	return ResourceField{Path: path, Name: name, Default: s.Defaults[name]}
}

// fieldTypes returns the types of the resources that a field of an operation's input
// names.
func (s service) fieldTypes(operation, path string) []string {
	if types, ok := s.Fields[operation+"."+path]; ok {
		return types
	}
	return s.Fields[lastOf(path)]
}

// Elsewhere returns a field that the program sets, and with which one of the operation's
// actions can be used on another resource than the others say; "" if there is none.
func (o Operation) Elsewhere(action string, in Fields) string {
	s, _ := loadTable().service(o.Service)
	if in == nil || o.Input == nil || !strings.HasPrefix(action, s.IAM+":") {
		return ""
	}
	for _, field := range s.Elsewhere {
		if in.IsSet(o.Input, field) {
			return field
		}
	}
	return ""
}

// resourcePaths returns the paths of the fields that can name what an action is
// used on: those that the table has for the operation, otherwise all that name
// resources of the service.
func (s service) resourcePaths(operation, action string) []string {
	special := s.Targets[operation]
	for _, key := range []string{action, "*"} {
		if paths, ok := special[key]; ok {
			return strings.Split(paths, ",")
		}
	}
	if !strings.HasPrefix(action, s.IAM+":") {
		return nil
	}
	var paths []string
	for _, key := range slices.Sorted(maps.Keys(s.Fields)) {
		if of, path, ofOne := strings.Cut(key, "."); !ofOne {
			paths = append(paths, key)
		} else if of == operation {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}
