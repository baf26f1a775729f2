package synth

import (
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// configured is an intrinsic function of the configuration in a template or, in
// Terraform, text with an expression.
type configured struct {
	value    config.Value
	fn       *ordered.Object // nil in Terraform
	at       position
	function string // that the resource is for; empty: none, or several
}

// text is what the template has, in one line.
func (c configured) text() string {
	if c.fn == nil {
		return c.value.Text
	}
	return ordered.CompactJSON(c.fn)
}

// position is where a configured value stands.
type position int

const (
	alone     position = iota // as one value
	asARN                     // as an ARN
	groupName                 // as the name of a log group
	item                      // as one of a list
	whole                     // as a list
	anywhere                  // where one value and a list can stand
)

// checkConfigured finds what CloudFormation would refuse of the configuration's
// intrinsic functions in a template that has all that they can refer to.
func (t *Template) checkConfigured(final *ordered.Object) error {
	if len(t.configured) == 0 {
		return nil
	}
	var problems []error
	c := t.checker(final)
	c.advice = t.facts.names.Advice("", "MergeTemplate", " can add it")
	for _, used := range t.configured {
		c.report = func(_ []string, message string) {
			problems = append(problems, used.value.Mistake("%s", message))
		}
		c.value(nil, used.fn)
		if message := used.misplaced(forms{final}); message != "" {
			c.report(nil, message)
		}
	}
	return distinct(problems)
}

// misplaced says what is wrong with a list where one value is wanted, and the
// other way round.
func (c configured) misplaced(f forms) string {
	switch form := f.of(c.fn); {
	case form == aText && c.at == whole:
		return "is one value and no list: write it into a list, [" + c.value.String() + "]"
	case form == aList && c.at == item:
		return "has a list in the list: write that in place of the list, " + c.value.String()
	case form == aList && c.at < item:
		return "is a list, but takes one value: choose one with Fn::Select, or join them with Fn::Join"
	}
	if name, ok := ordered.Get[string](c.fn, "Ref"); ok && c.at == asARN {
		if is, known := noARNs[f.typeOf(name)]; known {
			return "is " + is.what + ", but takes its ARN: " + strings.ReplaceAll(is.arn, "*", name)
		}
	}
	if v := standin.Of(c.value.Intrinsic, f.typeOf); c.at == groupName && v.Type == groupType.Type() && v.Kind == standin.ARN {
		return "is the ARN of a log group, but takes its name: {\"Ref\": \"" + standin.ID(v.Content) + "\"}"
	}
	return ""
}

// noARN is what a reference gives to a resource, and what its ARN is, with * for the
// logical id.
type noARN struct{ what, arn string }

const arnAttribute = `{"Fn::GetAtt": ["*", "Arn"]}`

// noARNs has the types of resources whose ARN isn't what a reference to them gives.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
var noARNs = map[string]noARN{
	"AWS::IAM::Role":       {"the name of a role", arnAttribute},
	"AWS::KMS::Key":        {"the id of a key", arnAttribute},
	"AWS::KMS::ReplicaKey": {"the id of a key", arnAttribute},
	"AWS::KMS::Alias":      {"the name of an alias", `{"Fn::Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:${*}"}`},
}

// form is what an intrinsic function gives.
type form int

const (
	unknown form = iota
	aText
	aList
)

// forms finds what intrinsic functions give in a template.
type forms struct{ template *ordered.Object }

// functionForms are those of the functions that always give the same.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
var functionForms = map[string]form{
	"Fn::Base64": aText, "Fn::ImportValue": aText, "Fn::Join": aText, "Fn::Sub": aText, "Fn::ToJsonString": aText,
	"Fn::Cidr": aList, "Fn::GetAZs": aList, "Fn::Split": aList,
}

// typeOf returns the type of a resource; "": it isn't known.
func (f forms) typeOf(id string) string {
	typ := f.template.Section("Resources").Section(id).Text("Type")
	return typ
}

func (f forms) of(v any) form {
	switch v := v.(type) {
	case string:
		return aText
	case []any:
		return aList
	case *ordered.Object:
		if len(v.Members) == 1 {
			return f.ofFunction(v.Members[0])
		}
	}
	return unknown
}

func (f forms) ofFunction(m ordered.Member) form {
	arguments, _ := m.Value.([]any)
	switch {
	case m.Key == "Ref":
		name, _ := m.Value.(string)
		return f.ofReference(name)
	case m.Key == "Fn::If" && len(arguments) == 3:
		return f.ofEither(arguments[1], arguments[2])
	case m.Key == "Fn::FindInMap" && len(arguments) >= 3:
		return f.ofMapping(arguments[0], arguments[2])
	}
	return functionForms[m.Key]
}

// ofReference returns the form of a parameter, or of what is a reference to a
// resource, which is always its name or the like.
func (f forms) ofReference(name string) form {
	if parameter, ok := ordered.Get[*ordered.Object](f.template.Section("Parameters"), name); ok {
		if cfn.IsListType(parameter) {
			return aList
		}
		return aText
	}
	_, isResource := f.template.Section("Resources").Get(name)
	switch {
	case name == "AWS::NotificationARNs":
		return aList
	case name != noValue && strings.HasPrefix(name, "AWS::") || isResource:
		return aText
	}
	return unknown
}

const noValue = "AWS::NoValue"

// ofEither returns the form of one of two values, of which one can be none.
func (f forms) ofEither(a, b any) form {
	first, second := f.of(a), f.of(b)
	switch {
	case first == second || second == unknown:
		return first
	case first == unknown:
		return second
	}
	return unknown
}

// ofMapping returns the form of the values that a mapping has under a key.
func (f forms) ofMapping(name, key any) form {
	mapping, _ := name.(string)
	second, _ := key.(string)
	for _, m := range f.template.Section("Mappings").Section(mapping).Members {
		if values, ok := m.Value.(*ordered.Object); ok {
			if value, ok := values.Get(second); ok {
				return f.of(value)
			}
		}
	}
	return unknown
}
