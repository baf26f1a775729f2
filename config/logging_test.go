package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chalice-go/chalice/config"
)

// TestLogging merges what is said of logs for the functions f and g.
func TestLogging(t *testing.T) {
	plain := config.Logging{}
	for name, tc := range map[string]struct {
		file  string
		f, g  config.Logging
		least string // level of f
	}{
		"nothing": {`{}`, plain, plain, ""},
		"all": {
			`{"log_format": "JSON", "log_level": "TRACE", "system_log_level": "WARN", "log_group": "/shared/logs"}`,
			config.Logging{Format: "JSON", Level: "TRACE", SystemLevel: "WARN", Group: config.Value{Text: "/shared/logs"}},
			config.Logging{Format: "JSON", Level: "TRACE", SystemLevel: "WARN", Group: config.Value{Text: "/shared/logs"}}, "TRACE",
		},
		"a function, in a stage": {
			`{"log_format": "JSON", "stages": {"dev": {"lambda_functions": {"f": {"log_level": "ERROR", "log_group": {"Ref": "Logs"}}}}}}`,
			config.Logging{Format: "JSON", Level: "ERROR", Group: config.Value{Intrinsic: map[string]any{"Ref": "Logs"}}},
			config.Logging{Format: "JSON"}, "ERROR",
		},
		"without a level": {`{"log_format": "JSON"}`, config.Logging{Format: "JSON"}, config.Logging{Format: "JSON"}, "INFO"},
		"text":            {`{"log_format": "Text"}`, config.Logging{Format: "Text"}, config.Logging{Format: "Text"}, ""},
		"one that is text among others in JSON": {
			`{"log_format": "JSON", "log_level": "WARN", "system_log_level": "DEBUG", "lambda_functions": {"f": {"log_format": "Text"}}}`,
			config.Logging{Format: "Text"}, config.Logging{Format: "JSON", Level: "WARN", SystemLevel: "DEBUG"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Check([]string{"f", "g"}, nil); err != nil {
				t.Error(err)
			}
			got := []config.Logging{s.Function("f").Logging, s.Function("g").Logging}
			if diff := cmp.Diff([]config.Logging{tc.f, tc.g}, got, cmpopts.IgnoreUnexported(config.Value{})); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if got := s.Function("f").Logging.LeastLevel(); got != tc.least {
				t.Errorf("the least level is %q, want %q", got, tc.least)
			}
		})
	}
}

func TestLoggingMistakes(t *testing.T) {
	const retention = "names a group that is there already, but log_retention_in_days makes one of the function's own: set log_retention_in_days to 0 for what has this group, or leave the group out"
	for name, tc := range map[string]struct{ file, want string }{
		"a level without a format": {
			"{\n\"log_level\": \"WARN\"}",
			".chalice/config.json:2: log_level needs log_format JSON beside it: Lambda looks at no levels in a log that is text (function f)",
		},
		"levels of a log that is text": {
			"{\"log_format\": \"Text\",\n\"log_level\": \"WARN\",\n\"system_log_level\": \"WARN\"}",
			".chalice/config.json:2: log_level needs log_format JSON beside it: Lambda looks at no levels in a log that is text (function f)\n" +
				".chalice/config.json:3: system_log_level needs log_format JSON beside it: Lambda looks at no levels in a log that is text (function f)",
		},
		"a nearer level": {
			"{\"log_format\": \"Text\", \"lambda_functions\": {\"g\": {\n\"log_level\": \"WARN\"}}}",
			".chalice/config.json:2: log_level needs log_format JSON beside it: Lambda looks at no levels in a log that is text (function g)",
		},
		"a group and a retention":                 {"{\"log_retention_in_days\": 7,\n\"log_group\": \"logs\"}", ".chalice/config.json:2: log_group " + retention + " (function f)"},
		"a function's group and the app's days":   {"{\"log_retention_in_days\": 7, \"lambda_functions\": {\"g\": {\n\"log_group\": {\"Ref\": \"Logs\"}}}}", ".chalice/config.json:2: log_group " + retention + " (function g)"},
		"a group without the app's retention":     {`{"log_retention_in_days": 7, "lambda_functions": {"g": {"log_group": "logs", "log_retention_in_days": 0}}}`, ""},
		"a group of AWS's own":                    {"{\n\"log_group\": \"aws/lambda/f\"}", `.chalice/config.json:2: log_group is "aws/lambda/f", but names that start with aws/ are AWS's own: those of functions start with /aws/ (function f)`},
		"a group of another function's own":       {`{"log_group": "/aws/lambda/other"}`, ""},
		"an ARN":                                  {"{\n\"log_group\": \"arn:aws:logs:eu-west-1:123456789012:log-group:x\"}", `.chalice/config.json:2: log_group must be the name of a log group, 1 to 512 letters, digits and _ / . # -, not "arn:aws:logs:eu-west-1:123456789012:log-group:x"`},
		"an empty name":                           {"{\n\"log_group\": \"\"}", `.chalice/config.json:2: log_group must be the name of a log group, 1 to 512 letters, digits and _ / . # -, not ""`},
		"a format that Lambda doesn't have":       {"{\n\"log_format\": \"json\"}", `.chalice/config.json:2: log_format must be one of JSON, Text, not "json"`},
		"a level of another kind":                 {"{\n\"log_format\": \"JSON\", \"system_log_level\": \"ERROR\"}", `.chalice/config.json:2: system_log_level must be one of DEBUG, INFO, WARN, not "ERROR"`},
		"a format that is known only in AWS":      {"{\n\"log_format\": {\"Ref\": \"F\"}}", `.chalice/config.json:2: log_format must be one of JSON, Text, not an object`},
		"a level that only Terraform would know":  {"{\n\"log_format\": \"JSON\", \"log_level\": \"${var.level}\"}", `.chalice/config.json:2: log_level is "${var.level}", but packaging reads it itself, so that nothing fills that in: write the value`},
		"a group that only Terraform would know":  {`{"log_group": "${aws_cloudwatch_log_group.shared.name}"}`, ""},
		"a group for what has a retention nearer": {"{\n\"log_group\": \"logs\", \"lambda_functions\": {\"g\": {\"log_retention_in_days\": 3}}}", ".chalice/config.json:2: log_group " + retention + " (function g)"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{})
			if err == nil {
				err = s.Check([]string{"f", "g"}, nil)
			}
			got := ""
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}
