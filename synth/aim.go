package synth

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/awsrules"
	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// aim is what is known, before a deployment, of the ARN of something to send to.
type aim struct {
	services []string // of one of which it is; an empty one: it can be any
	problem  string   // why it is wrong, after its key; empty: it isn't
}

// aimFinder finds out what an ARN of the configuration is about: what it says itself, or
// the type of the resource that it is of.
type aimFinder struct {
	typeOf func(id string) string
	isFIFO func(id string) bool
	config.AsyncTarget
}

func (f aimFinder) find(content any) aim {
	if fn, ok := content.(map[string]any); ok {
		if cases, ok := fn["Fn::If"].([]any); ok && len(cases) == 3 {
			return f.either(cases[1], cases[2])
		}
		if fn["Ref"] == noValue {
			return aim{problem: "can be left out by AWS::NoValue, but the role has to allow what it names: name something in each case"}
		}
		return f.of(standin.Of(content, f.typeOf))
	}
	text, _ := content.(string)
	return f.of(standin.OfExpression(text))
}

// either joins what is known of two values, of which a condition takes one.
func (f aimFinder) either(a, b any) aim {
	first, second := f.find(a), f.find(b)
	if first.problem == "" {
		first.problem = second.problem
	}
	first.services = append(first.services, second.services...)
	return first
}

// of looks at a value that is no choice.
func (f aimFinder) of(v standin.Value) aim {
	v.FIFO = f.isFIFO(v.ID())
	text := v.Text()
	arn, isName := v.ARN()
	service := serviceOf(text)
	switch {
	case isName:
		return aim{problem: fmt.Sprintf("is %s, which is the name or the URL of what has the ARN %s: give that", standin.Readable(v.Content), standin.Readable(arn.Content))}
	case v.HasForm() && v.Kind != standin.ARN:
		return aim{problem: fmt.Sprintf("is %s, which is no ARN: %s", standin.Readable(v.Content), awsrules.TargetProblem("", f.Services...))}
	case v.HasForm():
		if problem := awsrules.TargetProblem(text, f.Services...); problem != "" {
			return aim{problem: fmt.Sprintf("is %s: %s", standin.Readable(v.Content), problem)}
		}
	default:
		service = serviceOf(standin.Shape(v.Content, f.typeOf))
		if text, ok := v.Content.(string); ok && service == "" {
			service = serviceOf(text) // of a type of Terraform's whose attributes aren't known
		}
		if service != "" && !slices.Contains(f.Services, service) {
			return aim{problem: fmt.Sprintf("is %s: %s", standin.Readable(v.Content), awsrules.TargetProblem("", f.Services...))}
		}
	}
	return aim{services: []string{service}}
}

// typeOf returns the type of a resource that is merged into the template, or of a
// function of the app's own; "": it isn't known.
func (b *builder) typeOf(id string) string {
	if b.Merge != nil {
		if typ := b.Merge.TypeOf(id); typ != "" {
			return typ
		}
	}
	switch name := functionWith(id, b.Model.FunctionNames()); {
	case name == "":
		return ""
	case isAliasID(id):
		return "AWS::Lambda::Alias"
	}
	return functionType.Type()
}

// isFIFO reports whether what is merged into the template has a FIFO queue or topic with
// a logical id.
func (b *builder) isFIFO(id string) bool { return b.Merge != nil && id != "" && b.Merge.IsFIFO(id) }

// FunctionsIn returns the functions of an app, of those with some names, that a value of
// the configuration refers to: by their logical ids, or in an expression of Terraform's.
func FunctionsIn(v config.Value, names []string) []string {
	var found []string
	if fn, err := cfn.FromConfig(v.Intrinsic); err == nil {
		cfn.EachReference(fn, func(r cfn.Reference) {
			if name := functionWith(r.ID(), names); name != "" {
				found = append(found, name)
			}
		})
	}
	for _, match := range tfFunctions().FindAllStringSubmatch(v.Text, -1) {
		if slices.Contains(names, match[1]) {
			found = append(found, match[1])
		}
	}
	return found
}

// tfFunctions matches the functions that an expression of Terraform's refers to.
var tfFunctions = lazyregexp.New(`aws_lambda_(?:function|alias)\.([A-Za-z_][A-Za-z0-9_-]*)`)

// Ends of the logical ids of aliases, the second one in SAM's references alone.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
const (
	aliasID  = "Alias" + config.LiveAlias
	samAlias = ".Alias"
)

func isAliasID(id string) bool {
	return strings.HasSuffix(id, aliasID) || strings.HasSuffix(id, samAlias)
}

// functionWith returns the function that has a logical id, or whose alias has it, of those
// with some names; "": there is none.
func functionWith(id string, names []string) string {
	id = strings.TrimSuffix(strings.TrimSuffix(id, aliasID), samAlias)
	for _, name := range names {
		if own, err := functionLogicalID(name); err == nil && own == id {
			return name
		}
	}
	return ""
}
