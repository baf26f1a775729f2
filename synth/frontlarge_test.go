package synth_test

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestLargeHTTPAPI: a document that is too large for its template becomes a file, and
// the functions' names variables of the API's stage, as for a REST API.
func TestLargeHTTPAPI(t *testing.T) {
	in := largeApp(5000, 1)
	in.Stage.APIType = config.HTTP
	g, err := synth.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	sam, err := synth.SAM(g)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := synth.CloudFormation(g, synth.Code{})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		template *synth.Template
		file     string
		want     []string
	}{
		"SAM":            {sam, "sam.json", []string{`"DefinitionUri"`, `"StageVariables"`}},
		"CloudFormation": {plain, "template.json", []string{`"BodyS3Location"`, `"StageVariables"`}},
	} {
		files, err := tc.template.Files(synth.Layout{File: tc.file, Target: target})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		last := string(files[len(files)-1].Data)
		if !strings.Contains(last, "function:${stageVariables.APIHandler}/invocations") || !strings.Contains(last, `"openapi":"3.0.1"`) {
			t.Errorf("%s: the document is %.300s", name, last)
		}
		for _, want := range tc.want {
			if !strings.Contains(string(files[0].Data), want) {
				t.Errorf("%s: the template lacks %s", name, want)
			}
		}
	}
}
