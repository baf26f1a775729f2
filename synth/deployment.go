package synth

import (
	"slices"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// restDeployment is the logical id of the REST API's deployment until the
// template is complete, and for merges. CloudFormation deploys an API again only
// when the deployment has another id, so that it ends in a digest of the API.
const restDeployment = "RestAPIDeployment"

// undeployed are the properties of an API that need no deployment to count.
var undeployed = []string{"Name", "Description", "Tags", "EndpointConfiguration", "Parameters"}

// deployment returns the final logical id of the deployment of a template's
// REST API.
func deployment(template *ordered.Object) string {
	properties := template.Section("Resources").Section("RestAPI").Section("Properties")
	var content []byte
	for _, m := range properties.Members {
		switch {
		case slices.Contains(undeployed, m.Key):
		case m.Key == "Body" || m.Key == "MinimumCompressionSize":
			content = ordered.AppendCompactJSON(content, m.Value)
		default: // only a merge adds others
			content = ordered.AppendCompactJSON(content, m.Key)
			content = ordered.AppendCompactJSON(content, m.Value)
		}
	}
	return restDeployment + digest(string(content))
}

// renamed returns a template in which a resource has another logical id. It
// shares what doesn't change with the template, which stays as it is.
func renamed(template *ordered.Object, old, id string) *ordered.Object {
	resources := &ordered.Object{}
	for _, m := range template.Section("Resources").Members {
		if m.Key == old {
			m.Key = id
		}
		if o, ok := m.Value.(*ordered.Object); ok && slices.Contains(cfn.Dependencies(o), old) {
			m.Value = ordered.Merged(o, ordered.New("DependsOn", ordered.Texts(replaced(cfn.Dependencies(o), old, id))))
		}
		resources.Add(m.Key, m.Value)
	}
	changed := ordered.Merged(template, &ordered.Object{})
	changed.Set("Resources", resources)
	return cfn.MapReferences(changed, func(r cfn.Reference) cfn.Reference {
		if r.Name == old {
			r.Name = id
		}
		return r
	}).(*ordered.Object)
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
