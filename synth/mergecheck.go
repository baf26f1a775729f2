package synth

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/nearest"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// Check returns what CloudFormation would refuse of a part that has been merged
// into the template, or drop: every mistake starts with its path in the part.
func (t *Template) Check(p *Part) error {
	part := p.root
	var problems []error
	c := t.checker(t.final())
	c.report = func(path []string, message string) {
		problems = append(problems, fmt.Errorf("%s %s", strings.Join(path, "."), message))
	}
	c.sections(part)
	if !c.sizes(part) {
		return errors.Join(problems...) // about what is in them there would be thousands
	}
	c.forms(part)
	for _, m := range part.Section("Resources").Members {
		c.resource(m)
	}
	c.conditions(part)
	c.value(nil, part)
	return errors.Join(problems...)
}

// partChecker looks at a part of a template beside what it was merged into.
type partChecker struct {
	template *Template
	final    *ordered.Object
	own      *ordered.Object // the app's resources
	ids      []string        // what the template's references can name
	loops    bool            // other things can be named as the template is expanded
	advice   string          // where the name isn't that of something else, misspelt
	report   func(path []string, message string)
	asked    int                       // questions
	entries  map[string]map[string]int // of sections, by their names
	there    map[string]bool           // what is known of logical ids
}

func (t *Template) checker(final *ordered.Object) *partChecker {
	return &partChecker{
		template: t, final: final, own: t.root.Section("Resources"), ids: declaredIDs(final), loops: t.hasLoops(final),
		entries: map[string]map[string]int{}, there: map[string]bool{},
	}
}

func (c *partChecker) fail(path []string, format string, args ...any) {
	c.report(path, fmt.Sprintf(format, args...))
}

// templateSections are those of CloudFormation.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
var templateSections = []string{
	"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings",
	"Conditions", "Transform", "Hooks", "Resources", "Outputs",
}

const samGlobals = "Globals"

func (c *partChecker) sections(part *ordered.Object) {
	for _, key := range part.Keys() {
		switch {
		case slices.Contains(templateSections, key) || key == samGlobals && c.template.facts.isSAM || strings.HasPrefix(key, "Fn::"):
		case key == samGlobals:
			c.fail([]string{key}, "is a section of SAM templates, and this one is plain CloudFormation: write its values into the resources")
		default:
			c.fail([]string{key}, "is no section of a template%s", c.question(key, templateSections))
		}
	}
}

// sizes reports whether no section is larger than one can be.
func (c *partChecker) sizes(part *ordered.Object) bool {
	fit := true
	for _, m := range part.Members {
		o, _ := m.Value.(*ordered.Object)
		limit, limited := sectionLimits[m.Key]
		if limited && o != nil && o.Len() > limit {
			c.fail([]string{m.Key}, "has %d entries, %d more than the %d that CloudFormation takes", o.Len(), o.Len()-limit, limit)
			fit = false
		}
	}
	return fit
}

// sectionLimits say how many entries a section can have.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
var sectionLimits = map[string]int{
	"Resources": MaxResources, "Parameters": maxTemplateParameters, "Outputs": maxTemplateParameters, "Mappings": maxTemplateParameters,
}

// otherFormat says what properties are called in the other format, by the type
// that has them there.
var otherFormat = map[string]map[string]string{
	"AWS::Lambda::Function":     {"CodeUri": "Code", "Tracing": "TracingConfig", "Events": "", "Policies": ""},
	"AWS::Serverless::Function": {"Code": "CodeUri", "TracingConfig": "Tracing"},
	"AWS::ApiGateway::RestApi":  {"DefinitionBody": "Body", "DefinitionUri": "BodyS3Location", "StageName": "", "TracingEnabled": "", "Cors": "", "Auth": ""},
	"AWS::Serverless::Api":      {"Body": "DefinitionBody", "BodyS3Location": "DefinitionUri"},
}

func (c *partChecker) resource(m ordered.Member) {
	path := []string{"Resources", m.Key}
	if strings.HasPrefix(m.Key, "Fn::") {
		return
	}
	resource, ok := m.Value.(*ordered.Object)
	if !ok {
		if m.Value != nil { // null is a mistake anywhere
			c.fail(path, "is %s, but a resource is an object with a Type", ordered.KindName(m.Value))
		}
		return
	}
	_, known := c.own.Get(m.Key)
	ownType, _ := ordered.Get[string](c.own.Section(m.Key), "Type")
	typ, typed := resource.Get("Type")
	c.attributes(path, resource)
	switch {
	case !known && !typed:
		c.fail(path, "has no Type, which a new resource needs, and the app has no such resource%s", c.question(m.Key, c.own.Keys()))
	case typed && !isType(typ):
		c.fail(path, "has a Type that is none: it is a text such as AWS::SQS::Queue")
	case typed && known && typ != ownType:
		c.fail(path, "has the Type %v, but the app has something else with this id, of the Type %s: choose another id, or leave Type out", typ, ownType)
	case !c.template.facts.isSAM && strings.HasPrefix(fmt.Sprint(typ), samTypes) && c.plain():
		c.fail(path, "is of SAM's type %v, and this template is plain CloudFormation: use the types that SAM makes of it, or package for SAM", typ)
	case known:
		for _, key := range resource.Section("Properties").Keys() {
			if name, wrong := otherFormat[ownType][key]; wrong {
				c.otherFormat(append(path, "Properties", key), ownType, name)
			}
		}
	}
}

// plain reports whether nothing has SAM transform the template.
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
	case *ordered.Object:
		if len(v.Members) == 1 {
			c.intrinsic(path, v.Members[0])
		} else if fn := functionBeside(v); fn != "" {
			c.fail(path, "has something else beside %s, which has to be alone in its object", fn)
		}
		for _, m := range v.Members {
			c.value(append(path[:len(path):len(path)], m.Key), m.Value)
		}
	}
}

// intrinsics are CloudFormation's, without their Fn::.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
var intrinsics = []string{
	"And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "GetAtt", "GetAZs", "GetStackOutput",
	"If", "ImportValue", "Join", "Length", "Not", "Or", "RefAll", "Select", "Split", "Sub", "ToJsonString", "Transform", "ValueOf", "ValueOfAll",
}

func (c *partChecker) intrinsic(path []string, m ordered.Member) {
	if name, ok := strings.CutPrefix(m.Key, "Fn::"); ok && !slices.Contains(intrinsics, name) && !strings.HasPrefix(name, "ForEach") {
		c.fail(path, "calls %s, which CloudFormation does not have%s", m.Key, c.question(name, intrinsics))
		return
	}
	// What is inside an argument is reached from there.
	cfn.EachOwnReference(m, func(r cfn.Reference) { c.reference(path, r) })
	if list, _ := m.Value.([]any); len(list) > 0 {
		if name, ok := sectionsOfFunctions[m.Key]; ok {
			c.entry(path, list[0], name)
		}
	}
	if m.Key == "Condition" && len(path) > 0 && path[0] == conditionsSection {
		c.entry(path, m.Value, conditionsSection)
	}
}

const conditionsSection = "Conditions"

// sectionsOfFunctions says in which section of the template there has to be what
// is a function's first argument.
var sectionsOfFunctions = map[string]string{"Fn::If": conditionsSection, "Fn::FindInMap": "Mappings"}

// entry checks that a section has what something names.
func (c *partChecker) entry(path []string, named any, name string) {
	key, ok := named.(string)
	if !ok || c.loops {
		return
	}
	entries := c.final.Section(name)
	if c.entries[name] == nil {
		c.entries[name] = entries.Places()
	}
	if _, there := c.entries[name][key]; !there {
		c.fail(path, "refers to %s, which is not among the template's %s%s", key, name, c.hint(key, entries.Keys()))
	}
}

// conditions checks those that resources and outputs have.
func (c *partChecker) conditions(part *ordered.Object) {
	for _, name := range []string{"Resources", "Outputs"} {
		for _, m := range part.Section(name).Members {
			o, _ := m.Value.(*ordered.Object)
			if o == nil {
				continue
			}
			path := []string{name, m.Key, "Condition"}
			if condition, ok := o.Get("Condition"); ok {
				if _, isText := condition.(string); !isText && condition != nil {
					c.fail(path, "is %s, but has to be the name of one of the template's Conditions", ordered.KindName(condition))
				}
				c.entry(path, condition, conditionsSection)
			}
		}
	}
}

// maxQuestions is how many mistakes have a question with them. Whoever has more reads
// the first, and comparing each name with all others takes its time.
const maxQuestions = 50

// question asks whether another name was meant.
func (c *partChecker) question(name string, names []string) string {
	if c.asked++; c.asked > maxQuestions {
		return ""
	}
	return nearest.Question(name, names)
}

// hint says what a name that isn't there was meant to be, or where it can come from.
func (c *partChecker) hint(name string, names []string) string {
	question := c.question(name, names)
	switch {
	case c.advice == "":
		return question
	case question == "":
		return "; " + c.advice
	}
	return question + " If not, " + c.advice
}

func (c *partChecker) reference(path []string, r cfn.Reference) {
	id, hasAttribute := r.ID(), r.Attribute != ""
	switch {
	case c.loops:
	case strings.HasPrefix(id, "AWS::"):
		if !slices.Contains(pseudoParameters, id) {
			c.fail(path, "refers to %s, which AWS does not have%s", id, c.question(id, pseudoParameters))
		}
	case !c.known(id):
		c.fail(path, "refers to %s, which the template does not have%s", id, c.hint(id, c.ids))
	case hasAttribute && c.isParameter(id):
		c.fail(path, "refers to %s of %s, but that is a parameter, which has no attributes", r.Attribute, id)
	case len(path) > 0 && path[0] == conditionsSection && !c.isParameter(id):
		c.fail(path, "refers to %s, but conditions can refer to parameters alone", id)
	}
	c.tableStream(path, r)
}

// tableStream finds a reference to the stream of a table that has none.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-streamspecification.html
func (c *partChecker) tableStream(path []string, r cfn.Reference) {
	table := c.final.Section("Resources").Section(r.ID())
	typ, _ := ordered.Get[string](table, "Type")
	_, streams := table.Section("Properties").Get("StreamSpecification")
	if strings.HasSuffix(r.Text(), ".StreamArn") && strings.HasPrefix(typ, "AWS::DynamoDB::") && !streams {
		c.fail(path, "refers to the stream of %s, which has none: give the table a StreamSpecification", r.ID())
	}
}

// hasLoops reports whether the template has what names things as it is expanded.
func (t *Template) hasLoops(final *ordered.Object) bool {
	_, ok := final.Get("Transform")
	return ok && !t.facts.isSAM || strings.Contains(ordered.CompactJSON(final), `"Fn::ForEach::`)
}

// known reports whether there is something with a logical id, or will be.
func (c *partChecker) known(id string) bool {
	known, asked := c.there[id]
	if !asked {
		known = c.makes(id)
		c.there[id] = known
	}
	return known
}

func (c *partChecker) makes(id string) bool {
	return slices.Contains(c.ids, id) || c.template.isUnsettled(id) || id == deploymentApplicationID && c.template.facts.application ||
		slices.ContainsFunc(c.final.Section("Resources").Members, func(m ordered.Member) bool { return samMakes(m, id) })
}

// samMakes reports whether SAM makes something with a logical id of a resource. The
// id starts with the resource's own.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
func samMakes(m ordered.Member, id string) bool {
	resource, ok := m.Value.(*ordered.Object)
	rest, starts := strings.CutPrefix(id, m.Key)
	if !ok || !starts {
		return false
	}
	typ := resource.Text("Type")
	if typ != samFunction {
		return strings.HasPrefix(typ, samTypes)
	}
	properties := resource.Section("Properties")
	if _, ok := properties.Get("Role"); !ok && rest == samRole {
		return true
	}
	starting := append(properties.Section("Events").Keys(), samOfFunctions...)
	return slices.ContainsFunc(starting, func(start string) bool { return strings.HasPrefix(rest, start) })
}

const (
	samTypes    = "AWS::Serverless::"
	samFunction = samTypes + "Function"
	samRole     = "Role" // the end of the id of the role that a function has where nobody gives it one
)

// samOfFunctions are the starts of what SAM adds to a function's id, beside the
// names of its events.
var samOfFunctions = []string{"Alias", "DeploymentGroup", "EventInvokeConfig", "URL", "Url", "Version"}
