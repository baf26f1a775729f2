package synth_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// settled renders an app with one open route and one that needs a key.
func settled(t *testing.T, text, format string) any {
	t.Helper()
	stage, err := config.Parse([]byte(text), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := synth.Input{Version: "1.0.0", Stage: stage, Model: &app.Model{
		Version: app.ModelVersion, Name: "demo",
		Routes: []app.RouteModel{
			{Path: "/", Name: "index", Methods: []string{"GET"}},
			{Path: "/orders", Name: "orders", Methods: []string{"GET"}, APIKeyRequired: stage.APIType == config.REST},
		},
	}}
	data, err := render(t, in, format).JSON()
	if err != nil {
		t.Fatal(err)
	}
	var decoded any
	if err := json.Unmarshal(data, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

const ownDomain = `"api_gateway_custom_domain": {"certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/c", "domain_name": `

// TestURLOfADisabledEndpoint: what can be called is in the output.
func TestURLOfADisabledEndpoint(t *testing.T) {
	const disabled = `"disable_execute_api_endpoint": true, `
	for name, tc := range map[string]struct{ file, stack, terraform string }{
		"a name":              {disabled + ownDomain + `"a.test"}`, `"https://a.test/"`, `"https://a.test/"`},
		"a name and a prefix": {disabled + ownDomain + `"a.test", "url_prefix": "v1"}`, `"https://a.test/v1/"`, `"https://a.test/v1/"`},
		"the word for none":   {disabled + ownDomain + `"a.test", "url_prefix": "(none)"}`, `"https://a.test/"`, `"https://a.test/"`},
		"a reference":         {disabled + ownDomain + `{"Ref": "AWS::StackName"}}`, `{"Fn::Join":["",["https://",{"Ref":"AWS::StackName"},"/"]]}`, ""},
		"an expression":       {disabled + ownDomain + `"${var.name}"}`, "", `"https://${var.name}/"`},
	} {
		for _, front := range []string{config.REST, config.HTTP} {
			file := `{"api_type": "` + front + `", "app_name": "demo", ` + tc.file + "}"
			if tc.stack != "" {
				for _, format := range []string{"sam", "cloudformation"} {
					want(t, name+", "+front+", "+format, spelled(lookup(settled(t, file, format), "Outputs.EndpointURL.Value", format)), tc.stack)
				}
			}
			if tc.terraform != "" {
				want(t, name+", "+front, spelled(lookup(settled(t, file, "terraform"), "output.EndpointURL.value", "terraform")), tc.terraform)
			}
		}
	}
}

// TestKeysHaveNoValues: API Gateway makes them, and no template has one.
func TestKeysHaveNoValues(t *testing.T) {
	const file = `{"api_keys": ["a", "b-c"]}`
	for _, format := range []string{"sam", "cloudformation"} {
		got := settled(t, file, format)
		for _, key := range []string{"APIKeyA", "APIKeyBC"} {
			if name := spelled(lookup(got, "Resources."+key+".Properties", format)); strings.Contains(name, "Value") || !strings.Contains(name, `"Enabled":true`) {
				t.Errorf("%s: %s is %s", format, key, name)
			}
			want(t, format, spelled(lookup(got, "Outputs."+key+"Id.Value", format)), `{"Ref":"`+key+`"}`)
			want(t, format, spelled(lookup(got, "Resources.RestAPIUsagePlan"+key+".Properties.UsagePlanId", format)), `{"Ref":"RestAPIUsagePlan"}`)
		}
	}
	got := settled(t, file, "terraform")
	want(t, "a key", spelled(lookup(got, "resource.aws_api_gateway_api_key.api_key_b-c", "terraform")), `{"name":"b-c"}`)
}

// TestNothingConfigured: without settings, there are none of their resources.
func TestNothingConfigured(t *testing.T) {
	for _, front := range []string{config.REST, config.HTTP} {
		for _, format := range []string{"sam", "cloudformation", "terraform"} {
			text := spelled(settled(t, `{"api_type": "`+front+`", "access_log": false, "disable_execute_api_endpoint": false, "api_keys": [], "stage_variables": {}}`, format))
			for _, part := range []string{"vendedlogs", "ccess_log", "AccessLog", "sage_plan", "UsagePlan", "hrottling", "disableExecute", "WebACL", "ecurityPolicy", `"Variables"`} {
				if strings.Contains(text, part) {
					t.Errorf("%s, %s: the template has %s", front, format, part)
				}
			}
		}
	}
}

// TestTakenStageVariable: a document in a file needs variables of the stage for itself.
func TestTakenStageVariable(t *testing.T) {
	stage, err := config.Parse([]byte(`{"stage_variables": {"APIHandler": "mine"}}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := synth.Input{Version: "1.0.0", Stage: stage, Model: &app.Model{Version: app.ModelVersion, Name: "demo"}}
	for i := range 1500 {
		in.Model.Routes = append(in.Model.Routes, app.RouteModel{Path: "/r" + strings.Repeat("x", i%40) + "/" + string(rune('a'+i%26)) + strings.Repeat("y", i/26), Name: "r"})
	}
	graph, err := synth.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	template, err := synth.SAM(graph)
	if err != nil {
		t.Fatal(err)
	}
	_, err = template.Files(synth.Layout{File: "sam.yaml", Target: synth.Target{Region: "eu-central-1", AccountID: "123456789012"}})
	if err == nil || !strings.Contains(err.Error(), "needs the stage variable APIHandler, which stage_variables has already: give that another name") {
		t.Errorf("got %v", err)
	}
	if err != nil && strings.Count(err.Error(), "APIHandler, which") != 1 {
		t.Errorf("got one mistake for each route, want one: %.500v", err)
	}
}

// TestNamesOfKeys: keys have names of their own in every format, or say where they
// don't.
func TestNamesOfKeys(t *testing.T) {
	for names, want := range map[string]string{
		`"partner", "second-partner"`: "",
		`"partner", "Partner"`:        ".chalice/config.json:2: api_keys: partner and Partner would both be APIKeyPartner in the template; rename one of them",
		`"a-b", "c", "a_b", "aB"`: ".chalice/config.json:2: api_keys: a-b and a_b would both be APIKeyAB in the template; rename one of them\n" +
			".chalice/config.json:2: api_keys: a-b and aB would both be APIKeyAB in the template; rename one of them",
	} {
		stage, err := config.Parse([]byte("{\n\"api_keys\": ["+names+"]}"), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		m := &app.Model{Name: "demo", Routes: []app.RouteModel{{Path: "/", Name: "r", APIKeyRequired: true}}}
		_, err = synth.Build(synth.Input{Version: "1.0.0", Stage: stage, Model: m})
		if got := fmt.Sprint(err); got != want && (want != "" || err != nil) {
			t.Errorf("%s: got %s, want %s", names, got, want)
		}
	}
}
