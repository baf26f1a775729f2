package packager_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
	packager "github.com/chalice-go/chalice/package"
)

// copied is the configuration to copy of docs/production.md.
func copied(t *testing.T) string {
	t.Helper()
	page := string(read(t, "../docs/production.md"))
	_, rest, ok := strings.Cut(page, "\n## A configuration to copy\n")
	block := regexp.MustCompile("(?s)^\n```json\n(.*?)\n```\n").FindStringSubmatch(rest)
	if !ok || block == nil {
		t.Fatal("docs/production.md has no configuration to copy")
	}
	return block[1]
}

// TestProductionConfiguration packages an app with the configuration that
// docs/production.md has to copy, in every format, and looks for each of its keys in
// what comes out.
func TestProductionConfiguration(t *testing.T) {
	text := copied(t)
	for format, tc := range map[string]struct {
		file string
		want map[string]string // by key: what it makes, as a pattern
	}{
		packager.SAM: {"sam.yaml", map[string]string{
			"iam_roles":             `Fn::GetAtt:\s+- ReportRole\s+- Arn`,
			"reserved_concurrency":  `ReservedConcurrentExecutions: \d+`,
			"recursive_loop":        `RecursiveLoop: Terminate`,
			"kms_key_arn":           `KmsKeyArn: arn:aws:kms:`,
			"xray":                  `Tracing: Active`,
			"log_format":            `LogFormat: JSON`,
			"log_level":             `ApplicationLogLevel: INFO`,
			"system_log_level":      `SystemLogLevel: WARN`,
			"log_retention_in_days": `RetentionInDays: 365`,
			"dead_letter_target":    `TargetArn: arn:aws:sqs:`,
			"async_max_retries":     `MaximumRetryAttempts: 2`,
			"async_max_age":         `MaximumEventAgeInSeconds: 3600`,
			"permissions_boundary":  `PermissionsBoundary: arn:aws:iam:`,
			"role_path":             `Path: "?/myapp/`,
			"tag_resources":         `(?s)Type: AWS::IAM::Role.*?Tags:`,
			"deployment":            `Type: Canary10Percent5Minutes`,
			"alarms":                `Type: AWS::CloudWatch::Alarm`,
			"throttling":            `ThrottlingRateLimit: 100`,
			"access_log":            `AccessLogSetting:`,
			"web_acl_arn":           `WebACLArn: arn:aws:wafv2:`,

			"api_gateway_endpoint_type": `REGIONAL`,
		}},
		packager.CloudFormation: {"template.yaml", map[string]string{
			"kms_key_arn":          `KmsKeyArn: arn:aws:kms:`,
			"dead_letter_target":   `TargetArn: arn:aws:sqs:`,
			"async_max_age":        `MaximumEventAgeInSeconds: 3600`,
			"permissions_boundary": `PermissionsBoundary: arn:aws:iam:`,
			"deployment":           `CodeDeployDefault.LambdaCanary10Percent5Minutes`,
			"alarms":               `Type: AWS::CloudWatch::Alarm`,
			"log_format":           `LogFormat: JSON`,
			"web_acl_arn":          `WebACLArn: arn:aws:wafv2:`,
		}},
		packager.Terraform: {"chalice.tf.json", map[string]string{
			"kms_key_arn":          `"kms_key_arn": "arn:aws:kms:`,
			"recursive_loop":       `"recursive_loop": "Terminate"`,
			"dead_letter_target":   `"target_arn": "arn:aws:sqs:`,
			"async_max_age":        `"maximum_event_age_in_seconds": 3600`,
			"permissions_boundary": `"permissions_boundary": "arn:aws:iam:`,
			"deployment":           `"aws_lambda_alias": {`,
			"alarms":               `"aws_cloudwatch_metric_alarm": {`,
			"log_format":           `"log_format": "JSON"`,
			"web_acl_arn":          `"web_acl_arn": "arn:aws:wafv2:`,
		}},
	} {
		t.Run(format, func(t *testing.T) {
			dir := newShop(t, t.TempDir())
			write(t, dir, config.File, inFormat(t, text, format))
			out, err := packager.Build(t.Context(), packager.Input{
				ProjectDir: dir, Stage: "prod", PackageFormat: format, Out: filepath.Join(dir, "out"), Version: "1.0.0",
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Warnings) > 0 {
				t.Errorf("there are warnings: %v", out.Warnings)
			}
			if filepath.Base(out.Template) != tc.file {
				t.Errorf("the template is %s, want %s", out.Template, tc.file)
			}
			template := read(t, out.Template)
			for key, want := range tc.want {
				if !strings.Contains(text, `"`+key+`"`) {
					t.Errorf("the configuration lacks %s", key)
				}
				if !regexp.MustCompile(want).Match(template) {
					t.Errorf("%s makes nothing that looks like %s in\n%s", key, want, template)
				}
			}
		})
	}
}

// inFormat returns the configuration as the page says to change it for a format, with
// variables for the functions, of which the app has none.
func inFormat(t *testing.T, text, format string) string {
	t.Helper()
	var whole map[string]any
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		t.Fatal(err)
	}
	stage := whole["stages"].(map[string]any)["prod"].(map[string]any)
	stage["environment_variables"] = map[string]any{"TABLE": "things"}
	if format == packager.Terraform {
		stage["deployment"] = true
	}
	data, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestProductionConfigurationInTerraform: why the page says to change it.
func TestProductionConfigurationInTerraform(t *testing.T) {
	dir := newShop(t, t.TempDir())
	write(t, dir, config.File, copied(t))
	_, err := packager.Build(t.Context(), packager.Input{ProjectDir: dir, Stage: "prod", PackageFormat: packager.Terraform, Out: filepath.Join(dir, "out"), Version: "1.0.0"})
	if m := (*config.Mistake)(nil); !errors.As(err, &m) || !strings.HasPrefix(m.Key, "deployment") || m.Line == 0 {
		t.Errorf("got %v, want a mistake in deployment, with its line", err)
	}
}
