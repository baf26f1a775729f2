package arn

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// form makes the ARNs of a resource from what names it; nil if that doesn't tell.
type form func(m *Maker, t Target, value Resource) []Resource

// forms has the types of resources whose ARN isn't just a fixed text and the name, or
// is named by more than that, each with its service. All others have the form that
// AWS's lists say.
var forms = map[string]form{
	"iam:role": givenARN, "sts:role": givenARN, "dynamodb:stream": givenARN, "dynamodb:backup": givenARN,
	"sns:topic":             namedOr(givenARN, "sns", "", "Name"),
	"states:statemachine":   namedOr(givenARN, "states", "stateMachine:", "Name"),
	"kms:alias":             func(m *Maker, _ Target, v Resource) []Resource { return []Resource{m.named("kms", "", v)} },
	"kms:key":               key,
	"sqs:queue":             queue,
	"s3:bucket":             bucket,
	"s3:object":             object,
	"s3express:bucket":      directory("bucket/"),
	"s3express:accesspoint": directory("accesspoint/"),
	"secretsmanager:secret": secret,
	"ssm:parameter":         parameter,
	"lambda:function":       function,
	"lambda:function alias": alias,
	"logs:log-group":        logs, "logs:log-stream": logs,
	"logs:destination":                namedOr(destination, "logs", "destination:", "DestinationName"),
	"dynamodb:table":                  table,
	"dynamodb:index":                  index,
	"events:rule-on-custom-event-bus": rule, "events:rule-on-default-event-bus": rule,
}

// form returns the ARNs of a type of resource; nil if the value doesn't tell.
func (m *Maker) form(t Target, typ string, value Resource) []Resource {
	if f := forms[typ]; f != nil {
		return f(m, t, value)
	}
	service, before, ok := sdk.ARNForm(typ)
	if !ok {
		return nil
	}
	return []Resource{m.named(service, before, value)}
}

// givenARN is the form of what the SDK takes an ARN for, so that an intrinsic is one.
func givenARN(_ *Maker, _ Target, value Resource) []Resource {
	if value.isARN() || value[0].Kind == Value {
		return []Resource{value}
	}
	return nil
}

// namedOr is a form for what inputs name by its ARN, but for one field, which has the
// name alone.
func namedOr(given form, service, before, field string) form {
	return func(m *Maker, t Target, value Resource) []Resource {
		if t.Field == field {
			return []Resource{m.named(service, before, value)}
		}
		return given(m, t, value)
	}
}

// rule makes the ARN of a rule, named BUS/RULE. The bus can be named by its ARN, and that
// of the default bus isn't in the ARNs of rules.
func rule(m *Maker, _ Target, value Resource) []Resource {
	const of, rules, byDefault = ":event-bus/", ":rule/", "default/"
	first := value[0]
	switch bus := first.Text; {
	case first.Kind == Value && (Resource{first}).isARN():
		return nil // it can't be taken apart
	case strings.HasPrefix(bus, "*/"):
		name := Resource{text(strings.TrimPrefix(bus, "*/"))}.with(value[1:]...)
		return []Resource{m.named("events", "rule/", name), m.named("events", "rule/*/", name)}
	case strings.HasPrefix(bus, byDefault):
		return []Resource{m.named("events", "rule/", Resource{text(strings.TrimPrefix(bus, byDefault))}.with(value[1:]...))}
	case !value.isARN():
		return []Resource{m.named("events", "rule/", value)}
	}
	given := slices.Clone(value)
	for i, p := range given {
		given[i].Text = strings.Replace(strings.Replace(p.Text, of+byDefault, rules, 1), of, rules, 1)
	}
	return []Resource{given}
}

// key makes the ARN of a key: by its alias that of any key, since no policy can name
// one by that; see conditions.
func key(m *Maker, _ Target, value Resource) []Resource {
	switch before, alias := keyAlias(value); {
	case before != nil:
		return []Resource{join(before.with(text("key/*")))}
	case alias != nil:
		return []Resource{m.here("kms", "key/*")}
	case value.isARN():
		return []Resource{value}
	case value[0].Kind == Text && !startsAlias(value):
		return []Resource{m.named("kms", "key/", value)}
	}
	if _, attribute := getAtt(value.intrinsic()["Fn::GetAtt"]); attribute == "KeyId" {
		return []Resource{m.named("kms", "key/", value)}
	}
	return nil // an id, an alias or an ARN
}

// aliasPrefix starts the names of aliases of keys.
const aliasPrefix = "alias/"

// startsAlias reports whether a value whose end isn't known could be an alias.
func startsAlias(value Resource) bool {
	start, isPattern := strings.CutSuffix(value[0].Text, "*")
	return (isPattern || len(value) > 1) && strings.HasPrefix(aliasPrefix, start)
}

// keyAlias returns the alias that a value is: its name, and of an ARN what stands
// before that. It is nil if the value is something else.
func keyAlias(value Resource) (before, alias Resource) {
	if value[0].Kind == Text && strings.HasPrefix(value[0].Text, aliasPrefix) {
		return nil, value
	}
	if !value.isARN() {
		return nil, nil
	}
	for i, p := range value {
		if start, name, ok := strings.Cut(p.Text, ":"+aliasPrefix); ok && p.Kind == Text {
			alias = append(Resource{text(aliasPrefix + name)}, value[i+1:]...)
			return value[:i:i].with(text(start + ":")), alias
		}
	}
	return nil, nil
}

// logs makes the ARNs of a log group and of what is in it. An ARN can end in :* itself.
func logs(m *Maker, _ Target, value Resource) []Resource {
	if last := len(value) - 1; value.isARN() && strings.HasSuffix(value[last].Text, ":*") {
		value = value[:last:last].with(text(strings.TrimSuffix(value[last].Text, ":*")))
	}
	return suffixed(m.named("logs", "log-group:", value), "", ":*")
}

// destination is the form of where a log group's subscription leads. What is of another
// service is no resource of CloudWatch Logs.
func destination(m *Maker, t Target, value Resource) []Resource {
	if given, ok := value.plain(); ok && strings.Count(given, ":") > 2 && strings.Split(given, ":")[2] != "logs" {
		return []Resource{}
	}
	return givenARN(m, t, value)
}

// queue makes the ARN of a queue of its URL, or of its name.
func queue(m *Maker, _ Target, value Resource) []Resource {
	if value.isARN() {
		return []Resource{value}
	}
	if len(value) > 1 || value[0].Kind == Text {
		return []Resource{m.queueURL(value)}
	}
	v, intrinsic := value[0].Value, value.intrinsic()
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

// bucket makes the ARN of a bucket.
func bucket(_ *Maker, t Target, value Resource) []Resource {
	if arn := bucketARN(t, value); arn != nil {
		return []Resource{arn}
	}
	return nil
}

// object makes the ARN of all objects in a bucket, or behind an access point.
func object(_ *Maker, t Target, value Resource) []Resource {
	arn := bucketARN(t, value)
	if arn == nil {
		return nil
	}
	if s, _ := arn.plain(); strings.Contains(s, ":accesspoint/") {
		return suffixed(arn, "/object/*")
	}
	return suffixed(arn, "/*")
}

// bucketARN returns the ARN of a bucket, nil if the value doesn't tell.
func bucketARN(t Target, value Resource) Resource {
	if value = bucketName(t, value); value == nil || value.isARN() {
		return value
	}
	return join(Resource{text("arn:"), {Kind: Partition}, text(":s3:::")}.with(value...))
}

// directory is the form of a directory bucket, or of an access point of one.
func directory(before string) form {
	return func(m *Maker, t Target, value Resource) []Resource {
		if value = bucketName(t, value); value == nil {
			return nil
		}
		return []Resource{m.named("s3express", before, value)}
	}
}

// copySource is the field that has the bucket and the key of what is copied.
const copySource = "CopySource"

// bucketName returns the name or the ARN of a bucket, nil if the value doesn't tell.
func bucketName(t Target, value Resource) Resource {
	switch {
	case t.Field == copySource:
		return sourceBucket(value)
	case value.isURI():
		return uriBucket(value)
	case isPlace(t.Field) && !value.isARN():
		return nil
	}
	return value
}

// s3Scheme starts the URIs of buckets and objects.
const s3Scheme = "s3://"

// isPlace reports whether a field is for a URI, by its name, and not for a bucket.
func isPlace(field string) bool {
	return slices.ContainsFunc([]string{"uri", "url", "location", "path", "paths"}, func(end string) bool { return strings.HasSuffix(strings.ToLower(field), end) })
}

// isURI reports whether a value starts as a URI of S3's.
func (r Resource) isURI() bool {
	return len(r) > 0 && r[0].Kind == Text && strings.HasPrefix(r[0].Text, s3Scheme)
}

// uriBucket returns the bucket of s3://bucket/key, nil if there is none.
func uriBucket(uri Resource) Resource {
	rest := uri[1:]
	if first := strings.TrimPrefix(uri[0].Text, s3Scheme); first != "" {
		rest = append(Resource{text(first)}, rest...)
	}
	if rest = rest.cut("/", 0); rest.String() == "" {
		return nil
	}
	return rest
}

// sourceBucket returns the bucket of what CopySource says: bucket/key, or the ARN of an
// access point with /object/key. It is nil if the value doesn't tell.
func sourceBucket(value Resource) Resource {
	switch {
	case len(value) == 0:
		return nil
	case value.isARN():
		if point := value.cut("/object/", 0); point.String() != value.String() {
			return point
		}
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
func secret(m *Maker, t Target, value Resource) []Resource {
	if t.Service == "ssm" {
		if value = referredSecret(value); value == nil {
			return []Resource{m.here("secretsmanager", "secret:*")}
		}
	}
	if value.isARN() {
		if value[0].Kind == Text {
			return suffixed(value, "", "-??????")
		}
		return []Resource{value}
	}
	if value[0].Kind == Value {
		return nil // a name or an ARN
	}
	return suffixed(m.named("secretsmanager", "secret:", value), "-??????")
}

// referredSecret returns the name of the secret that a parameter stands for; nil if
// there isn't all of it.
func referredSecret(parameter Resource) Resource {
	start, ok := strings.CutPrefix(parameter[0].Text, secretReference)
	if !ok {
		return nil
	}
	name := Resource{text(start)}.with(parameter[1:]...).cut(":", 0) // without the version
	if start == "" {
		name = name[1:]
	}
	if len(name) == 0 || name[0].Kind != Text {
		return nil
	}
	return name
}

// parameter makes the ARNs of a parameter, or of all those below a path.
func parameter(m *Maker, t Target, value Resource) []Resource {
	suffixes := []string{""}
	if t.Field == "Path" {
		suffixes = []string{"", "/*"}
	}
	if value.isARN() {
		return suffixed(withoutVersion(value), suffixes...)
	}
	if value = value.cut(":", 0); value[0].Kind != Text {
		// Names can start with a slash, which the ARN doesn't repeat.
		return append(suffixed(m.named("ssm", "parameter", value), suffixes...), suffixed(m.named("ssm", "parameter/", value), suffixes...)...)
	}
	name := trimmed(value)
	if len(name) == 0 {
		return []Resource{m.here("ssm", "parameter/*")}
	}
	full := t.Name.parts()
	if t.Field == "Path" {
		full = join(full.with(text("/")))
	}
	var all []Resource
	surely, perhaps := starts(full, publicParameters)
	if !surely {
		all = suffixed(join(m.here("ssm", "parameter/").with(name...)), suffixes...)
	}
	if perhaps {
		all = append(all, suffixed(join(m.public("ssm", ":parameter/").with(name...)), suffixes...)...)
	}
	return all
}

// publicParameters starts the names of parameters that AWS has for everyone, and that
// belong to no account.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
const publicParameters = "/aws/service/"

// trimmed returns a text without the slashes around it.
func trimmed(value Resource) Resource {
	name := slices.Clone(value)
	first, last := &name[0], &name[len(name)-1]
	first.Text = strings.TrimLeft(first.Text, "/")
	last.Text = strings.TrimRight(last.Text, "/")
	return slices.DeleteFunc(name, func(p ResourcePart) bool { return p.Kind == Text && p.Text == "" })
}

// withoutVersion returns the ARN of a parameter without the version or the label behind
// it: six parts of an ARN have colons between them.
func withoutVersion(arn Resource) Resource {
	if arn[0].Kind != Text {
		return arn.cut(":", 0)
	}
	return arn.cut(":", 5)
}

// function makes the ARN of a function.
func function(m *Maker, _ Target, value Resource) []Resource {
	if arn := functionARN(m, value); arn != nil {
		return []Resource{arn}
	}
	return nil
}

// alias makes the ARN of all aliases and versions of a function.
func alias(m *Maker, _ Target, value Resource) []Resource {
	if arn := functionARN(m, value); arn != nil {
		return suffixed(arn, ":*")
	}
	return nil
}

// functionARN returns the ARN of a function, nil if the value doesn't tell: besides a
// name and an ARN it can be ACCOUNT:function:NAME.
func functionARN(m *Maker, value Resource) Resource {
	if s, ok := value.plain(); ok && !value.isARN() && strings.Contains(s, ":") {
		account, rest, _ := strings.Cut(s, ":")
		switch function, isFunction := strings.CutPrefix(rest, "function:"); {
		case isFunction && strings.Trim(account, "0123456789") == "":
			return join(m.public("lambda", account+":function:"+function))
		case strings.Contains(rest, ":") || strings.Trim(account, "0123456789") == "":
			return nil
		}
	}
	return m.named("lambda", "function:", value)
}
