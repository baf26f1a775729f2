package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
)

// TestDeploymentMistakes: of a deployment that many functions share a mistake is reported once.
func TestDeploymentMistakes(t *testing.T) {
	var eleven []string
	for i := range 11 {
		eleven = append(eleven, fmt.Sprintf("%q", fmt.Sprint("alarm-", i)))
	}
	for name, tc := range map[string]struct{ alarms, want string }{
		"names":              {`["errors", "paid-twice", {"Ref": "A"}, {"Ref": "B"}]`, ""},
		"an ARN":             {`["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:paid-twice"]`, "3: deployment.alarms has arn:aws:cloudwatch:eu-west-1:123456789012:alarm:paid-twice, but CodeDeploy knows alarms by their names: write what follows alarm: in it"},
		"a name twice":       {`["errors",\n"errors"]`, "4: deployment.alarms has errors twice"},
		"a reference twice":  {`[{"Ref": "A"}, {"Ref": "A"}]`, `3: deployment.alarms has {"Ref":"A"} twice`},
		"more than it takes": {"[" + strings.Join(eleven, ", ") + "]", "3: deployment.alarms are 11, 1 more than the 10 that CodeDeploy takes"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte("{\n\"deployment\": {\n\"alarms\": "+strings.ReplaceAll(tc.alarms, `\n`, "\n")+"}}"), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := s.Check([]string{"f", "g"}, nil); err != nil {
				got = err.Error()
			}
			if tc.want != "" {
				tc.want = config.File + ":" + tc.want
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}
