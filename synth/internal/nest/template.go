package nest

import (
	"slices"

	"github.com/chalice-go/chalice/internal/ordered"
)

// Root is the template of the app's own stack, with the nested ones in it. Locate says
// where the template of each is; by then the nested ones are complete.
func (n *Division) Root(locate func(*Stack) any) *ordered.Object {
	root := &ordered.Object{}
	resources := n.RootResources.Clone()
	for _, m := range n.flat.Members {
		if m.Key == "Resources" {
			root.Add(m.Key, resources)
		} else {
			root.Add(m.Key, n.moved(m.Value, nil)) // it can ask nested stacks for outputs
		}
	}
	for _, s := range n.Stacks {
		resources.Add(s.ID, s.resource(locate(s)))
	}
	return root
}

// resource is the nested stack as a resource of the root's.
func (s *Stack) resource(location any) *ordered.Object {
	properties := ordered.New("TemplateURL", location)
	if s.values.Len() > 0 {
		properties.Add("Parameters", s.values)
	}
	o := ordered.New("Type", "AWS::CloudFormation::Stack")
	if len(s.dependsOn.List) > 0 {
		o.Add("DependsOn", ordered.Texts(s.dependsOn.List))
	}
	o.Add("Properties", properties)
	return o
}

// ownSections are those of the root alone. Conditions and mappings go along
// where they are needed; all other sections, such as Transform, go everywhere.
var ownSections = []string{"Description", "Metadata", "Rules", "Conditions", "Mappings", "Parameters", "Resources", "Outputs"}

// Template is the template of a nested stack.
func (n *Division) Template(s *Stack) *ordered.Object {
	template := &ordered.Object{}
	for _, m := range n.flat.Members {
		if !slices.Contains(ownSections, m.Key) {
			template.Add(m.Key, m.Value)
		}
	}
	needed := map[string]bool{}
	noteSections(s.resources, needed)
	var shared []ordered.Member
	for _, name := range []string{"Conditions", "Mappings"} {
		if o, ok := ordered.Get[*ordered.Object](n.flat, name); ok && needed[name] {
			shared = append(shared, ordered.Member{Key: name, Value: n.moved(o, s)})
		}
	}
	if s.parameters.Len() > 0 {
		template.Add("Parameters", s.parameters)
	}
	template.Members = append(template.Members, shared...)
	template.Add("Resources", s.resources)
	if s.outputs.Len() > 0 {
		template.Add("Outputs", s.outputs)
	}
	return template
}

// noteSections notes which sections resources need beside their own. Conditions
// can need mappings, too.
func noteSections(v any, needed map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			noteSections(element, needed)
		}
	case *ordered.Object:
		for _, m := range v.Members {
			switch m.Key {
			case "Fn::If", "Condition":
				needed["Conditions"], needed["Mappings"] = true, true
			case "Fn::FindInMap":
				needed["Mappings"] = true
			}
			noteSections(m.Value, needed)
		}
	}
}
