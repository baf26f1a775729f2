package config_test

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
)

func TestStack(t *testing.T) {
	for name, tc := range map[string]struct {
		file      string
		overrides map[string]any
		stage     string
		want      string
		problem   string
	}{
		"app and stage": {file: `{"app_name": "shop"}`, want: "shop-dev"},
		"underscores":   {file: `{"app_name": "my_shop", "stages": {"pre_prod": {}}}`, stage: "pre_prod", want: "my-shop-pre-prod"},
		"the app's own": {file: `{}`, want: "own-name-dev"},
		"a name of one's own": {
			file: `{"app_name": "shop", "stages": {"dev": {"stack_name": "Shop"}}}`, want: "Shop",
		},
		"at the top level, for a single stage": {file: `{"stack_name": "Shop", "stages": {"dev": {}, "prod": {"stack_name": "P"}}}`, want: "Shop"},
		"a flag": {
			file: `{"app_name": "shop", "stages": {"dev": {"stack_name": "Shop"}}}`, overrides: map[string]any{"stack_name": "Mine"}, want: "Mine",
		},
		"an app that CloudFormation doesn't take": {
			file:    "{\n\"app_name\": \"9shop\", \"stages\": {\"dev\": {}}}",
			problem: ".chalice/config.json:2: app_name gives the stack the name 9shop-dev, but CloudFormation takes letters, digits and -, 128 at most, starting with a letter: set stack_name or --stack-name",
		},
		"a stage that it doesn't take": {
			file: "{\n\"app_name\": \"shop\",\n\"stages\": {\"v1.2\": {}}}", stage: "v1.2",
			problem: ".chalice/config.json:3: stages.v1.2 gives the stack the name shop-v1.2, but",
		},
		"a stage without a block": {
			file: `{}`, stage: "a.b", problem: `the stage a.b of "own_name" gives the stack the name own-name-a.b, but`,
		},
		"too long": {
			file: `{"app_name": "` + strings.Repeat("a", 125) + `"}`, problem: ".chalice/config.json:1: app_name gives the stack the name aaa",
		},
		"one for two stages": {
			file:    "{\n\"stack_name\": \"Shop\",\n\"stages\": {\"dev\": {}, \"prod\": {}, \"test\": {\"stack_name\": \"T\"}}}",
			problem: ".chalice/config.json:2: stack_name gives one stack to the stages dev and prod: write one into each stage",
		},
		"a placeholder": {
			file: `{"stages": {"dev": {"stack_name": "${NAME}"}}}`, problem: `.chalice/config.json:1: stack_name is "${NAME}", but nothing fills that in`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{Stage: tc.stage, Overrides: tc.overrides, Names: flags})
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Stack("own_name")
			switch {
			case tc.problem == "" && (err != nil || got != tc.want):
				t.Errorf("got %q, %v, want %q", got, err, tc.want)
			case tc.problem != "" && (err == nil || !strings.HasPrefix(err.Error(), tc.problem)):
				t.Errorf("got %q, %v, want the error %s", got, err, tc.problem)
			}
		})
	}
}

// flags calls keys as a command does that has flags for them.
func flags(name string) string {
	if name == "stack_name" {
		return "--stack-name"
	}
	return name
}

func TestStackNameMistakes(t *testing.T) {
	for name, tc := range map[string]struct{ file, problem string }{
		"a digit first":   {`{"stack_name": "9x"}`, "stack_name must be a name of letters, digits and -, 128 at most, that starts with a letter"},
		"an underscore":   {`{"stages": {"dev": {"stack_name": "a_b"}}}`, "stages.dev.stack_name must be a name of letters"},
		"too long":        {`{"stack_name": "` + strings.Repeat("a", 129) + `"}`, "stack_name must be a name of letters"},
		"a bucket's name": {`{"artifact_bucket": "Not_A_Bucket"}`, "artifact_bucket must be the name of a bucket"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Parse([]byte(tc.file), config.Options{})
			if err == nil || !strings.Contains(err.Error(), ".chalice/config.json:1: "+tc.problem) {
				t.Errorf("got %v, want %s", err, tc.problem)
			}
		})
	}
}
