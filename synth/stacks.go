package synth

import "slices"

// rootTemplate is the template of the app's own stack, with the nested ones in
// it. Locate says where the template of each is; by then the nested ones are
// complete.
func (n *nesting) rootTemplate(locate func(*nestedStack) any) *Object {
	root := &Object{}
	resources := &Object{members: slices.Clone(n.root.members)}
	for _, m := range n.flat.members {
		if m.key == "Resources" {
			root.add(m.key, resources)
		} else {
			root.add(m.key, n.moved(m.value, nil)) // it can ask nested stacks for outputs
		}
	}
	for _, s := range n.stacks {
		resources.add(s.id, s.resource(locate(s)))
	}
	return root
}

// resource is the nested stack as a resource of the root's.
func (s *nestedStack) resource(location any) *Object {
	properties := object("TemplateURL", location)
	if s.values.Len() > 0 {
		properties.add("Parameters", s.values)
	}
	o := object("Type", "AWS::CloudFormation::Stack")
	if len(s.dependsOn) > 0 {
		o.add("DependsOn", texts(s.dependsOn))
	}
	o.add("Properties", properties)
	return o
}

// ownSections are those of the root alone. Conditions and mappings go along
// where they are needed; all other sections, such as Transform, go everywhere.
var ownSections = []string{"Description", "Metadata", "Rules", "Conditions", "Mappings", "Parameters", "Resources", "Outputs"}

// template is the template of a nested stack.
func (n *nesting) template(s *nestedStack) *Object {
	template := &Object{}
	for _, m := range n.flat.members {
		if !slices.Contains(ownSections, m.key) {
			template.add(m.key, m.value)
		}
	}
	needed := map[string]bool{}
	noteSections(s.resources, needed)
	var shared []member
	for _, name := range []string{"Conditions", "Mappings"} {
		if o, ok := get[*Object](n.flat, name); ok && needed[name] {
			shared = append(shared, member{name, n.moved(o, s)})
		}
	}
	if s.parameters.Len() > 0 {
		template.add("Parameters", s.parameters)
	}
	template.members = append(template.members, shared...)
	template.add("Resources", s.resources)
	if s.outputs.Len() > 0 {
		template.add("Outputs", s.outputs)
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
	case *Object:
		for _, m := range v.members {
			switch m.key {
			case "Fn::If", "Condition":
				needed["Conditions"], needed["Mappings"] = true, true
			case "Fn::FindInMap":
				needed["Mappings"] = true
			}
			noteSections(m.value, needed)
		}
	}
}
