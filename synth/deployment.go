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

// renamed returns a template in which resources have other logical ids, by those that they
// have. It shares what doesn't change with the template, which stays as it is.
func renamed(template *ordered.Object, ids map[string]string) *ordered.Object {
	if len(ids) == 0 {
		return template
	}
	resources := &ordered.Object{}
	for _, m := range template.Section("Resources").Members {
		m.Key = renamedID(m.Key, ids)
		if o, ok := m.Value.(*ordered.Object); ok {
			m.Value = withRenamedDependencies(o, ids)
		}
		resources.Add(m.Key, m.Value)
	}
	changed := ordered.Merged(template, &ordered.Object{})
	changed.Set("Resources", resources)
	return cfn.MapReferences(changed, func(r cfn.Reference) cfn.Reference {
		r.Name = renamedID(r.Name, ids)
		return r
	}).(*ordered.Object)
}

func renamedID(id string, ids map[string]string) string {
	if other, ok := ids[id]; ok {
		return other
	}
	return id
}

func withRenamedDependencies(resource *ordered.Object, ids map[string]string) *ordered.Object {
	before := cfn.Dependencies(resource)
	after := slices.Clone(before)
	for i := range after {
		after[i] = renamedID(after[i], ids)
	}
	if slices.Equal(before, after) {
		return resource
	}
	return ordered.Merged(resource, ordered.New("DependsOn", ordered.Texts(after)))
}

// isUnsettled reports whether a logical id is one that becomes another.
func (t *Template) isUnsettled(id string) bool {
	return id == restDeployment && t.facts.deployed ||
		!t.facts.isSAM && slices.ContainsFunc(t.facts.versions, func(v versioned) bool { return v.version() == id })
}

// finalIDs returns the final logical ids of what has another until the template is
// complete: the ids end in digests of the content of a template.
func (t *Template) finalIDs(content *ordered.Object, digests map[string]string) map[string]string {
	ids := map[string]string{}
	if t.facts.deployed {
		ids[restDeployment] = deployment(content)
	}
	if !t.facts.isSAM {
		for _, v := range t.facts.versions {
			ids[v.version()] = v.published(digests[v.function])
		}
	}
	return ids
}
