package synth_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestKeysOfFilters: S3 compares its filters with keys as its events have them, encoded,
// and rules with keys as they are. A program gives them as they are.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
func TestKeysOfFilters(t *testing.T) {
	for name, tc := range map[string]struct{ key, s3, rule string }{
		"safe characters":  {"images/A-z_0.9!'()/", "images/A-z_0.9!'()/", "images/A-z_0.9!'()/"},
		"a space":          {"my images/", "my+images/", "my images/"},
		"a plus":           {"a+b/", "a%2Bb/", "a+b/"},
		"a partition":      {"year=2027/", "year%3D2027/", "year=2027/"},
		"other letters":    {"é/", "%C3%A9/", "é/"},
		"a percent sign":   {"100%/~", "100%25/%7E", "100%/~"},
		"no expression":    {"$(a)$/", "%24(a)%24/", "$(a)$/"},
		"a token of CDK's": {"${Token[TOKEN.7]}/a b/", "${Token[TOKEN.7]}/a+b/", "${Token[TOKEN.7]}/a b/"},
	} {
		t.Run(name, func(t *testing.T) {
			in := synth.Input{Stage: config.New("dev"), Version: "1.0.0", Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{
				onBucket("work", 12, app.S3Model{Prefix: tc.key}),
				onBucket("last", 13, app.S3Model{Bucket: "others", KeyFilters: []app.KeyFilterModel{{Suffix: tc.key}}}),
				onBucket("rule", 14, app.S3Model{Prefix: tc.key, EventBridge: true}),
			}}}
			var got struct {
				Resource struct {
					Notification map[string]struct {
						Function []struct {
							Prefix string `json:"filter_prefix"`
							Suffix string `json:"filter_suffix"`
						} `json:"lambda_function"`
					} `json:"aws_s3_bucket_notification"`
					Rule map[string]struct {
						Pattern string `json:"event_pattern"`
					} `json:"aws_cloudwatch_event_rule"`
				}
				Resources map[string]struct {
					Properties struct {
						Notifications []struct {
							Filter struct {
								Key struct{ FilterRules []struct{ Value string } }
							}
						}
					}
				}
			}
			for _, format := range []string{"terraform", "cloudformation"} {
				data, err := render(t, in, format).JSON()
				if err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(data, &got); err != nil {
					t.Fatal(err)
				}
			}
			var values []string
			for _, r := range got.Resources {
				for _, n := range r.Properties.Notifications {
					values = append(values, n.Filter.Key.FilterRules[0].Value)
				}
			}
			n := got.Resource.Notification
			values = append(values, n["uploads_notify"].Function[0].Prefix, n["others_notify"].Function[0].Suffix)
			if diff := cmp.Diff([]string{tc.s3, tc.s3, tc.s3, tc.s3}, values); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if pattern := got.Resource.Rule["rule-s3event"].Pattern; !strings.Contains(pattern, `{"prefix":"`+tc.rule+`"}`) {
				t.Errorf("the rule has %s", pattern)
			}
		})
	}
}

// TestLiteralKeys: what looks like a wildcard or like a key that is encoded is what it is.
func TestLiteralKeys(t *testing.T) {
	for name, tc := range map[string]struct {
		filter app.KeyFilterModel
		want   string // "": no warning
	}{
		"plain":        {app.KeyFilterModel{Prefix: "a b/", Suffix: ".jpg"}, ""},
		"a wildcard":   {app.KeyFilterModel{Prefix: "a/", Suffix: "*.jpg"}, `main.go:12: work is for keys with "*.jpg", in which * is a * and nothing else: leave it out, a prefix has anything behind it and a suffix anything before it`},
		"encoded":      {app.KeyFilterModel{Prefix: "dt%3D2027/"}, `main.go:12: work is for keys with "dt%3D2027/", which looks encoded: give it as objects are called, S3 gets it encoded`},
		"a percentage": {app.KeyFilterModel{Prefix: "100%/"}, ""},
		"filled in":    {app.KeyFilterModel{Prefix: "${Token[TOKEN.7]}%20"}, ""},
	} {
		for _, bridge := range []bool{false, true} {
			m := app.S3Model{KeyFilters: []app.KeyFilterModel{tc.filter}, EventBridge: bridge}
			if diff := cmp.Diff(tc.want, warningsOf(t, onBucket("work", 12, m))); diff != "" {
				t.Errorf("%s, EventBridge %v (-want +got)\n%s", name, bridge, diff)
			}
		}
	}
}

// TestMembersOfEvents: a pattern about what no event has matches none, which AWS takes.
func TestMembersOfEvents(t *testing.T) {
	const have = "and events have source, detail-type, detail, account, region, resources, time, id, version"
	for key, want := range map[string]string{
		"source": "", "detail-type": "", "replay-name": "", "$or": "", "${var.key}": "",
		"Source":     `main.go:12: the event pattern of work is about "Source", ` + have + "; did you mean source?",
		"detailType": `main.go:12: the event pattern of work is about "detailType", ` + have + "; did you mean detail-type?",
		"xyz":        `main.go:12: the event pattern of work is about "xyz", ` + have,
	} {
		f := app.FunctionModel{
			Name: "work", Kind: app.CloudWatchKind, Source: &app.Source{File: "main.go", Line: 12},
			CloudWatch: &app.CloudWatchModel{Pattern: app.Pattern{key: []any{"a"}}},
		}
		if diff := cmp.Diff(want, warningsOf(t, f)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", key, diff)
		}
	}
}

// warningsOf returns what may not be meant of a function, a line each.
func warningsOf(t *testing.T, f app.FunctionModel) string {
	t.Helper()
	g, err := synth.Build(synth.Input{Stage: config.New("dev"), Version: "1.0.0", Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{f}}})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, w := range g.Warnings() {
		lines = append(lines, w.Message)
	}
	return strings.Join(lines, "\n")
}
