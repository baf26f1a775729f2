package synth

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// Target is where an app is deployed to. Only an OpenAPI document that is too
// large for its template has to know.
type Target struct {
	Region    string // such as eu-central-1
	AccountID string // 12 digits
}

var (
	regionName = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-[0-9]+$`)
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
)

// Check refuses what is no region or no account's id. Either can be left out.
func (t Target) Check() error {
	var problems []error
	if t.Region != "" && !regionName.MatchString(t.Region) {
		problems = append(problems, fmt.Errorf("%q is no region: it has to be one like eu-central-1", t.Region))
	}
	if t.AccountID != "" && !accountID.MatchString(t.AccountID) {
		problems = append(problems, fmt.Errorf("%q is no id of an AWS account: it has to be of 12 digits", t.AccountID))
	}
	return errors.Join(problems...)
}

// partitions are AWS's by the start of their regions' names, but for the one
// that has all others.
var partitions = []struct{ prefix, partition, suffix string }{
	{"cn-", "aws-cn", "amazonaws.com.cn"},
	{"us-gov-", "aws-us-gov", "amazonaws.com"},
	{"us-iso-", "aws-iso", "c2s.ic.gov"},
	{"us-isob-", "aws-iso-b", "sc2s.sgov.gov"},
	{"eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"},
	{"us-isof-", "aws-iso-f", "csp.hci.ic.gov"},
	{"eusc-", "aws-eusc", "amazonaws.eu"},
}

func (t Target) partition() (partition, suffix string) {
	for _, p := range partitions {
		if strings.HasPrefix(t.Region, p.prefix) {
			return p.partition, p.suffix
		}
	}
	return "aws", "amazonaws.com"
}

// pseudo returns the value of a pseudo parameter.
func (t Target) pseudo(name string) (value string, known bool) {
	partition, suffix := t.partition()
	switch name {
	case "AWS::Region":
		return t.Region, true
	case "AWS::AccountId":
		return t.AccountID, true
	case "AWS::Partition":
		return partition, true
	case "AWS::URLSuffix":
		return suffix, true
	}
	return "", false
}

// document says where a template has the OpenAPI document of the API in front of the
// routes, and what changes if the document becomes a file of its own.
type document struct {
	kind   string // of the API: "REST API", "HTTP API"
	api    string // logical id of the resource that has it
	inline string // its property with the document
	file   string // its property with the document's place
	stage  string // logical id of the resource with the stage's variables; empty: api
	// variables is that resource's property with them.
	variables string
	// onlyInline is a property of the API's that there can't be without the document;
	// empty: none.
	onlyInline string
}

// OpenAPI returns the OpenAPI document of the REST or HTTP API as the template has it,
// with intrinsic functions and all that was merged into it, as JSON on one line; nil if
// the app has neither. It is an error if the template isn't one that CloudFormation
// would take, or names another place for the document.
func (t *Template) OpenAPI() ([]byte, error) {
	content, err := t.content()
	if err != nil || t.facts == nil || t.facts.document == nil {
		return nil, err
	}
	d := t.facts.document
	definition, ok := content.Section("Resources").Section(d.api).Section("Properties").Get(d.inline)
	if !ok {
		return nil, fmt.Errorf("%s has no %s: what is merged into the template puts it somewhere else", d.api, d.inline)
	}
	return ordered.AppendCompactJSON(nil, definition), nil
}

// literal returns the document of a template as it is in a file, and the
// variables that it needs of the API's stage. In a file nothing resolves
// intrinsic functions, and API Gateway wants an ARN in which all but the
// function's name is literal; so the region and the account are written into
// the document, and the names are variables.
func (d *document) literal(template *ordered.Object, target Target) (definition, variables *ordered.Object, err error) {
	resources := template.Section("Resources")
	l := literals{target: target, resources: resources, variables: &ordered.Object{}}
	l.taken = resources.Section(cmp.Or(d.stage, d.api)).Section("Properties").Section(d.variables)
	inline, _ := resources.Section(d.api).Section("Properties").Get(d.inline)
	definition, ok := l.value("", inline).(*ordered.Object)
	if !ok && len(l.problems) == 0 {
		l.problems = []error{fmt.Errorf("%s has no %s that could become a file", d.api, d.inline)}
	}
	if err := errors.Join(l.problems...); err != nil {
		return nil, nil, err
	}
	return definition, l.variables, nil
}

// lift takes the document, which is to be found at a location, out of a template.
func (d *document) lift(template *ordered.Object, target Target, variables *ordered.Object, location any) *ordered.Object {
	stage := ordered.New("Properties", ordered.New(d.variables, variables))
	resources := ordered.Merged(template.Section("Resources"), ordered.New(cmp.Or(d.stage, d.api), stage))
	resources.Set(d.api, replaceProperty(resources.Section(d.api), d.inline, d.file, location, d.onlyInline))
	changed := ordered.Merged(template, target.rules())
	changed.Set("Resources", resources)
	return changed
}

// replaceProperty returns a resource with another property in place of one, and without
// a third.
func replaceProperty(resource *ordered.Object, old, property string, value any, without string) *ordered.Object {
	properties := &ordered.Object{}
	for _, m := range resource.Section("Properties").Members {
		switch m.Key {
		case without:
			continue
		case old:
			m = ordered.Member{Key: property, Value: value}
		}
		properties.Add(m.Key, m.Value)
	}
	changed := resource.Clone()
	changed.Set("Properties", properties)
	return changed
}

// rules has CloudFormation refuse another region and another account than
// those that the document names.
func (t Target) rules() *ordered.Object {
	same := func(parameter, value string) *ordered.Object {
		return ordered.New(
			"Assert", ordered.New("Fn::Contains", []any{[]any{value}, cfn.Ref(parameter)}),
			"AssertDescription", fmt.Sprintf("The API's document was made for %s %s; package the app for the place that it is deployed to", parameter, value),
		)
	}
	return ordered.New("Rules", ordered.New("DocumentTarget", ordered.New("Assertions", []any{
		same("AWS::Region", t.Region),
		same("AWS::AccountId", t.AccountID),
	})))
}

// functionTypes are those of functions, with SAM and without.
var functionTypes = []string{"AWS::Serverless::Function", "AWS::Lambda::Function"}

// literals resolves the intrinsic functions of a document.
type literals struct {
	target    Target
	resources *ordered.Object // of the template
	variables *ordered.Object // of the API's stage: the functions' names
	taken     *ordered.Object // variables that the stage has already
	problems  []error
}

func (l *literals) fail(path, format string, args ...any) {
	l.problems = append(l.problems, fmt.Errorf("the API's document, too large for its template, becomes a file, where %s %s",
		path, fmt.Sprintf(format, args...)))
}

func (l *literals) value(path string, v any) any {
	switch v := v.(type) {
	case string:
		if token := standin.Token().FindString(v); token != "" {
			l.fail(path, "holds the token %s, which nothing resolves there: give plain text, or use fewer routes", token)
		}
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = l.value(path, element)
		}
		return list
	case *ordered.Object:
		if len(v.Members) == 1 {
			if m := v.Members[0]; m.Key == "Ref" || strings.HasPrefix(m.Key, "Fn::") {
				return l.intrinsic(path, m)
			}
		}
		o := &ordered.Object{Members: make([]ordered.Member, len(v.Members))}
		for i, m := range v.Members {
			o.Members[i] = ordered.Member{Key: m.Key, Value: l.value(path+"/"+m.Key, m.Value)}
		}
		return o
	}
	return v
}

func (l *literals) intrinsic(path string, m ordered.Member) any {
	if r, ok := cfn.ReferenceOf(m); ok {
		return l.reference(path, r)
	}
	text, ok := m.Value.(string)
	if m.Key != "Fn::Sub" || !ok {
		l.fail(path, "holds %s, which nothing resolves there", m.Key)
		return nil
	}
	text = cfn.Variable.ReplaceAllStringFunc(text, func(match string) string {
		var r cfn.Reference
		r.Name, r.Attribute, _ = strings.Cut(match[len("${"):len(match)-len("}")], ".")
		return l.reference(path, r)
	})
	return strings.ReplaceAll(text, "${!", "${")
}

// reference returns the text for a reference: a function's ARN, or a fact about
// the target.
func (l *literals) reference(path string, r cfn.Reference) string {
	if value, ok := l.target.pseudo(r.Text()); ok {
		return value
	}
	if typ := l.resources.Section(r.Name).Text("Type"); r.Attribute != "Arn" || !slices.Contains(functionTypes, typ) {
		l.fail(path, "refers to %s, which is not known there: give plain text, or use fewer routes", r.Text())
		return ""
	}
	_, known := l.variables.Get(r.Name)
	if _, taken := l.taken.Get(r.Name); taken && !known { // else it is reported
		l.fail(path, "needs the stage variable %s, which stage_variables has already: give that another name", r.Name)
	}
	l.variables.Set(r.Name, cfn.Ref(r.Name))
	partition, _ := l.target.partition()
	return "arn:" + partition + ":lambda:" + l.target.Region + ":" + l.target.AccountID + ":function:${stageVariables." + r.Name + "}"
}
