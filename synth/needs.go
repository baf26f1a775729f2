package synth

import (
	"slices"
	"strings"
)

// stackNeeds finds what the resources of a template for CloudFormation need, with those
// that SAM makes of them.
func stackNeeds(final *Object) *needs {
	f := needFinder{resources: section(final, "Resources"), globals: section(final, "Globals"), needs: needs{of: map[string][]need{}}}
	for _, m := range f.resources.members {
		f.ids = append(f.ids, m.key)
	}
	for _, m := range f.resources.members {
		if resource, ok := m.value.(*Object); ok {
			f.resource(m.key, resource)
		}
	}
	return &f.needs
}

type needFinder struct {
	needs
	resources, globals *Object
}

// resource finds what one needs.
func (f *needFinder) resource(id string, resource *Object) {
	path := []string{"Resources", id}
	for _, other := range dependencies(resource) {
		f.add(id, other, append(path, "DependsOn"), "")
	}
	typ, _ := get[string](resource, "Type")
	kind, isSAM := strings.CutPrefix(typ, samTypes)
	path = append(path, "Properties")
	for _, m := range section(resource, "Properties").members {
		if !isSAM || !slices.Contains(samApart, m.key) {
			f.value(id, below(path, m.key), m.value, "")
		}
	}
	if isSAM {
		f.value(id, []string{"Globals", kind}, section(f.globals, kind), "")
	}
	if typ == samFunction {
		events := section(section(resource, "Properties"), "Events")
		for _, event := range events.members {
			f.event(id, below(path, "Events", event.key), event)
		}
	}
}

// samApart are properties of SAM's types of which it makes other resources, which need
// the one that has the property.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
var samApart = []string{"DeploymentPreference", "Domain", "EventInvokeConfig", "Events", "FunctionUrlConfig"}

// samConnected are the properties of events that name what SAM itself connects to the
// function: a bucket's notifications, and the document of an API.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
var samConnected = map[string]string{"S3": "Bucket", "Cognito": "UserPool", "Api": "RestApiId", "HttpApi": "ApiId"}

// event adds that what SAM changes for an event of a function needs the function.
func (f *needFinder) event(function string, path []string, event member) {
	o, _ := event.value.(*Object)
	if o == nil {
		return
	}
	typ, _ := get[string](o, "Type")
	property := samConnected[typ]
	if named, ok := get[*Object](section(o, "Properties"), property); ok && len(named.members) == 1 {
		if r, ok := intrinsicReference(named.members[0]); ok {
			f.add(r.id(), function, below(path, "Properties", property), "")
		}
	}
}

// value finds the references in a value, but for those that a condition can take away.
// By is the intrinsic function that the value is within.
func (f *needFinder) value(id string, path []string, v any, by string) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			f.value(id, path, element, by)
		}
	case *Object:
		if len(v.members) == 1 && v.members[0].key == "Fn::If" {
			return
		}
		if len(v.members) == 1 && isIntrinsic(v) {
			if by == "" {
				by = compactJSON(v)
			}
			eachOwnReference(v.members[0], func(r reference) { f.add(id, r.id(), path, by) })
		}
		for _, m := range v.members {
			next := path
			if by == "" {
				next = below(path, m.key)
			}
			f.value(id, next, m.value, by)
		}
	}
}

// below returns the path of something within what has a path.
func below(path []string, keys ...string) []string { return slices.Concat(path, keys) }

func (f *needFinder) add(id, other string, path []string, by string) {
	if owner := f.owner(other); owner != "" && f.resources.index(id) >= 0 {
		f.of[id] = append(f.of[id], need{owner, slices.Clone(path), by})
	}
}

// owner gives the resource with a logical id, or that what SAM gives the id needs; "":
// there is none.
func (f *needFinder) owner(id string) string {
	if f.resources.index(id) >= 0 {
		return id
	}
	for _, m := range f.resources.members {
		if !samMakes(m, id) {
			continue
		}
		if id == m.key+samRole {
			return "" // it needs no function
		}
		return m.key
	}
	return ""
}

// eachOwnReference visits the references of an intrinsic function itself, and not of
// those within it.
func eachOwnReference(m member, visit func(reference)) {
	if r, ok := intrinsicReference(m); ok {
		visit(r)
	}
	if m.key == "Fn::Sub" {
		for _, name := range freeVariables(m.value) {
			visit(reference{name: name})
		}
	}
}
