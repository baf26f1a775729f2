// Package arn turns the names of resources that a program uses into ARNs, and
// ARNs with actions into the statements of a policy.
//
//	Target --Maker.Resources--> Resource --Grant, Statements--> Statement
//
// It works on plain values and knows nothing of programs: a [Name] is what is left
// of a string once it has been followed to where it comes from. A new form of ARN
// is a case in Maker.typed, or an entry of resourceTypes in sdk/data/facts.json
// where the name is all that a form lacks.
package arn

import (
	"cmp"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Maker makes ARNs of the names that a program uses.
type Maker struct {
	AnyRegion bool // the program sets a region, so that resources can be in any
}

// Resources returns the resources that some targets stand for, sorted. Where one
// isn't known, why says the reason.
func (m *Maker) Resources(targets []Target) (resources []Resource, why string) {
	for _, t := range targets {
		made, why := m.arns(t)
		if why != "" {
			return nil, why
		}
		resources = append(resources, made...)
	}
	slices.SortFunc(resources, func(a, b Resource) int { return cmp.Compare(a.String(), b.String()) })
	return slices.CompactFunc(resources, func(a, b Resource) bool { return a.String() == b.String() }), ""
}

// arns returns the resources that a target stands for. Where that isn't known,
// why says the reason.
func (m *Maker) arns(t Target) (resources []Resource, why string) {
	value, why := resolve(t.Name)
	if why != "" {
		return nil, why
	}
	for _, typ := range t.Types {
		made := m.typed(t, typ, value)
		if made == nil {
			return nil, "what " + t.Field + " is doesn't tell an ARN: " + t.Name.String()
		}
		resources = append(resources, made...)
	}
	return resources, ""
}

// resolve returns a name as the part of an ARN.
func resolve(n Name) (value Resource, why string) {
	for _, p := range n {
		switch p.Kind {
		case Constant:
			value = append(value, text(p.Text))
		case Anything:
			value = append(value, text("*"))
		case Configured:
			value = append(value, expand(p.Value)...)
		case Variable:
			return nil, "the environment variable " + p.Text + " isn't configured"
		}
	}
	return join(value), ""
}

// expand returns the parts of a value that is put together by Fn::Sub, as far as
// its text alone tells them.
func expand(v any) []ResourcePart {
	whole := []ResourcePart{{Kind: Value, Value: v}}
	intrinsic, _ := v.(map[string]any)
	rest, ok := intrinsic["Fn::Sub"].(string)
	if !ok {
		return whole
	}
	var parts []ResourcePart
	for {
		before, after, found := strings.Cut(rest, "${")
		if before != "" {
			parts = append(parts, text(before))
		}
		if !found {
			return parts
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || strings.ContainsAny(name, "![ ") { // a literal, or a token of the CDK's
			return whole
		}
		parts = append(parts, referred(name))
		rest = tail
	}
}

// referred is what a name stands for in Fn::Sub.
func referred(name string) ResourcePart {
	for kind, parameter := range pseudo {
		if name == parameter {
			return ResourcePart{Kind: kind}
		}
	}
	if resource, attribute, ok := strings.Cut(name, "."); ok {
		return ResourcePart{Kind: Value, Value: map[string]any{"Fn::GetAtt": []any{resource, attribute}}}
	}
	return ResourcePart{Kind: Value, Value: map[string]any{"Ref": name}}
}

// join makes one part of texts that follow each other.
func join(r Resource) Resource {
	var joined Resource
	for _, p := range r {
		if last := len(joined) - 1; last >= 0 && joined[last].Kind == Text && p.Kind == Text {
			joined[last].Text += p.Text
		} else {
			joined = append(joined, p)
		}
	}
	return joined
}

// isARN reports whether a value is an ARN already: by its text, or by the
// attribute that it is.
func (r Resource) isARN() bool {
	if len(r) == 0 {
		return false
	}
	if r[0].Kind == Text {
		return strings.HasPrefix(r[0].Text, "arn:")
	}
	if len(r) > 1 {
		return false
	}
	if token, ok := r[0].Value.(string); ok {
		return strings.HasPrefix(token, "arn:")
	}
	switch m, _ := r[0].Value.(map[string]any); {
	case m["Fn::GetAtt"] != nil:
		_, attribute := getAtt(m["Fn::GetAtt"])
		return strings.HasSuffix(attribute, "Arn")
	case m["Fn::Sub"] != nil:
		s, _ := m["Fn::Sub"].(string)
		if list, ok := m["Fn::Sub"].([]any); ok && len(list) > 0 {
			s, _ = list[0].(string)
		}
		return strings.HasPrefix(s, "arn:")
	case m["Fn::Join"] != nil:
		list, _ := m["Fn::Join"].([]any)
		if len(list) != 2 {
			return false
		}
		parts, _ := list[1].([]any)
		if len(parts) == 0 {
			return false
		}
		s, _ := parts[0].(string)
		return strings.HasPrefix(s, "arn")
	}
	return false
}

func getAtt(v any) (resource, attribute string) {
	switch v := v.(type) {
	case string:
		resource, attribute, _ = strings.Cut(v, ".")
	case []any:
		if len(v) == 2 {
			resource, _ = v[0].(string)
			attribute, _ = v[1].(string)
		}
	case []string:
		if len(v) == 2 {
			resource, attribute = v[0], v[1]
		}
	}
	return resource, attribute
}

// plain reports whether a value is text alone.
func (r Resource) plain() (string, bool) {
	if len(r) == 1 && r[0].Kind == Text {
		return r[0].Text, true
	}
	return "", false
}

// typed returns the ARNs of a type of resource; nil if the value doesn't tell.
func (m *Maker) typed(t Target, typ string, value Resource) []Resource {
	switch typ {
	case "topic", "statemachine":
		// What the SDK takes here is always an ARN, so an intrinsic gives one.
		if value.isARN() || value[0].Kind == Value {
			return []Resource{value}
		}
		return nil
	case "role", "key":
		if value.isARN() || typ == "role" && value[0].Kind == Value {
			return []Resource{value}
		}
		return nil
	case "queue":
		return m.queue(value)
	case "bucket", "object":
		return m.bucket(t, typ, value)
	case "secret":
		return m.secret(value)
	case "parameter":
		return m.parameter(t, value)
	case "function", "function alias":
		return m.function(typ, value)
	case "log-group", "log-stream":
		return m.suffixed(m.named("logs", "log-group:", value), "", ":*")
	case "index":
		return m.suffixed(m.named("dynamodb", "table/", value), "/index/*")
	case "schedule":
		return []Resource{m.named("scheduler", "schedule/*/", value)}
	}
	service, before, ok := sdk.ARNForm(t.Service, typ)
	if !ok {
		return nil
	}
	return []Resource{m.named(service, before, value)}
}

// here starts an ARN in the stack's own region and account.
func (m *Maker) here(service, rest string) Resource {
	region := ResourcePart{Kind: Region}
	if m.AnyRegion {
		region = text("*")
	}
	return Resource{text("arn:"), {Kind: Partition}, text(":" + service + ":"), region, text(":"), {Kind: AccountID}, text(":" + rest)}
}

// named returns the ARN of a name, or the ARN that the value is already.
func (m *Maker) named(service, before string, value Resource) Resource {
	if value.isARN() {
		return value
	}
	return join(m.here(service, before).with(value...))
}

func (m *Maker) suffixed(r Resource, suffixes ...string) []Resource {
	var all []Resource
	for _, s := range suffixes {
		one := r
		if s != "" {
			one = join(r.with(text(s)))
		}
		all = append(all, one)
	}
	return all
}

// queue makes the ARN of a queue of its URL, or of its name.
func (m *Maker) queue(value Resource) []Resource {
	if value.isARN() {
		return []Resource{value}
	}
	if len(value) > 1 || value[0].Kind == Text {
		return []Resource{m.queueURL(value)}
	}
	v := value[0].Value
	intrinsic, _ := v.(map[string]any)
	if _, attribute := getAtt(intrinsic["Fn::GetAtt"]); attribute == "QueueName" {
		return []Resource{m.here("sqs", "").with(value...)}
	}
	_, attribute := getAtt(intrinsic["Fn::GetAtt"])
	if _, token := v.(string); token || intrinsic["Ref"] != nil || attribute == "QueueUrl" || intrinsic["Fn::ImportValue"] != nil {
		// https://sqs.REGION.amazonaws.com/ACCOUNT/NAME
		name := map[string]any{"Fn::Select": []any{4, map[string]any{"Fn::Split": []any{"/", v}}}}
		return []Resource{m.here("sqs", "").with(ResourcePart{Kind: Value, Value: name})}
	}
	return nil
}

// queueURL makes the ARN of a queue's URL, in the region and account that it
// names, or of its name: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME
func (m *Maker) queueURL(url Resource) Resource {
	segments := url.split("/")
	name := segments[len(segments)-1]
	if len(segments) == 1 {
		return join(m.here("sqs", "").with(name...))
	}
	region, account := Resource{text("*")}, Resource{text("*")}
	if len(segments) == 5 {
		if host := segments[2].split("."); len(host) >= 4 && host[0].String() == "sqs" {
			region = host[1]
		}
		account = segments[3]
	}
	arn := Resource{text("arn:"), {Kind: Partition}, text(":sqs:")}
	return join(slices.Concat(arn, region, Resource{text(":")}, account, Resource{text(":")}, name))
}

// split returns what is between separators in the texts of a resource.
func (r Resource) split(separator string) []Resource {
	all := []Resource{nil}
	for _, p := range r {
		if p.Kind != Text {
			all[len(all)-1] = append(all[len(all)-1], p)
			continue
		}
		for i, s := range strings.Split(p.Text, separator) {
			if i > 0 {
				all = append(all, nil)
			}
			if s != "" {
				all[len(all)-1] = append(all[len(all)-1], text(s))
			}
		}
	}
	return all
}

func (m *Maker) bucket(t Target, typ string, value Resource) []Resource {
	if t.Field == "CopySource" {
		if value = sourceBucket(value); value == nil {
			return nil
		}
	}
	arn := value
	if !value.isARN() {
		arn = join(Resource{text("arn:"), {Kind: Partition}, text(":s3:::")}.with(value...))
	}
	switch s, _ := value.plain(); {
	case typ == "bucket":
		return []Resource{arn}
	case strings.Contains(s, ":accesspoint/"):
		return m.suffixed(arn, "/object/*")
	default:
		return m.suffixed(arn, "/*")
	}
}

// sourceBucket returns the bucket of what CopySource says: bucket/key.
func sourceBucket(value Resource) Resource {
	if value.isARN() {
		return nil
	}
	var bucket Resource
	for i, p := range value {
		if p.Kind == Text {
			s := p.Text
			if i == 0 {
				s = strings.TrimPrefix(s, "/")
			}
			name, _, found := strings.Cut(s, "/")
			if found {
				return bucket.with(text(name))
			}
			p.Text = s
		}
		bucket = append(bucket, p)
	}
	if last := bucket[len(bucket)-1]; last.Kind == Text && strings.HasSuffix(last.Text, "*") {
		return bucket
	}
	return nil
}

// secret makes the ARN of a secret, whose end only AWS knows.
func (m *Maker) secret(value Resource) []Resource {
	if value.isARN() {
		if value[0].Kind == Text {
			return m.suffixed(value, "", "-??????")
		}
		return []Resource{value}
	}
	if value[0].Kind == Value {
		return nil // a name or an ARN
	}
	return m.suffixed(m.named("secretsmanager", "secret:", value), "-??????")
}

// parameter makes the ARNs of a parameter, or of all those below a path.
func (m *Maker) parameter(t Target, value Resource) []Resource {
	suffixes := []string{""}
	if t.Field == "Path" {
		suffixes = []string{"", "/*"}
	}
	switch s, ok := value.plain(); {
	case value.isARN():
		return m.suffixed(value, suffixes...)
	case ok:
		s, _, _ = strings.Cut(strings.Trim(s, "/"), ":") // without the version
		if s == "" {
			return []Resource{m.here("ssm", "parameter/*")}
		}
		return m.suffixed(m.here("ssm", "parameter/"+s), suffixes...)
	case value[0].Kind == Text:
		trimmed := append(Resource{text(strings.TrimPrefix(value[0].Text, "/"))}, value[1:]...)
		return m.suffixed(m.named("ssm", "parameter/", trimmed), suffixes...)
	}
	// Names can start with a slash, which the ARN doesn't repeat.
	return append(m.suffixed(m.named("ssm", "parameter", value), suffixes...), m.suffixed(m.named("ssm", "parameter/", value), suffixes...)...)
}

func (m *Maker) function(typ string, value Resource) []Resource {
	if s, ok := value.plain(); ok && !value.isARN() && strings.Contains(s, ":") {
		name, qualifier, _ := strings.Cut(s, ":")
		if strings.Contains(qualifier, ":") || strings.Trim(name, "0123456789") == "" {
			return nil // ACCOUNT:function:NAME
		}
	}
	arn := m.named("lambda", "function:", value)
	if typ == "function alias" {
		return m.suffixed(arn, ":*")
	}
	return []Resource{arn}
}
