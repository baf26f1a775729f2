package cdkconstruct_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/cdkconstruct"
	"github.com/chalice-go/chalice/config"
)

// TestEveryKeyHasAField: what the configuration file can say of a stage or a
// function, the properties can.
func TestEveryKeyHasAField(t *testing.T) {
	// A profile and what chalice deploy makes are for commands that call AWS, and
	// ChaliceProps has fields for how the program is compiled.
	elsewhere := []string{"profile", "stack_name", "artifact_bucket", "lambda_architecture", "build_tags", "ldflags"}
	keys := func(table []config.Key, in config.Scope) []string {
		var names []string
		for _, k := range table {
			if k.Scope&in != 0 && k.Kind != config.Refused && !slices.Contains(elsewhere, k.Name) {
				names = append(names, k.Name)
			}
		}
		return names
	}
	of := map[string][]config.Key{}
	var add func(above string, table []config.Key)
	add = func(above string, table []config.Key) {
		for _, k := range table {
			of[above+k.Name] = k.Keys
			add(above+k.Name+".", k.Keys)
		}
	}
	add("", config.Keys())
	for name, tc := range map[string]struct {
		typ  reflect.Type
		keys []string
	}{
		"a stage":     {reflect.TypeFor[cdkconstruct.StageConfig](), keys(config.Keys(), config.StageScope)},
		"a function":  {reflect.TypeFor[cdkconstruct.FunctionConfig](), keys(config.Keys(), config.FunctionScope)},
		"a domain":    {reflect.TypeFor[cdkconstruct.Domain](), keys(of["api_gateway_custom_domain"], config.StageScope)},
		"a log":       {reflect.TypeFor[cdkconstruct.AccessLog](), keys(of["access_log"], config.StageScope)},
		"a limit":     {reflect.TypeFor[cdkconstruct.Throttling](), keys(of["throttling"], config.StageScope)},
		"deployments": {reflect.TypeFor[cdkconstruct.Deployment](), keys(of["deployment"], config.FunctionScope)},
		"alarms":      {reflect.TypeFor[cdkconstruct.Alarms](), keys(of["alarms"], config.FunctionScope)},
		"a document":  {reflect.TypeFor[cdkconstruct.Openapi](), keys(of["openapi"], config.StageScope)},
		"a contact":   {reflect.TypeFor[cdkconstruct.Contact](), keys(of["openapi.contact"], config.StageScope)},
		"a license":   {reflect.TypeFor[cdkconstruct.License](), keys(of["openapi.license"], config.StageScope)},
		"endpoints":   {reflect.TypeFor[cdkconstruct.Oauth2](), keys(of["openapi.oauth2"], config.StageScope)},
		"a plan":      {reflect.TypeFor[cdkconstruct.UsagePlan](), keys(of["usage_plan"], config.StageScope)},
	} {
		t.Run(name, func(t *testing.T) {
			var fields []string
			for i := range tc.typ.NumField() {
				if key, _, _ := strings.Cut(tc.typ.Field(i).Tag.Get("json"), ","); key != "-" {
					fields = append(fields, key)
				}
			}
			slices.Sort(fields)
			slices.Sort(tc.keys)
			if diff := cmp.Diff(tc.keys, fields); diff != "" {
				t.Errorf("(-keys +fields):\n%s", diff)
			}
		})
	}
}
