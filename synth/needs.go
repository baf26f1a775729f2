package synth

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// stackNeeds finds what the resources of a template for CloudFormation need, with those
// that SAM makes of them.
func stackNeeds(final *ordered.Object) *needs {
	f := needFinder{resources: final.Section("Resources"), globals: final.Section("Globals"), needs: needs{of: map[string][]need{}}}
	for _, m := range f.resources.Members {
		f.ids = append(f.ids, m.Key)
	}
	for _, m := range f.resources.Members {
		if resource, ok := m.Value.(*ordered.Object); ok {
			f.resource(m.Key, resource)
		}
	}
	return &f.needs
}

type needFinder struct {
	needs
	resources, globals *ordered.Object
}

// resource finds what one needs.
func (f *needFinder) resource(id string, resource *ordered.Object) {
	path := []string{"Resources", id}
	for _, other := range cfn.Dependencies(resource) {
		f.add(id, other, append(path, "DependsOn"), "")
	}
	f.value(id, append(path, "UpdatePolicy"), resource.Section("UpdatePolicy"), "")
	typ := resource.Text("Type")
	kind, isSAM := strings.CutPrefix(typ, samTypes)
	path = append(path, "Properties")
	for _, m := range resource.Section("Properties").Members {
		if !isSAM || !slices.Contains(samApart, m.Key) {
			f.value(id, below(path, m.Key), m.Value, "")
		}
	}
	if isSAM {
		f.value(id, []string{"Globals", kind}, f.globals.Section(kind), "")
	}
	if typ == samFunction {
		events := resource.Section("Properties").Section("Events")
		for _, event := range events.Members {
			f.event(id, below(path, "Events", event.Key), event)
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
func (f *needFinder) event(function string, path []string, event ordered.Member) {
	o, _ := event.Value.(*ordered.Object)
	if o == nil {
		return
	}
	typ := o.Text("Type")
	property := samConnected[typ]
	if named, ok := ordered.Get[*ordered.Object](o.Section("Properties"), property); ok && len(named.Members) == 1 {
		if r, ok := cfn.ReferenceOf(named.Members[0]); ok {
			f.add(r.ID(), function, below(path, "Properties", property), "")
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
	case *ordered.Object:
		if len(v.Members) == 1 && v.Members[0].Key == "Fn::If" {
			return
		}
		if len(v.Members) == 1 && ordered.IsIntrinsic(v) {
			if by == "" {
				by = ordered.CompactJSON(v)
			}
			cfn.EachOwnReference(v.Members[0], func(r cfn.Reference) { f.add(id, r.ID(), path, by) })
		}
		for _, m := range v.Members {
			next := path
			if by == "" {
				next = below(path, m.Key)
			}
			f.value(id, next, m.Value, by)
		}
	}
}

// below returns the path of something within what has a path.
func below(path []string, keys ...string) []string { return slices.Concat(path, keys) }

func (f *needFinder) add(id, other string, path []string, by string) {
	if owner := f.owner(other); owner != "" && f.resources.Index(id) >= 0 {
		f.of[id] = append(f.of[id], need{owner, slices.Clone(path), by})
	}
}

// owner returns the resource with a logical id, or that what SAM gives the id needs; "":
// there is none.
func (f *needFinder) owner(id string) string {
	if f.resources.Index(id) >= 0 {
		return id
	}
	for _, m := range f.resources.Members {
		if !samMakes(m, id) {
			continue
		}
		if id == m.Key+samRole {
			return "" // it needs no function
		}
		return m.Key
	}
	return ""
}
