package review_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/review"
)

// rowLines returns rows as lines, each followed by its properties.
func rowLines(rows []review.Row) []string {
	var lines []string
	for _, r := range rows {
		line := string(r.Action) + " " + strings.Join(append(r.Stack, r.LogicalID), "/")
		for _, word := range []struct {
			is   bool
			text string
		}{{r.Maybe, " maybe"}, {r.Kept, " kept"}, {r.Superseded, " superseded"}, {r.Publishes != "", " publishes " + r.Publishes}} {
			if word.is {
				line += word.text
			}
		}
		if r.Moved {
			line += " from " + "/" + strings.Join(r.MovedFrom, "/")
		}
		lines = append(lines, line)
		for _, p := range r.Properties {
			line := fmt.Sprintf("  %s: %s -> %s", p.Path, p.Before, p.After)
			if p.Replaces {
				line += " replaces"
			}
			if p.Indirect {
				line += " indirectly"
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func TestRows(t *testing.T) {
	for name, tc := range map[string]struct {
		before, after string
		want          []string
	}{
		"nothing": {function, function, nil},
		"added and removed": {
			"A: {Type: AWS::SQS::Queue}\nB: {Type: AWS::SNS::Topic, DeletionPolicy: Retain}", "C: {Type: AWS::SQS::Queue}",
			[]string{"added C", "removed A", "removed B kept"},
		},
		"values": {
			"F: {Type: AWS::Lambda::Function, Properties: {Timeout: 60, MemorySize: 128, Environment: {Variables: {A: a, B: b}}}}",
			"F: {Type: AWS::Lambda::Function, Properties: {Timeout: 30, MemorySize: '128', Environment: {Variables: {B: '', C: c}}, Layers: [x]}}",
			[]string{
				"changed F", "  Environment.Variables.A: a -> ", `  Environment.Variables.B: b -> ""`, "  Environment.Variables.C:  -> c",
				`  Layers:  -> ["x"]`, "  Timeout: 60 -> 30",
			},
		},
		"references": {
			"S: {Type: AWS::SNS::Subscription, Properties: {FilterPolicy: !Sub 'x-${A}-${B.Arn}', RawMessageDelivery: !GetAtt A.X}}",
			"S: {Type: AWS::SNS::Subscription, Properties: {FilterPolicy: !Join ['-', [x, !Ref C, !GetAtt B.Arn]], RawMessageDelivery: {'Fn::GetAtt': [A, X]}}}",
			[]string{"changed S", "  FilterPolicy: x-${A}-${B.Arn} -> x-${C}-${B.Arn}"},
		},
		"tags and lists": {
			"F: {Type: AWS::Lambda::Function, Properties: {Tags: [{Key: a, Value: 1}, {Key: b, Value: 1}], Layers: [x, y]}}",
			"F: {Type: AWS::Lambda::Function, Properties: {Tags: [{Key: b, Value: 1}, {Key: a, Value: 2}, {Key: c, Value: 3}], Layers: [y, z]}}",
			[]string{"changed F", "  Layers: x -> z", "  Tags.a.Value: 1 -> 2", `  Tags.c:  -> {"Key":"c","Value":"3"}`},
		},
		"the order alone": {
			"F: {Type: AWS::Lambda::Function, Properties: {Layers: [x, y]}}", "F: {Type: AWS::Lambda::Function, Properties: {Layers: [y, x]}}",
			[]string{"changed F", `  Layers: ["x","y"] -> ["y","x"]`},
		},
		"a document": {
			api("/a: {get: {summary: x, security: [{k: []}]}}, /b: {get: {}}"), api("/a: {get: {summary: y, security: [{k: []}]}}, /c: {get: {parameters: [{name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, in: path, required: true, type: string}], responses: {default: {}}}}"),
			[]string{"changed A", "  Body.paths./a.get.summary: x -> y", `  Body.paths./b: {"get":{}} -> `, "  Body.paths./c:  -> {get}"},
		},
		"a policy": {
			role("{Sid: A, Effect: Allow, Action: [a, b], Resource: '*'}"), role("{Sid: A, Effect: Allow, Action: [b, c], Resource: '*'}"),
			[]string{"changed R", "  Policies.P.PolicyDocument.Statement.A.Action: a -> c"},
		},
		"a digest": {
			"F: {Type: AWS::Lambda::Function, Properties: {Code: {S3Key: app/" + strings.Repeat("0123456789abcdef", 4) + ".zip}}}",
			"F: {Type: AWS::Lambda::Function, Properties: {Code: {S3Key: app/" + strings.Repeat("fedcba9876543210", 4) + ".zip}}}",
			[]string{"changed F", "  Code.S3Key: app/0123456789ab….zip -> app/fedcba987654….zip"},
		},
		"a replacement, and what refers to it": {
			"Q: {Type: AWS::SQS::Queue, Properties: {QueueName: a}}\nM: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Q.Arn}}\nF: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {M: !Ref M}}}}",
			"Q: {Type: AWS::SQS::Queue, Properties: {QueueName: b}}\nM: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Q.Arn}}\nF: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {M: !Ref M}}}}",
			[]string{
				"changed F", `  Environment: {"Variables":{"M":"${M}"}} -> {"Variables":{"M":"${M}"}} indirectly`,
				"replaced M", "  EventSourceArn: ${Q.Arn} -> ${Q.Arn} replaces indirectly",
				"replaced Q", "  QueueName: a -> b replaces",
			},
		},
		"a type whose replacements nobody knows": {
			"X: {Type: Their::New::Thing, Properties: {A: 1}}", "X: {Type: Their::New::Thing, Properties: {A: 2}}",
			[]string{"replaced X maybe", "  A: 1 -> 2 replaces"},
		},
		"another type": {
			"X: {Type: AWS::SQS::Queue}", "X: {Type: AWS::SNS::Topic}", []string{"replaced X"},
		},
		"what is kept when it is replaced": {
			"X: {Type: AWS::SQS::Queue, UpdateReplacePolicy: Retain, Properties: {QueueName: a}}", "X: {Type: AWS::SQS::Queue, UpdateReplacePolicy: Retain, Properties: {QueueName: b}}",
			[]string{"replaced X kept", "  QueueName: a -> b replaces"},
		},
		"an attribute": {
			"X: {Type: AWS::SQS::Queue}", "X: {Type: AWS::SQS::Queue, DeletionPolicy: Retain, DependsOn: Y}",
			[]string{"changed X", "  DeletionPolicy:  -> Retain"},
		},
		"a deployment of an API": {
			"D1: {Type: AWS::ApiGateway::Deployment}", "D2: {Type: AWS::ApiGateway::Deployment}", []string{"added D2", "removed D1 superseded"},
		},
		"numbers and booleans as texts": {
			"X: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, DelaySeconds: 5}}", "X: {Type: AWS::SQS::Queue, Properties: {FifoQueue: 'true', DelaySeconds: '5'}}", nil,
		},
		"AWS::NoValue is nothing": {
			"X: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref AWS::NoValue}}", "X: {Type: AWS::SQS::Queue}", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := rowLines(reviewed(resources(t, tc.before), resources(t, tc.after)).Rows)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// TestParametersAndConditions: parameters, mappings and conditions are compared
// by their results.
func TestParametersAndConditions(t *testing.T) {
	const template = `
Parameters:
  Size: {Type: Number, Default: 128}
  List: {Type: CommaDelimitedList, Default: "a, b"}
Mappings: {Regions: {eu: {Bucket: eu-bucket}}}
Conditions:
  Big: !Equals [!Ref Size, "512"]
  Small: !Not [!Condition Big]
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {MemorySize: !Ref Size, Layers: !Ref List, Code: {S3Bucket: !FindInMap [Regions, eu, Bucket]}, Timeout: !If [Big, 1, 2]}}
  G: {Type: AWS::SQS::Queue, Condition: Small}
`
	const plain = `
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {MemorySize: 128, Layers: [a, b], Code: {S3Bucket: eu-bucket}, Timeout: 2}}
  G: {Type: AWS::SQS::Queue}
`
	if rows := rowLines(reviewed(stack(t, plain), stack(t, template)).Rows); rows != nil {
		t.Errorf("the template says the same, but there are\n%s", strings.Join(rows, "\n"))
	}
	big := stack(t, template)
	big.Parameters = map[string]string{"Size": "512"}
	want := []string{"changed F", "  MemorySize: 128 -> 512", "  Timeout: 2 -> 1", "removed G"}
	if diff := cmp.Diff(want, rowLines(reviewed(stack(t, template), big).Rows)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// nestedStack returns a stack with a nested one, which has a function and gets
// the name of a queue.
func nestedStack(t *testing.T, timeout, queue, digest string) *review.Stack {
	t.Helper()
	s, err := review.ReadStack([]review.File{
		{Name: "template.yaml", Data: []byte(`
Resources:
  Q: {Type: AWS::SQS::Queue}
  FunctionsStack01:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: !Sub "https://s3.${AWS::Region}.${AWS::URLSuffix}/b/shop/dev/template-functions-01-` + strings.Repeat(digest, 64) + `.yaml"
      Parameters: {Queue: ` + queue + `}
Outputs: {Name: {Value: !GetAtt FunctionsStack01.Outputs.F}}
`)},
		{Name: "template-functions-01.yaml", Data: []byte(`
Parameters: {Queue: {Type: String}}
Resources: {F: {Type: AWS::Lambda::Function, Properties: {Timeout: ` + timeout + `, Environment: {Variables: {QUEUE: !Ref Queue}}}}}
Outputs: {F: {Value: !Ref F}}
`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNestedStacks(t *testing.T) {
	const one = "FunctionsStack01/F"
	flat := stack(t, `
Resources:
  Q: {Type: AWS::SQS::Queue}
  F: {Type: AWS::Lambda::Function, Properties: {Timeout: 1, Environment: {Variables: {QUEUE: !Ref Q}}}}
Outputs: {Name: {Value: !Ref F}}
`)
	for name, tc := range map[string]struct {
		before, after *review.Stack
		want          []string
	}{
		"the same":                   {nestedStack(t, "1", "!Ref Q", "a"), nestedStack(t, "1", "!Ref Q", "a"), nil},
		"a template elsewhere":       {nestedStack(t, "1", "!Ref Q", "a"), nestedStack(t, "1", "!Ref Q", "b"), nil},
		"what it says":               {nestedStack(t, "1", "!Ref Q", "a"), nestedStack(t, "2", "!Ref Q", "b"), []string{"changed " + one, "  Timeout: 1 -> 2"}},
		"what it is given":           {nestedStack(t, "1", "!Ref Q", "a"), nestedStack(t, "1", "other", "a"), []string{"changed " + one, "  Environment.Variables.QUEUE: ${Q} -> other"}},
		"all of it":                  {nil, nestedStack(t, "1", "!Ref Q", "a"), []string{"added FunctionsStack01", "added Q", "added " + one}},
		"a function moves into it":   {flat, nestedStack(t, "1", "!Ref Q", "a"), []string{"added FunctionsStack01", "replaced " + one + " from /"}},
		"a function moves out of it": {nestedStack(t, "1", "!Ref Q", "a"), flat, []string{"replaced F from /FunctionsStack01", "removed FunctionsStack01"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := reviewed(tc.before, tc.after)
			got := rowLines(r.Rows)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if r.Outputs != nil {
				t.Errorf("outputs change, though they say the same: %v", r.Outputs)
			}
		})
	}
}

// TestUnknownTemplates: if the template of a nested stack isn't known, the
// review says that its place changes.
func TestUnknownTemplates(t *testing.T) {
	at := func(url string) *review.Stack {
		return resources(t, "N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "+url+"}}")
	}
	want := []string{"changed N", "  TemplateURL: a -> b"}
	if diff := cmp.Diff(want, rowLines(reviewed(at("a"), at("b")).Rows)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// TestLikeNames: two nested stacks with the same template are kept apart.
func TestLikeNames(t *testing.T) {
	both := func(one, two string) *review.Stack {
		s := resources(t, "A: {Type: AWS::CloudFormation::Stack}\nB: {Type: AWS::CloudFormation::Stack}")
		s.Nested["A"] = resources(t, role("{Effect: Allow, Action: "+one+", Resource: '*'}"))
		s.Nested["B"] = resources(t, role("{Effect: Allow, Action: "+two+", Resource: '*'}"))
		return s
	}
	r := reviewed(both("s3:GetObject", "s3:PutObject"), both("s3:GetObject", "s3:*"))
	if diff := cmp.Diff([]string{"F: s3:* on *"}, grantLines(r.Widened)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if len(r.Rows) != 1 || strings.Join(append(r.Rows[0].Stack, r.Rows[0].LogicalID), "/") != "B/R" {
		t.Errorf("got\n%s", strings.Join(rowLines(r.Rows), "\n"))
	}
}

// TestChangeSets: what a change set contains, and what it leaves out.
func TestChangeSets(t *testing.T) {
	before := resources(t, `
F: {Type: AWS::Lambda::Function, Properties: {Timeout: 1, Role: !GetAtt R.Arn}}
P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !GetAtt F.Arn}}
Q: {Type: AWS::SQS::Queue, Properties: {QueueName: a}}
N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x}}`)
	after := resources(t, `
F: {Type: AWS::Lambda::Function, Properties: {Timeout: 2, Role: !GetAtt R.Arn}}
P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !GetAtt F.Arn}}
Q: {Type: AWS::SQS::Queue, Properties: {QueueName: a}}
N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: y}}`)
	before.Nested["N"], after.Nested["N"] = resources(t, function), resources(t, function)
	change := func(id, kind, replacement string, properties ...review.PropertyChange) review.Change {
		return review.Change{Action: review.Modify, LogicalID: id, PhysicalID: "x-" + id, Type: kind, Replacement: replacement, Properties: properties}
	}
	for name, tc := range map[string]struct {
		changes []review.Change
		want    []string
	}{
		"without values": {
			[]review.Change{change("F", "AWS::Lambda::Function", review.ReplaceNo, review.PropertyChange{Attribute: "Properties", Name: "Timeout"})},
			[]string{"changed F", "  Timeout: 1 -> 2"},
		},
		"with values": {
			[]review.Change{change("F", "AWS::Lambda::Function", review.ReplaceNo, review.PropertyChange{Attribute: "Properties", Name: "Timeout", Path: "/Properties/Timeout", Before: "1", After: "2", Recreation: "Never"})},
			[]string{"changed F", "  Timeout: 1 -> 2"},
		},
		"what could change and doesn't": {
			[]review.Change{change("P", "AWS::Lambda::Permission", review.ReplaceMaybe, review.PropertyChange{Attribute: "Properties", Name: "FunctionName", Recreation: "Always"})},
			nil,
		},
		"what is known only later": {
			[]review.Change{change("P", "AWS::Lambda::Permission", review.ReplaceMaybe, review.PropertyChange{Attribute: "Properties", Name: "FunctionName", Before: "arn:f", After: "{{changeSet:KNOWN_AFTER_APPLY}}", Recreation: "Always"})},
			nil,
		},
		"what is known only later within a document": {
			[]review.Change{change("R", "AWS::ApiGateway::RestApi", review.ReplaceNo, review.PropertyChange{Attribute: "Properties", Name: "Body", Path: "/Properties/Body", Recreation: "Never",
				Before: `{"a":"x/arn:f/y","b":"1","c":"arn:f"}`, After: `{"a":"x/{{changeSet:KNOWN_AFTER_APPLY}}/y","b":"1","c":"{{changeSet:KNOWN_AFTER_APPLY}}"}`})},
			[]string{"changed R"}, // according to the change set, which doesn't say what
		},
		"what is known only later beside what is known": {
			[]review.Change{change("R", "AWS::ApiGateway::RestApi", review.ReplaceNo, review.PropertyChange{Attribute: "Properties", Name: "Body", Path: "/Properties/Body", Recreation: "Never",
				Before: `{"a":"x/arn:f/y","b":"1"}`, After: `{"a":"x/{{changeSet:KNOWN_AFTER_APPLY}}/y","b":"2"}`})},
			[]string{"changed R", "  Body.b: 1 -> 2"},
		},
		"what only CloudFormation knows": {
			[]review.Change{change("Q", "AWS::SQS::Queue", review.ReplaceYes,
				review.PropertyChange{Attribute: "Properties", Name: "QueueName", Path: "/Properties/QueueName", Before: "a", After: "b", Recreation: "Always"},
				review.PropertyChange{Attribute: "Properties", Name: "Tags", Path: "/Properties/Tags", Before: `[{"Key":"a","Value":"1"}]`, After: `[{"Key":"a","Value":"2"}]`, Recreation: "Never"})},
			[]string{"replaced Q", "  QueueName: a -> b replaces", "  Tags.a.Value: 1 -> 2"},
		},
		"a replacement that the templates rule out": {
			[]review.Change{change("F", "AWS::Lambda::Function", review.ReplaceMaybe, review.PropertyChange{Attribute: "Properties", Name: "Timeout", Recreation: "Never"},
				review.PropertyChange{Attribute: "Properties", Name: "Role", Recreation: "Conditionally"})},
			[]string{"changed F", "  Timeout: 1 -> 2"},
		},
		"a replacement without a reason": {
			[]review.Change{change("Q", "AWS::SQS::Queue", review.ReplaceYes)}, []string{"replaced Q"},
		},
		"tags of the whole stack": {
			[]review.Change{change("Q", "AWS::SQS::Queue", review.ReplaceNo, review.PropertyChange{Attribute: "Tags", Recreation: "Never"})}, []string{"changed Q"},
		},
		"a nested stack whose template only lies elsewhere": {
			[]review.Change{change("N", "AWS::CloudFormation::Stack", review.ReplaceNo, review.PropertyChange{Attribute: "Properties", Name: "TemplateURL", Before: "a", After: "b"})}, nil,
		},
		"added and removed": {
			[]review.Change{{Action: "Add", LogicalID: "X", Type: "T"}, {Action: "Remove", LogicalID: "Y", Type: "T", PolicyAction: "Retain"}},
			[]string{"added X", "removed Y kept"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := rowLines(review.Of(review.Input{Changes: tc.changes, Before: before, After: after}).Rows)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestQuestions(t *testing.T) {
	for name, tc := range map[string]struct {
		before, after string
		want          []string
	}{
		"nothing":   {function, function, nil},
		"a change":  {function, strings.Replace(function, "Handler: f", "Timeout: 1", 1), nil},
		"a first":   {"", role("{Effect: Allow, Action: a, Resource: b}") + "\n" + api("/: {get: {}}"), []string{"permissions: a permission is new", "public: something becomes public"}},
		"a removal": {function + "Q: {Type: AWS::SQS::Queue}", function, []string{"removed: Q is removed"}},
		"removals": {
			"A: {Type: T}\nB: {Type: T}\nC: {Type: T}\nD: {Type: T}\nE: {Type: T}\nF: {Type: T}\nG: {Type: T}", "{}",
			[]string{"removed: 7 resources are removed: A, B, C, D, E, and 2 more"},
		},
		"a replacement": {"Q: {Type: AWS::SQS::Queue, Properties: {QueueName: a}}", "Q: {Type: AWS::SQS::Queue, Properties: {QueueName: b}}", []string{"replaced: Q is replaced"}},
		"perhaps one":   {"Q: {Type: T, Properties: {A: a}}", "Q: {Type: T, Properties: {A: b}}", []string{"replaced: Q may be replaced"}},
		"a deployment":  {"D1: {Type: AWS::ApiGateway::Deployment}", "D2: {Type: AWS::ApiGateway::Deployment}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var before *review.Stack
			if tc.before != "" {
				before = resources(t, tc.before)
			}
			var got []string
			for _, q := range reviewed(before, resources(t, tc.after)).Questions() {
				got = append(got, string(q.Kind)+": "+q.Text)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}
