package config_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
)

// The five places of one scalar key, as C-143 of the reference has them, and
// a function's block of the overrides.
func TestScalarPrecedence(t *testing.T) {
	const top, topFn, stage, stageFn, override, overrideFn = 1, 2, 4, 8, 16, 32
	strongest := []int{overrideFn, stageFn, override, stage, topFn, top}
	for set := range 64 {
		want := 60 // the default
		for _, place := range strongest {
			if set&place != 0 {
				want = place
				break
			}
		}
		given := func(place int) string {
			if set&place != 0 {
				return fmt.Sprintf(`"lambda_timeout": %d`, place)
			}
			return `"lambda_timeout": null`
		}
		file := fmt.Sprintf(`{%s, "lambda_functions": {"f": {%s}}, "stages": {"dev": {%s, "lambda_functions": {"f": {%s}}}}}`,
			given(top), given(topFn), given(stage), given(stageFn))
		overrides := map[string]any{}
		if set&override != 0 {
			overrides["lambda_timeout"] = override
		}
		if set&overrideFn != 0 {
			overrides["lambda_functions"] = map[string]any{"f": map[string]any{"lambda_timeout": overrideFn}}
		}
		s, err := config.Parse([]byte(file), config.Options{Overrides: overrides})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Function("f").Timeout; got != want {
			t.Errorf("%s with overrides %v: got %d, want %d", file, overrides, got, want)
		}
	}
}

func TestMapsAreMerged(t *testing.T) {
	file := `{
		"environment_variables": {"AA": "top", "BB": "top", "CC": "top", "DD": "top", "EE": "top"},
		"tags": {"AA": "top", "BB": "top"},
		"lambda_functions": {"f": {"environment_variables": {"BB": "topfn", "CC": "topfn", "DD": "topfn", "EE": "topfn"}, "tags": {"BB": "topfn"}}},
		"stages": {"dev": {
			"environment_variables": {"CC": "stage", "DD": "stage", "EE": "stage"},
			"lambda_functions": {"f": {"environment_variables": {"DD": "stagefn", "EE": "stagefn"}}}
		}}
	}`
	s, err := config.Parse([]byte(file), config.Options{
		Overrides: map[string]any{"environment_variables": map[string]any{"EE": "override", "TT": "${Token[TOKEN.7]}"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]config.Value{"AA": text("top"), "BB": text("topfn"), "CC": text("stage"), "DD": text("stagefn"), "EE": text("override"), "TT": text("${Token[TOKEN.7]}")}
	if diff := cmp.Diff(want, s.Function("f").Environment); diff != "" {
		t.Errorf("environment of f: want -, got +\n%s", diff)
	}
	if diff := cmp.Diff(map[string]config.Value{"AA": text("top"), "BB": text("topfn")}, s.Function("f").Tags); diff != "" {
		t.Errorf("tags of f: want -, got +\n%s", diff)
	}
	want = map[string]config.Value{"AA": text("top"), "BB": text("top"), "CC": text("stage"), "DD": text("stage"), "EE": text("override"), "TT": text("${Token[TOKEN.7]}")}
	if diff := cmp.Diff(want, s.Function("another").Environment); diff != "" {
		t.Errorf("environment of a function without a block: want -, got +\n%s", diff)
	}
	if diff := cmp.Diff(want, s.API().Environment); diff != "" {
		t.Errorf("environment of the app: want -, got +\n%s", diff)
	}
}

// What is configured for api_handler is what the app as a whole has.
func TestAPIHandlerSpeaksForTheApp(t *testing.T) {
	s, err := config.Parse([]byte(`{"stages": {"dev": {"lambda_functions": {"api_handler": {"xray": true, "environment_variables": {"AA": "b"}}}}}}`),
		config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !s.API().XRay || s.Defaults.XRay {
		t.Errorf("xray: got API %v, defaults %v; want true, false", s.API().XRay, s.Defaults.XRay)
	}
	if got := s.API().Environment["AA"].Text; got != "b" {
		t.Errorf("environment: got %v, want b", got)
	}
}

// Merging gives every function maps of its own: a renderer that adds a tag to
// one must not change another.
func TestFunctionsShareNoMaps(t *testing.T) {
	s, err := config.Parse([]byte(`{"tags": {"a": "b"}, "lambda_functions": {"f": {}, "g": {}}}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := maps.Clone(s.Function("g").Tags)
	s.Function("f").Tags["x"] = text("y")
	if diff := cmp.Diff(before, s.Function("g").Tags); diff != "" {
		t.Errorf("tags of g changed with those of f:\n%s", diff)
	}
}

func TestStages(t *testing.T) {
	const file = `{"lambda_timeout": 1, "stages": {"dev": {"lambda_timeout": 2}, "prod": {"lambda_timeout": 3}}}`
	for name, tc := range map[string]struct {
		file    string
		opts    config.Options
		timeout int
		err     string
	}{
		"the default":             {file: file, timeout: 2},
		"another":                 {file: file, opts: config.Options{Stage: "prod"}, timeout: 3},
		"none such":               {file: file, opts: config.Options{Stage: "qa"}, err: `stages has no stage "qa", only dev, prod`},
		"none such, any will do":  {file: file, opts: config.Options{Stage: "qa", AnyStage: true}, timeout: 1},
		"no stages at all":        {file: `{"lambda_timeout": 1}`, opts: config.Options{Stage: "qa"}, timeout: 1},
		"an empty list of stages": {file: `{"lambda_timeout": 1, "stages": {}}`, opts: config.Options{Stage: "qa"}, timeout: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), tc.opts)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("got error %v, want %q in it", err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Defaults.Timeout; got != tc.timeout {
				t.Errorf("got timeout %d, want %d", got, tc.timeout)
			}
		})
	}
}
