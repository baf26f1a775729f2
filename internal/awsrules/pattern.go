package awsrules

import (
	"reflect"
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
)

// pattern reports what AWS would refuse of a pattern, which is called what.
func (p place) pattern(l *eventpattern.Language, what string, pattern app.Pattern) {
	for _, problem := range eventpattern.Check(l, pattern) {
		p.fail("%s", problem.Of(what))
	}
}

// maxFilters is how many filters there can be. AWS raises it, up to ten, for who asks.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
const maxFilters = 5

// filters checks the patterns of Filter.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventsourcemapping-filtercriteria.html
func (p place) filters(kind app.FunctionKind, patterns []app.Pattern) {
	if n := len(patterns); n > maxFilters {
		p.fail("there are %d filters: Lambda takes at most %d", n, maxFilters)
	}
	for i, pattern := range patterns {
		what := eventpattern.FilterName(i, len(patterns))
		p.pattern(eventpattern.Lambda(kind), what, pattern)
		if first := slices.IndexFunc(patterns, func(other app.Pattern) bool { return reflect.DeepEqual(pattern, other) }); first < i {
			p.fail("%s is the same as filter %d: CloudFormation takes each once", what, first+1)
		}
	}
}
