package synth

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/eventpattern"
	"github.com/chalice-go/chalice/internal/standin"
)

// sending is what Lambda sends about asynchronous invocations of a function.
type sending struct {
	from *function
	to   asyncTarget
}

// asyncLoops reports what is sent about the invocations of a function so that it invokes
// the function again, perhaps by way of others, and so forth. Who means that allows loops.
func (b *builder) asyncLoops() {
	next := map[string][]string{}
	all := b.sent()
	for _, s := range all {
		next[s.from.Name] = append(next[s.from.Name], s.to.functions...)
	}
	for _, s := range all {
		name := s.from.Name
		if b.Stage.Function(name).RecursiveLoop == config.AllowLoops {
			continue
		}
		if source := b.feeds(s); source != "" {
			b.fail(s.to.Value.Mistake("sends what becomes of %s to the %s that it gets its events from"+loops, name, source))
		}
		own := maps.Clone(next)
		own[name] = s.to.functions
		if way, ok := wayBack(name, own); ok {
			b.fail(s.to.Value.Mistake("sends what becomes of %s back to it%s"+loops, name, through(way)))
		}
	}
}

const loops = `, so that it would go on for ever: send it elsewhere, or allow that with "recursive_loop": "allow"`

// sent lists all that Lambda sends.
func (b *builder) sent() []sending {
	var all []sending
	for _, r := range b.resources {
		switch r := r.(type) {
		case *function:
			if r.DeadLetters != nil {
				all = append(all, sending{r, *r.DeadLetters})
			}
		case *eventInvokes:
			for _, t := range r.targets() {
				all = append(all, sending{r.Function, *t.asyncTarget})
			}
		}
	}
	return all
}

// feeds says to which source of the function's own events something is sent; "": to none,
// as far as is known.
func (b *builder) feeds(s sending) string {
	i := slices.IndexFunc(b.Model.Functions, func(f app.FunctionModel) bool { return f.FunctionName() == s.from.Name })
	if i < 0 {
		return ""
	}
	switch f := b.Model.Functions[i]; {
	case f.SNS != nil && f.SNS.FilterPolicy == nil && b.isSame(f.SNS.Topic, s.to.Value):
		return "topic"
	case f.S3 != nil && takesRecords(f) && b.isSame(f.S3.Bucket, s.to.Value):
		return "bucket"
	case f.CloudWatch != nil && matchesRecords(f.CloudWatch.Pattern, s.to.Key) && b.isSame(cmp.Or(f.CloudWatch.Bus, "default"), s.to.Value):
		return "event bus"
	}
	return ""
}

// isSame reports whether an ARN is that of a source of events, which can be given by its
// name. Both can be known only when the app is deployed.
func (b *builder) isSame(source string, arn config.Value) bool {
	switch content := b.StandIns[source].(type) {
	case map[string]any:
		id := standin.ID(content)
		return id != "" && id == standin.ID(arn.Intrinsic)
	case string:
		source = content
	}
	if arn.Text == "" {
		return false
	}
	return source == arn.Text || !strings.HasPrefix(source, "arn:") && awaited{source: arn.Text}.literal() == source
}

// takesRecords reports whether a bucket's function gets an object with a record.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
func takesRecords(f app.FunctionModel) bool {
	if len(f.S3.Events) > 0 && !slices.ContainsFunc(f.S3.Events, func(event string) bool { return strings.HasPrefix(event, "s3:ObjectCreated:") }) {
		return false
	}
	filters := f.S3.KeyFilters
	if len(filters) == 0 || f.S3.Prefix+f.S3.Suffix != "" {
		filters = append(slices.Clip(filters), app.KeyFilterModel{Prefix: f.S3.Prefix, Suffix: f.S3.Suffix})
	}
	key := fmt.Sprintf("aws/lambda/async/%s/", f.Name)
	return slices.ContainsFunc(filters, func(k app.KeyFilterModel) bool { return strings.HasPrefix(key, k.Prefix) && k.Suffix == "" })
}

// matchesRecords reports whether a pattern lets the record of an invocation pass that
// goes to a bus.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
func matchesRecords(pattern app.Pattern, key string) bool {
	matcher, err := eventpattern.Compile(eventpattern.EventBridge, pattern)
	if err != nil {
		return false // which is reported
	}
	outcome := "Success"
	if key != config.OnSuccessKey {
		outcome = "Failure"
	}
	return matcher.Match(fmt.Appendf(nil, `{"source":"lambda","detail-type":"Lambda Function Invocation Result - %s"}`, outcome))
}
