package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/tags"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// value returns a string to put into a goformation field for a configured value.
func (t *stack) value(v config.Value) string { return t.valueIn(v, alone) }

func (t *stack) valueIn(v config.Value, at position) string {
	if v.Intrinsic == nil {
		return v.Text
	}
	return t.text(t.intrinsic(v, at))
}

// values is value for each of an object's values; nil: there are none.
func (t *stack) values(configured map[string]config.Value) map[string]string {
	if len(configured) == 0 {
		return nil
	}
	values := make(map[string]string, len(configured))
	for _, key := range sortedKeys(configured) {
		values[key] = t.value(configured[key])
	}
	return values
}

// listed returns a list to put into a goformation field for a configured one.
func (t *stack) listed(l config.List) []string {
	if l.Single {
		return t.textList(t.written(l.Items[0], whole))
	}
	var list []string
	for _, v := range l.Items {
		list = append(list, t.valueIn(v, item))
	}
	return list
}

// tagList makes the tags of CloudFormation's types, in the order of their keys.
func (t *stack) tagList(configured map[string]config.Value) []tags.Tag {
	var list []tags.Tag
	for _, key := range sortedKeys(configured) {
		list = append(list, tags.Tag{Key: key, Value: t.value(configured[key])})
	}
	return list
}

// written returns a configured value as it is in a document.
func (t *stack) written(v config.Value, at position) any {
	if v.Intrinsic == nil {
		return v.Text
	}
	return t.intrinsic(v, at)
}

// intrinsic makes an Object of an intrinsic function of the configuration, and
// takes note of it for when all is there that it can refer to.
func (t *stack) intrinsic(v config.Value, at position) *ordered.Object {
	o, err := cfn.FromConfig(v.Intrinsic)
	if err != nil {
		t.fail(v.Mistake("is no CloudFormation intrinsic: %v", err))
		return &ordered.Object{}
	}
	t.configured = append(t.configured, configured{v, o, at, t.origin.Function})
	return o
}

// notTerraforms says what is wrong with an intrinsic function.
func notTerraforms(v config.Value) error {
	return v.Mistake("is an intrinsic function of CloudFormation's, which Terraform does not know; use text, with ${...} for an expression")
}

// value returns a configured value as Terraform has it.
func (m *tfModule) value(v config.Value) string {
	if v.Intrinsic != nil {
		m.fail(notTerraforms(v))
	}
	if standin.IsExpression(v.Text) {
		m.configured = append(m.configured, configured{value: v, function: m.function})
	}
	return v.Text
}

// values is value for each of an object's values.
func (m *tfModule) values(configured map[string]config.Value) *ordered.Object {
	o := &ordered.Object{}
	for _, key := range sortedKeys(configured) {
		o.Add(key, m.value(configured[key]))
	}
	return o
}

// listed returns a configured list as Terraform has it.
func (m *tfModule) listed(l config.List) any {
	if l.Single {
		return m.value(l.Items[0])
	}
	list := []any{}
	for _, v := range l.Items {
		list = append(list, m.value(v))
	}
	return list
}
