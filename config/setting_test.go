package config_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
)

func TestSettingsSayWhereTheyAreFrom(t *testing.T) {
	s, err := config.Parse([]byte(`{
  "version": "2.0",
  "app_name": "shop",
  "lambda_timeout": 10,
  "environment_variables": {"A1": "top", "B1": "top", "C1": "top"},
  "lambda_functions": {"work": {"lambda_memory_size": 256, "environment_variables": {"B1": "work, top"}}},
  "stages": {
    "dev": {
      "lambda_timeout": 20,
      "environment_variables": {"A1": {"Ref": "Table"}},
      "lambda_functions": {
        "work": {"lambda_timeout": 30, "environment_variables": {"C1": "work"}},
        "idle": {"lambda_timeout": 20}
      }
    }
  }
}`), config.Options{Overrides: map[string]any{"api_gateway_stage": "v1"}})
	if err != nil {
		t.Fatal(err)
	}
	// In the order of the table of keys.
	var app, own []config.Setting
	for _, setting := range s.Settings() {
		switch {
		case setting.Function != "":
			own = append(own, setting)
		case setting.From != config.FromDefault:
			app = append(app, setting)
		}
	}
	wantApp := []config.Setting{
		{Key: "app_name", Value: "shop", Line: 3, From: config.FromFile},
		{Key: "environment_variables.A1", Value: map[string]any{"Ref": "Table"}, Line: 10, From: config.FromFile},
		{Key: "environment_variables.B1", Value: "top", Line: 5, From: config.FromFile},
		{Key: "environment_variables.C1", Value: "top", Line: 5, From: config.FromFile},
		{Key: "lambda_timeout", Value: json.Number("20"), Line: 9, From: config.FromFile},
		{Key: "api_gateway_stage", Value: "v1", From: config.FromOverrides},
	}
	if diff := cmp.Diff(wantApp, app); diff != "" {
		t.Errorf("the app: want -, got +\n%s", diff)
	}
	wantOwn := []config.Setting{
		{Function: "idle", Key: "lambda_timeout", Value: json.Number("20"), Line: 13, From: config.FromFile},
		{Function: "work", Key: "environment_variables.B1", Value: "work, top", Line: 6, From: config.FromFile},
		{Function: "work", Key: "environment_variables.C1", Value: "work", Line: 12, From: config.FromFile},
		{Function: "work", Key: "lambda_memory_size", Value: json.Number("256"), Line: 6, From: config.FromFile},
		{Function: "work", Key: "lambda_timeout", Value: json.Number("30"), Line: 12, From: config.FromFile},
	}
	if diff := cmp.Diff(wantOwn, own); diff != "" {
		t.Errorf("functions: want -, got +\n%s", diff)
	}
}

// TestSettingsOfNothing: where nothing is configured, the defaults are in force,
// and they are the ones of New.
func TestSettingsOfNothing(t *testing.T) {
	got := map[string]any{}
	for _, setting := range config.New("dev").Settings() {
		if setting.From != config.FromDefault || setting.Line != 0 {
			t.Errorf("%+v isn't a default", setting)
		}
		got[setting.Key] = setting.Value
	}
	for _, k := range config.Keys() {
		if _, ok := got[k.Name]; ok != (k.Default != "" && k.Name != "version") {
			t.Errorf("%s is in the settings: %v", k.Name, ok)
		}
	}
	if got["lambda_timeout"] != json.Number("60") || !strings.EqualFold(got["lambda_architecture"].(string), "arm64") {
		t.Errorf("got %v", got)
	}
}
