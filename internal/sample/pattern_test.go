package sample_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
	"github.com/chalice-go/chalice/internal/sample"
)

func TestEventsMatchTheirPattern(t *testing.T) {
	for name, pattern := range map[string]string{
		"texts":              `{"source": ["aws.ec2", "aws.s3"], "detail-type": ["A"], "account": ["111122223333"]}`,
		"what is a list":     `{"resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-1"]}`,
		"deep":               `{"detail": {"a": {"b": {"c": [1.5]}}, "t": [true], "n": [null]}}`,
		"prefix":             `{"source": [{"prefix": "aws."}]}`,
		"prefix in any case": `{"source": [{"prefix": {"equals-ignore-case": "AWS."}}]}`,
		"suffix":             `{"detail": {"file": [{"suffix": ".png"}]}}`,
		"any case":           `{"detail-type": [{"equals-ignore-case": "alarm"}]}`,
		"wildcard":           `{"detail": {"path": [{"wildcard": "dir/*.pn*g"}]}}`,
		"address":            `{"detail": {"ip": [{"cidr": "10.0.3.7/24"}], "six": [{"cidr": "2001:db8::/32"}]}}`,
		"equal number":       `{"detail": {"n": [{"numeric": ["=", 3.018e2]}]}}`,
		"over":               `{"detail": {"n": [{"numeric": [">", 10]}], "m": [{"numeric": [">=", 10]}]}}`,
		"under":              `{"detail": {"n": [{"numeric": ["<", -10]}], "m": [{"numeric": ["<=", -10]}]}}`,
		"between":            `{"detail": {"n": [{"numeric": [">", 0, "<", 1]}], "m": [{"numeric": [">", 0, "<=", 5]}]}}`,
		"anything but":       `{"detail": {"a": [{"anything-but": "example"}], "b": [{"anything-but": ["example", "other"]}], "c": [{"anything-but": [0, 1]}], "d": [{"anything-but": 0}]}}`,
		"not this part":      `{"detail": {"a": [{"anything-but": {"prefix": "exa"}}], "b": [{"anything-but": {"suffix": ["ple", "r"]}}], "c": [{"anything-but": {"wildcard": "e*e"}}]}}`,
		"there":              `{"detail": {"a": [{"exists": true}]}}`,
		"not there":          `{"detail": {"a": [{"exists": false}], "b": ["x"]}, "resources": [{"exists": false}]}`,
		"one of two":         `{"detail": {"$or": [{"a": ["x"]}, {"b": [{"numeric": [">", 1]}]}], "c": ["y"]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			var p map[string]any
			if err := json.Unmarshal([]byte(pattern), &p); err != nil {
				t.Fatal(err)
			}
			m := &app.Model{Name: "x", Functions: []app.FunctionModel{
				{Name: "f", Kind: app.CloudWatchKind, CloudWatch: &app.CloudWatchModel{Pattern: p}},
			}}
			event, err := sample.Event(m, "f", sample.Options{})
			if err != nil {
				t.Fatal(err)
			}
			matcher, err := eventpattern.Compile(eventpattern.EventBridge, p)
			if err != nil {
				t.Fatal(err)
			}
			if !matcher.Match(event) {
				t.Errorf("%s\ndoesn't match %s", event, pattern)
			}
		})
	}
}

// TestBridgedSamples: the sample of each event that S3 sends to EventBridge matches the
// pattern of a function that asks for it, or for its group, and of no other; and the
// handler gets an event of the same name.
func TestBridgedSamples(t *testing.T) {
	all := app.S3BridgeEvents()
	for _, sent := range all {
		if strings.HasSuffix(sent.Name, "*") {
			continue
		}
		f := func(name string) app.FunctionModel {
			return app.FunctionModel{Name: "f", Kind: app.S3Kind, S3: &app.S3Model{
				Bucket: "b", Events: []string{name}, EventBridge: true, KeyFilters: []app.KeyFilterModel{{Prefix: "a b/", Suffix: ".jpg"}},
			}}
		}
		event, err := sample.Event(&app.Model{Name: "x", Functions: []app.FunctionModel{f(sent.Name)}}, "f", sample.Options{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := app.NewS3Event(event)
		if err != nil {
			t.Fatal(err)
		}
		if got := "s3:" + e.EventName(); got != sent.Name || e.Key() != "a b/example.jpg" || e.Bucket() != "b" || e.AWSRegion() == "" || e.EventTime().IsZero() {
			t.Errorf("%s: the handler gets %s of %q in %q", sent.Name, got, e.Key(), e.Bucket())
		}
		for _, asked := range all {
			group, isGroup := strings.CutSuffix(asked.Name, "*")
			want := asked.Name == sent.Name || isGroup && strings.HasPrefix(sent.Name, group)
			matcher, err := eventpattern.Compile(eventpattern.EventBridge, f(asked.Name).S3.BridgePattern())
			if err != nil {
				t.Fatal(err)
			}
			if got := matcher.Match(event); got != want {
				t.Errorf("%s matches the pattern of %s: %v, want %v", sent.Name, asked.Name, got, want)
			}
		}
	}
}

// asking are functions that ask for events with a pattern, and what decides whether the
// records of an event are of those.
var asking = map[string]struct {
	language *eventpattern.Language
	function func(app.Pattern) app.FunctionModel
	decide   func(app.Pattern) (func(record []byte) bool, error)
	at       []string // where in the record the pattern is
}{
	"SQS": {
		eventpattern.Lambda(app.SQSKind),
		func(p app.Pattern) app.FunctionModel {
			return app.FunctionModel{Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "q", Filters: []app.Pattern{p}}}
		},
		filtering(app.SQSKind), []string{"body", "messageAttributes"},
	},
	"Kinesis": {
		eventpattern.Lambda(app.KinesisKind),
		func(p app.Pattern) app.FunctionModel {
			return app.FunctionModel{Kind: app.KinesisKind, Kinesis: &app.StreamModel{Stream: "s", Filters: []app.Pattern{p}}}
		},
		filtering(app.KinesisKind), []string{"data"},
	},
	"DynamoDB": {
		eventpattern.Lambda(app.DynamoDBKind),
		func(p app.Pattern) app.FunctionModel {
			return app.FunctionModel{Kind: app.DynamoDBKind, DynamoDB: &app.StreamModel{StreamARN: "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/l", Filters: []app.Pattern{p}}}
		},
		filtering(app.DynamoDBKind), []string{"dynamodb", "userIdentity"},
	},
	"attributes": {
		eventpattern.SNSAttributes,
		func(p app.Pattern) app.FunctionModel {
			return app.FunctionModel{Kind: app.SNSKind, SNS: &app.SNSModel{Topic: "t", FilterPolicy: p}}
		},
		policing(app.MessageAttributes), nil,
	},
	"bodies": {
		eventpattern.SNSBody,
		func(p app.Pattern) app.FunctionModel {
			return app.FunctionModel{Kind: app.SNSKind, SNS: &app.SNSModel{Topic: "t", FilterPolicy: p, FilterPolicyScope: string(app.MessageBody)}}
		},
		policing(app.MessageBody), nil,
	},
	"EventBridge": {
		eventpattern.EventBridge,
		func(p app.Pattern) app.FunctionModel {
			return app.FunctionModel{Kind: app.CloudWatchKind, CloudWatch: &app.CloudWatchModel{Pattern: p}}
		},
		func(p app.Pattern) (func([]byte) bool, error) {
			m, err := eventpattern.Compile(eventpattern.EventBridge, p)
			return func(event []byte) bool { return m.Match(event) }, err
		},
		[]string{"detail"},
	},
}

func filtering(kind app.FunctionKind) func(app.Pattern) (func([]byte) bool, error) {
	return func(p app.Pattern) (func([]byte) bool, error) {
		f, err := eventpattern.NewFilters(kind, []app.Pattern{p})
		return func(record []byte) bool { return f.Pass(record) }, err
	}
}

func policing(scope app.FilterPolicyScope) func(app.Pattern) (func([]byte) bool, error) {
	return func(p app.Pattern) (func([]byte) bool, error) {
		f, err := eventpattern.NewPolicy(string(scope), p)
		return func(record []byte) bool { return f.Pass(record) }, err
	}
}

// TestEventsOfAnyPattern makes events of random patterns: each has to be one that the
// function gets. No member of the patterns is required twice, which nothing could meet.
func TestEventsOfAnyPattern(t *testing.T) {
	for name, a := range asking {
		t.Run(name, func(t *testing.T) {
			taken := 0
			for seed := range 1500 {
				w := &wishes{Rand: rand.New(rand.NewPCG(uint64(seed), 2))}
				p := readPattern(t, w.pattern(a.at, name != "attributes"))
				decide, err := a.decide(p)
				if err != nil {
					if len(eventpattern.Check(a.language, p)) == 0 {
						t.Fatalf("%v: %v, which Check doesn't find", p, err)
					}
					continue
				}
				taken++
				f := a.function(p)
				f.Name = "f"
				event, err := sample.Event(&app.Model{Name: "x", Functions: []app.FunctionModel{f}}, "f", sample.Options{})
				if err != nil {
					t.Fatal(err)
				}
				var e struct{ Records []json.RawMessage }
				if err := json.Unmarshal(event, &e); err != nil {
					t.Fatal(err)
				}
				if e.Records == nil {
					e.Records = []json.RawMessage{event}
				}
				if !decide(e.Records[0]) {
					t.Fatalf("seed %d: %v\nisn't met by %s", seed, p, event)
				}
			}
			if taken < 300 {
				t.Errorf("the language takes only %d of the patterns", taken)
			}
		})
	}
}

func readPattern(t *testing.T, v any) (p app.Pattern) {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// wishes makes patterns, with a new name for each member.
type wishes struct {
	*rand.Rand
	names int
}

func (w *wishes) pattern(at []string, deep bool) any {
	depth := 0
	if deep {
		depth = 2
	}
	o := w.object(depth)
	if at != nil {
		return map[string]any{at[w.IntN(len(at))]: o}
	}
	return o
}

func (w *wishes) object(depth int) map[string]any {
	o := map[string]any{}
	for range 1 + w.IntN(2) {
		w.names++
		name := fmt.Sprintf("m%d", w.names)
		if depth > 0 && w.IntN(3) == 0 {
			o[name] = w.object(depth - 1)
		} else {
			o[name] = []any{w.matcher(), "other"}
		}
	}
	if w.IntN(5) == 0 {
		o["$or"] = []any{w.object(depth - 1), w.object(depth - 1)}
	}
	return o
}

func (w *wishes) matcher() any {
	of := func(operator string, operand any) any { return map[string]any{operator: operand} }
	texts := []any{"example", "other", "something else", "a"}
	all := []any{
		"text", "", 1, -2.5, 1e20, true, nil, of("exists", true), of("exists", false),
		of("prefix", "pre"), of("suffix", "fix"), of("equals-ignore-case", "ÄhM"), of("cidr", "10.1.2.3/9"), of("cidr", "2001:db8::/33"),
		of("numeric", []any{"=", 3.018e2}), of("numeric", []any{">", 5}), of("numeric", []any{"<=", -7.25}), of("numeric", []any{">", 0, "<", 0.5}), of("numeric", []any{">=", 1, "<", 2}),
		of("anything-but", "example"), of("anything-but", texts), of("anything-but", 0), of("anything-but", []any{0, 1, 2}),
		of("anything-but", of("prefix", "exa")), of("anything-but", of("suffix", []any{"e", "r", "b"})), of("anything-but", of("wildcard", "*")),
		of("anything-but", of("equals-ignore-case", []any{"EXAMPLE", "OTHER"})), of("prefix", of("equals-ignore-case", "PRE")), of("exactly", "x"),
		of("wildcard", `a*b\*c`), of("wildcard", "*"),
	}
	return all[w.IntN(len(all))]
}
