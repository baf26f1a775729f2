package synth_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestRoleActions lists what roles may do, whether their policies are generated or
// a file's, in which IAM takes one thing for a list of one.
func TestRoleActions(t *testing.T) {
	for name, tc := range map[string]struct {
		file string // empty: a generated policy
		want []string
	}{
		"generated":     {"", []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}},
		"lists":         {`{"Statement": [{"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"]}, {"Effect": "Allow", "Action": ["s3:GetObject"]}]}`, []string{"s3:GetObject", "s3:PutObject"}},
		"no lists":      {`{"Statement": {"Effect": "Allow", "Action": "s3:*"}}`, []string{"s3:*"}},
		"refused":       {`{"Statement": [{"Effect": "Deny", "Action": "s3:*"}]}`, nil},
		"no statements": {`{"Version": "2012-10-17"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			stage := config.New("dev")
			files := map[string][]byte{}
			if tc.file != "" {
				stage.Defaults.PolicyFile = ".chalice/policy.json"
				files[stage.Defaults.PolicyFile] = []byte(tc.file)
			}
			model := &app.Model{Version: 1, Name: "shop", Functions: []app.FunctionModel{{Name: "report", Kind: app.LambdaKind}}}
			graph, err := synth.Build(synth.Input{Model: model, Stage: stage, Files: files})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range graph.Resources() {
				got = append(got, r.Outline().Actions...)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
