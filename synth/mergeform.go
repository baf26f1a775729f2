package synth

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/ordered"
)

// freeSections are those that can be something else than an object.
var freeSections = []string{"AWSTemplateFormatVersion", "Description", "Transform"}

// namedSections are those whose entries others refer to by a logical id.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
var namedSections = []string{"Parameters", "Mappings", conditionsSection, "Resources", "Outputs"}

var (
	logicalID    = lazyregexp.New(`^[A-Za-z0-9]{1,255}$`)
	resourceType = lazyregexp.New(`^[A-Za-z0-9]+(::[A-Za-z0-9_@-]+)+$`) // also of extensions and modules
)

// required is what an entry of a section can't be without.
var required = map[string]string{"Parameters": "Type", "Outputs": "Value"}

// forms checks that the sections and what is in them have the form of their kind.
func (c *partChecker) forms(part *ordered.Object) {
	for _, m := range part.Members {
		o, ok := m.Value.(*ordered.Object)
		switch {
		case !slices.Contains(templateSections, m.Key) || slices.Contains(freeSections, m.Key):
		case m.Value == nil: // a mistake anywhere
		case !ok:
			c.fail([]string{m.Key}, "is %s, but this section is an object", ordered.KindName(m.Value))
		case slices.Contains(namedSections, m.Key):
			c.named(m.Key, o)
		}
	}
}

// named checks the entries of a section, and their names.
func (c *partChecker) named(section string, entries *ordered.Object) {
	for _, m := range entries.Members {
		path := []string{section, m.Key}
		switch _, ok := m.Value.(*ordered.Object); {
		case strings.HasPrefix(m.Key, "Fn::") || m.Value == nil:
			continue
		case !logicalID.MatchString(m.Key):
			c.fail(path, "is no logical id: there it takes letters and digits, 255 at most")
		case !ok && section != "Resources":
			c.fail(path, "is %s, but has to be an object", ordered.KindName(m.Value))
			continue
		}
		if key := required[section]; key != "" {
			if _, ok := c.final.Section(section).Section(m.Key).Get(key); !ok {
				c.fail(path, "has no %s", key)
			}
		}
	}
}

// isType reports whether a value can be the type of a resource.
func isType(v any) bool {
	typ, ok := v.(string)
	return ok && resourceType.MatchString(typ)
}

// resourceAttributes are what a resource can have; the last two are SAM's.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-attribute-reference.html
var resourceAttributes = []string{
	"Type", "Properties", "DependsOn", "Condition", "Metadata", "CreationPolicy", "DeletionPolicy", "UpdatePolicy", "UpdateReplacePolicy",
	"Connectors", "IgnoreGlobals",
}

// attributes checks what a resource has beside its properties.
func (c *partChecker) attributes(path []string, resource *ordered.Object) {
	for _, m := range resource.Members {
		path := append(path[:len(path):len(path)], m.Key)
		switch _, isObject := m.Value.(*ordered.Object); {
		case strings.HasPrefix(m.Key, "Fn::"):
		case !slices.Contains(resourceAttributes, m.Key):
			c.fail(path, "is nothing that a resource has%s", c.question(m.Key, resourceAttributes))
		case m.Key == "Properties" && !isObject && m.Value != nil:
			c.fail(path, "is %s, but properties are an object", ordered.KindName(m.Value))
		case m.Key == "DependsOn":
			c.dependsOn(path, m.Value)
		}
	}
}

// dependsOn checks that there is what a resource waits for.
func (c *partChecker) dependsOn(path []string, v any) {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	for _, v := range list {
		id, ok := v.(string)
		switch {
		case v == nil: // a mistake anywhere
		case !ok:
			c.fail(path, "is %s, but takes logical ids of resources", ordered.KindName(v))
		case !c.loops && (!c.known(id) || c.isParameter(id)):
			c.fail(path, "names %s, which is no resource of the template%s", id, c.question(id, c.final.Section("Resources").Keys()))
		}
	}
}

// functionBeside returns the function of an object that has more members. A transform
// and a loop make members of their own.
func functionBeside(o *ordered.Object) string {
	for _, m := range o.Members {
		name, ok := strings.CutPrefix(m.Key, "Fn::")
		if ok && name != "Transform" && slices.Contains(intrinsics, name) {
			return m.Key
		}
	}
	return ""
}

// pseudoParameters are AWS's.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
var pseudoParameters = []string{
	"AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix",
}

// isParameter reports whether a name is that of a parameter.
func (c *partChecker) isParameter(id string) bool {
	return c.final.Section("Parameters").Index(id) >= 0
}
