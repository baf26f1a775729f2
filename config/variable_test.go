package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
)

// TestReservedVariables: what Lambda or this framework sets can't be set at any
// place of the configuration.
func TestReservedVariables(t *testing.T) {
	places := map[string]string{
		"environment_variables.%s":                               `{"environment_variables": {%q: "x"}}`,
		"lambda_functions.f.environment_variables.%s":            `{"lambda_functions": {"f": {"environment_variables": {%q: "x"}}}}`,
		"stages.dev.environment_variables.%s":                    `{"stages": {"dev": {"environment_variables": {%q: "x"}}}}`,
		"stages.dev.lambda_functions.f.environment_variables.%s": `{"stages": {"dev": {"lambda_functions": {"f": {"environment_variables": {%q: "x"}}}}}}`,
	}
	for name, owner := range map[string]string{
		"CHALICE_MODEL": "the chalice command", "AWS_LAMBDA_RUNTIME_API": "Lambda", "_HANDLER": "Lambda", "AWS_REGION": "Lambda",
		"AWS_LAMBDA_MAX_CONCURRENCY": "Lambda", "LAMBDA_TASK_ROOT": "Lambda", "AWS_SESSION_TOKEN": "Lambda",
	} {
		for key, file := range places {
			_, err := config.Parse(fmt.Appendf(nil, file, name), config.Options{Stage: "prod"})
			want := fmt.Sprintf(".chalice/config.json:1: "+key+" ", name) + config.VariableProblem(name)
			if err == nil || err.Error() != want || !strings.Contains(want, owner) {
				t.Errorf("%s in %s: got %v, want %s", name, file, err, want)
			}
		}
		_, err := config.Parse([]byte(`{}`), config.Options{Overrides: map[string]any{"environment_variables": map[string]any{name: "x"}}})
		if err == nil || !strings.Contains(err.Error(), owner) {
			t.Errorf("%s in an override: got %v", name, err)
		}
	}
	for _, name := range []string{"CHALICE", "CHALICE_MODELS", "chalice_model", "TZ", "AWS_LAMBDA_LOG_LEVEL", "PATH"} {
		if problem := config.VariableProblem(name); problem != "" {
			t.Errorf("%s %s", name, problem)
		}
	}
}
