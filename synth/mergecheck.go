package synth

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/nearest"
)

// Check returns what CloudFormation would refuse of a part that has been merged
// into the template, or drop: every mistake starts with its path in the part.
func (t *Template) Check(part *Object) error {
	c := &partChecker{template: t, final: t.Object(), own: section(t.root, "Resources")}
	c.ids = declaredIDs(c.final)
	c.loops = t.hasLoops(c.final)
	c.sections(part)
	for _, m := range section(part, "Resources").members {
		c.resource(m)
	}
	c.value(nil, part)
	return errors.Join(c.problems...)
}

// partChecker looks at a part of a template beside what it was merged into.
type partChecker struct {
	template *Template
	final    *Object
	own      *Object  // the app's resources
	ids      []string // what the template's references can name
	loops    bool     // other things can be named as the template is expanded
	problems []error
}

func (c *partChecker) fail(path []string, format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("%s %s", strings.Join(path, "."), fmt.Sprintf(format, args...)))
}

// templateSections are those of CloudFormation.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
var templateSections = []string{
	"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings",
	"Conditions", "Transform", "Hooks", "Resources", "Outputs",
}

const samGlobals = "Globals"

func (c *partChecker) sections(part *Object) {
	for _, key := range part.Keys() {
		switch {
		case slices.Contains(templateSections, key) || key == samGlobals && c.template.facts.isSAM || strings.HasPrefix(key, "Fn::"):
		case key == samGlobals:
			c.fail([]string{key}, "is a section of SAM templates, and this one is plain CloudFormation: write its values into the resources")
		default:
			c.fail([]string{key}, "is no section of a template%s", nearest.Question(key, templateSections))
		}
	}
}

// otherFormat says what properties are called in the other format, by the type
// that has them there.
var otherFormat = map[string]map[string]string{
	"AWS::Lambda::Function":     {"CodeUri": "Code", "Tracing": "TracingConfig", "Events": "", "Policies": ""},
	"AWS::Serverless::Function": {"Code": "CodeUri", "TracingConfig": "Tracing"},
	"AWS::ApiGateway::RestApi":  {"DefinitionBody": "Body", "DefinitionUri": "BodyS3Location", "StageName": "", "TracingEnabled": "", "Cors": "", "Auth": ""},
	"AWS::Serverless::Api":      {"Body": "DefinitionBody", "BodyS3Location": "DefinitionUri"},
}

func (c *partChecker) resource(m member) {
	path := []string{"Resources", m.key}
	if strings.HasPrefix(m.key, "Fn::") {
		return
	}
	resource, ok := m.value.(*Object)
	if !ok {
		if m.value != nil { // null is a mistake anywhere
			c.fail(path, "is %s, but a resource is an object with a Type", kindName(m.value))
		}
		return
	}
	own, known := get[*Object](c.own, m.key)
	typ, typed := resource.Get("Type")
	switch {
	case !known && !typed:
		c.fail(path, "has no Type, and the app has no such resource%s; a new resource needs a Type", nearest.Question(m.key, c.own.Keys()))
	case !c.template.facts.isSAM && strings.HasPrefix(fmt.Sprint(typ), "AWS::Serverless::") && c.plain():
		c.fail(path, "is of SAM's type %v, and this template is plain CloudFormation: use the types that SAM makes of it, or package for SAM", typ)
	case known:
		format, _ := get[string](own, "Type")
		for _, key := range section(resource, "Properties").Keys() {
			if name, wrong := otherFormat[format][key]; wrong {
				c.otherFormat(append(path, "Properties", key), format, name)
			}
		}
	}
}

// plain tells whether nothing has SAM transform the template.
func (c *partChecker) plain() bool {
	_, ok := c.final.Get("Transform")
	return !ok
}

func (c *partChecker) otherFormat(path []string, typ, name string) {
	if name == "" {
		c.fail(path, "is a property of SAM's, which %s does not have", typ)
		return
	}
	c.fail(path, "is no property of %s: there it is %s", typ, name)
}

// value checks what can be anywhere.
func (c *partChecker) value(path []string, v any) {
	switch v := v.(type) {
	case nil:
		c.fail(path, "is null, which CloudFormation takes nowhere: for a property use !Ref AWS::NoValue")
	case []any:
		for _, element := range v {
			c.value(path, element)
		}
	case *Object:
		if len(v.members) == 1 {
			c.intrinsic(path, v.members[0])
		}
		for _, m := range v.members {
			c.value(append(path[:len(path):len(path)], m.key), m.value)
		}
	}
}

// intrinsics are CloudFormation's, without their Fn::.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
var intrinsics = []string{
	"And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "GetAtt", "GetAZs", "GetStackOutput",
	"If", "ImportValue", "Join", "Length", "Not", "Or", "RefAll", "Select", "Split", "Sub", "ToJsonString", "Transform", "ValueOf", "ValueOfAll",
}

func (c *partChecker) intrinsic(path []string, m member) {
	if name, ok := strings.CutPrefix(m.key, "Fn::"); ok && !slices.Contains(intrinsics, name) && !strings.HasPrefix(name, "ForEach") {
		c.fail(path, "calls %s, which CloudFormation does not have%s", m.key, nearest.Question(name, intrinsics))
		return
	}
	// What is inside an argument is reached from there.
	if r, ok := intrinsicReference(m); ok {
		c.reference(path, r)
	}
	if m.key == "Fn::Sub" {
		for _, name := range freeVariables(m.value) {
			c.reference(path, reference{name: name})
		}
	}
}

func (c *partChecker) reference(path []string, r reference) {
	if id := r.id(); !c.loops && !strings.HasPrefix(id, "AWS::") && !c.known(id) {
		c.fail(path, "refers to %s, which the template does not have%s", id, nearest.Question(id, c.ids))
	}
}

// hasLoops tells whether the template has what names things as it is expanded.
func (t *Template) hasLoops(final *Object) bool {
	_, ok := final.Get("Transform")
	return ok && !t.facts.isSAM || strings.Contains(compactJSON(final), `"Fn::ForEach::`)
}

// known tells whether there is something with a logical id. SAM makes further
// resources, whose ids start with that of what they are made of.
func (c *partChecker) known(id string) bool {
	return slices.ContainsFunc(c.ids, func(known string) bool {
		return id == known || c.template.facts.isSAM && strings.HasPrefix(id, known) || id == restDeployment && c.template.facts.deployed
	})
}
