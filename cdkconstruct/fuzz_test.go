package cdkconstruct

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
)

// FuzzOverrides takes whatever StageConfig.Raw can hold to a configuration: what
// is wrong with it is a mistake that names the key as the user knows it.
func FuzzOverrides(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"xray": true}`, `{"lambda_timeout": 0}`, `{"lambda_functions": {"f": {"lambda_timeout": 1e9, "nope": 1}}}`,
		`{"environment_variables": {"A": {"Ref": "T"}, "1": "x"}, "tags": {"aws:x": ""}}`, `{"a.b": 1}`, `{"stages": {}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var raw map[string]any
		if json.Unmarshal(data, &raw) != nil || token.Match(data) || strings.Contains(string(data), "-") {
			return // numbers and text that may be tokens are the CDK's to tell
		}
		props := &ChaliceProps{StageConfig: &StageConfig{Raw: &raw}}
		block, err := props.overrides(newTokens(nil))
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) > 0 && !reflect.DeepEqual(raw, block) {
			t.Errorf("%v became %v", raw, block)
		}
		_, err = config.Parse([]byte("{}"), config.Options{Stage: "s", AnyStage: true, Overrides: block, Names: propertyNames})
		if mistake := (*config.Mistake)(nil); errors.As(err, &mistake) && !strings.HasPrefix(mistake.Key, "StageConfig.") {
			t.Errorf("the mistake names no field: %v", err)
		}
	})
}
