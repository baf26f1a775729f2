package synth

import (
	"errors"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// Template is a rendered template: plain data, ready to be written.
type Template struct {
	root     *ordered.Object   // with stand-ins, so that digests are of these
	parts    []*ordered.Object // merged over the root, in order
	facts    *facts            // nil for Terraform, which knows no limits
	standIns standIns
	// configured are the values of the configuration that refer to something.
	configured []configured
}

// facts is what a template for CloudFormation doesn't say of itself.
type facts struct {
	// functions says by logical id to which function a resource belongs, which
	// is named by its logical id; those that belong to none aren't there.
	functions map[string]string
	// expansions says by logical id what SAM makes of a resource.
	expansions map[string]expansion
	origins    map[string]Origin // by logical id
	document   *document         // nil: there is no REST or HTTP API
	deployed   bool              // the REST API has a deployment, whose id isn't final yet
	follows    []following       // each after those of what it follows
	items      []followingItem
	awaited    []awaited
	tags       []any // of nested stacks
	isSAM      bool
	versions   []versioned
	hooks      bool // CodeDeploy calls functions
	// application: SAM makes CodeDeploy's application.
	application bool
	endpoints   *ordered.Object // the one of these in place of a list of VPC endpoints; nil: none
	names       config.Names    // of what the reader of messages can set
}

// expansion is what SAM makes of a resource beside the resource itself: a
// number of resources, and text.
type expansion struct{ resources, bytes int }

// made sums up what SAM makes of a template.
func (f *facts) made(template *ordered.Object) expansion {
	var sum expansion
	for _, m := range template.Section("Resources").Members {
		e := f.expansions[m.Key]
		sum.resources += e.resources
		sum.bytes += e.bytes
	}
	return sum
}

// final returns the content, with all that was merged into it. It is not to be
// changed.
func (t *Template) final() *ordered.Object {
	whole := t.assembled()
	return t.restored(whole, whole)
}

// assembled returns the template with all that was merged into it, and with stand-ins.
func (t *Template) assembled() *ordered.Object {
	root := t.root
	for _, part := range t.parts {
		root = withDependsOn(ordered.Merged(root, part), root, part)
	}
	if t.facts != nil && len(t.parts) > 0 {
		root = t.withAwaited(withConditionalItems(withConditions(root, t.facts.follows), t.facts.items))
	}
	if t.facts != nil {
		root = t.withEndpoints(root)
	}
	return root
}

// restored returns a template with values in place of their stand-ins, and the ids
// that it has together with another template.
func (t *Template) restored(template, with *ordered.Object) *ordered.Object {
	return t.standIns.restore(t.settled(template, with)).(*ordered.Object)
}

// settled returns a template with the digests of another: in the logical ids that end in
// one, and of functions with versions.
func (t *Template) settled(template, with *ordered.Object) *ordered.Object {
	if t.facts == nil {
		return template
	}
	digests := t.versionDigests(with)
	return renamed(t.published(template, digests), t.finalIDs(with, digests))
}

// settledIDs returns the final logical ids of the whole template, by those before.
func (t *Template) settledIDs() map[string]string {
	whole := t.assembled()
	return t.finalIDs(whole, t.versionDigests(whole))
}

// content returns the content once it has been checked: whatever the graph gave
// must refer only to what is there in the end.
func (t *Template) content() (*ordered.Object, error) {
	whole := t.assembled()
	final := t.restored(whole, whole)
	if err := checkStandIns(final); err != nil {
		return nil, err
	}
	if t.facts == nil {
		return final, t.checkCircles(final)
	}
	if err := t.checkConfigured(final); err != nil {
		return nil, err
	}
	if err := t.checkReferences(t.restored(t.root, whole), final); err != nil {
		return nil, err
	}
	return final, errors.Join(append([]error{t.checkCircles(final)}, t.checkVisibility(final)...)...)
}

// JSON returns the template as JSON, indented by two spaces, with a final
// newline. One that CloudFormation would find too large for its white space
// alone has none. It is an error if the template refers to what it doesn't
// have, or if CloudFormation doesn't take it as one; see [Template.Files].
func (t *Template) JSON() ([]byte, error) { return t.alone("template.json") }

// YAML returns the same as YAML.
func (t *Template) YAML() ([]byte, error) { return t.alone("template.yaml") }

func (t *Template) alone(name string) ([]byte, error) {
	files, err := t.Files(Layout{File: name, NestedStacks: new(0)})
	if err != nil {
		return nil, err
	}
	return files[0].Data, nil
}
