package synth

import "slices"

// restDeployment is the logical id of the REST API's deployment until the
// template is complete, and for merges. CloudFormation deploys an API again only
// when the deployment has another id, so that it ends in a digest of the API.
const restDeployment = "RestAPIDeployment"

// undeployed are the properties of an API that need no deployment to count.
var undeployed = []string{"Name", "Description", "Tags", "EndpointConfiguration", "Parameters"}

// deployment returns the final logical id of the deployment of a template's
// REST API.
func deployment(template *Object) string {
	properties := section(section(section(template, "Resources"), "RestAPI"), "Properties")
	w := jsonWriter{compact: true}
	for _, m := range properties.members {
		switch {
		case slices.Contains(undeployed, m.key):
		case m.key == "Body" || m.key == "MinimumCompressionSize":
			w.value(m.value)
		default: // only a merge adds others
			w.value(m.key)
			w.value(m.value)
		}
	}
	return restDeployment + digest(string(w.buf))
}

// renamed returns a template in which a resource has another logical id. It
// shares what doesn't change with the template, which stays as it is.
func renamed(template *Object, old, id string) *Object {
	resources := &Object{}
	for _, m := range section(template, "Resources").members {
		if m.key == old {
			m.key = id
		}
		if o, ok := m.value.(*Object); ok && slices.Contains(dependencies(o), old) {
			m.value = merged(o, object("DependsOn", texts(replaced(dependencies(o), old, id))))
		}
		resources.add(m.key, m.value)
	}
	changed := merged(template, &Object{})
	changed.Set("Resources", resources)
	return mapReferences(changed, func(r reference) reference {
		if r.name == old {
			r.name = id
		}
		return r
	}).(*Object)
}

// replaced returns a list with another text in place of one.
func replaced(list []string, old, text string) []string {
	list = slices.Clone(list)
	for i := range list {
		if list[i] == old {
			list[i] = text
		}
	}
	return list
}
