package synth

import (
	"fmt"
	"slices"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/templatefile"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// Part is a part of a template, for [Template.Merge].
type Part struct{ root *ordered.Object }

// ParsePart reads a part of a template. A name that ends in .yaml or .yml says that
// it is YAML, where CloudFormation's short forms such as !Ref are understood, and one
// that ends in .json that it is JSON; otherwise it is JSON if it starts with a brace.
// The error starts with the name.
func ParsePart(name string, data []byte) (*Part, error) {
	root, err := templatefile.Parse(name, data)
	if err != nil {
		return nil, err
	}
	return &Part{root}, nil
}

// TypeOf returns the type of the part's resource or parameter with a logical id; "":
// there is none, or it says none.
func (p *Part) TypeOf(id string) string {
	for _, name := range []string{"Resources", "Parameters"} {
		if declaration, ok := ordered.Get[*ordered.Object](p.root.Section(name), id); ok {
			return declaration.Text("Type")
		}
	}
	return ""
}

// IsFIFO reports whether the part's resource with a logical id is a FIFO queue or topic.
func (p *Part) IsFIFO(id string) bool {
	properties := p.root.Section("Resources").Section(id).Section("Properties")
	queue, _ := properties.Get("FifoQueue")
	topic, _ := properties.Get("FifoTopic")
	return fmt.Sprint(queue) == "true" || fmt.Sprint(topic) == "true"
}

// Merge puts a part of a template over the template: objects are merged
// member by member; anything else of the part, intrinsic functions and lists
// among it, replaces what was there, and so does whatever is put over an
// intrinsic function. A DependsOn joins what is there, and the Condition of a
// function counts for what invokes it. The part may add resources that the
// configuration refers to. What CloudFormation would refuse of it, such as a null,
// is for [Template.Check] to say.
func (t *Template) Merge(part *Part) {
	t.parts = append(t.parts, part.root)
}

// withDependsOn gives the resources of a merged template the dependencies of both
// sides. Null takes them away.
func withDependsOn(template, base, part *ordered.Object) *ordered.Object {
	resources, under := template.Section("Resources"), base.Section("Resources")
	joined := &ordered.Object{}
	for _, m := range part.Section("Resources").Members {
		over, _ := m.Value.(*ordered.Object)
		if over == nil || len(cfn.Dependencies(over)) == 0 {
			continue
		}
		all := cfn.Dependencies(under.Section(m.Key))
		if len(all) == 0 {
			continue
		}
		var both cfn.TextSet
		both.Add(all...)
		both.Add(cfn.Dependencies(over)...)
		joined.Add(m.Key, ordered.New("DependsOn", ordered.Texts(both.List)))
	}
	if joined.Len() == 0 {
		return template
	}
	return ordered.Merged(template, ordered.New("Resources", ordered.Merged(resources, joined)))
}

// following is a resource, by its logical id, that is of no use without another.
type following struct{ id, other string }

// withConditions gives what follows a resource that resource's condition, unless it
// has one of its own. SAM does so for what it makes of a function's events.
func withConditions(template *ordered.Object, follows []following) *ordered.Object {
	for _, f := range follows {
		resources := template.Section("Resources")
		condition, ok := resources.Section(f.other).Get("Condition")
		resource, there := ordered.Get[*ordered.Object](resources, f.id)
		if !ok || !there {
			continue
		}
		if _, own := resource.Get("Condition"); !own {
			conditional := ordered.New(f.id, ordered.New("Condition", condition))
			template = ordered.Merged(template, ordered.New("Resources", conditional))
		}
	}
	return template
}

// followingItem is an item of a list that a resource has as a property, which is of
// no use without another resource.
type followingItem struct {
	following
	property string
	index    int
}

// withConditionalItems leaves items out of lists where what they follow isn't there.
// A list that a merge has replaced is the user's.
func withConditionalItems(template *ordered.Object, items []followingItem) *ordered.Object {
	for _, item := range items {
		resources := template.Section("Resources")
		condition, resource := resources.Section(item.other).Text("Condition"), resources.Section(item.id)
		list, _ := ordered.Get[[]any](resource.Section("Properties"), item.property)
		if condition == "" || condition == resource.Text("Condition") || item.index >= len(list) || !mentions(list[item.index], item.other) {
			continue
		}
		list = slices.Clone(list)
		list[item.index] = ordered.New("Fn::If", []any{condition, list[item.index], cfn.Ref("AWS::NoValue")})
		change := ordered.New(item.id, ordered.New("Properties", ordered.New(item.property, list)))
		template = ordered.Merged(template, ordered.New("Resources", change))
	}
	return template
}

// mentions reports whether a value refers to a resource.
func mentions(value any, id string) (found bool) {
	cfn.EachReference(value, func(r cfn.Reference) { found = found || r.ID() == id })
	return found
}
