package openapi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/openapi"
)

func TestServers(t *testing.T) {
	const domain = `"api_gateway_custom_domain": {"certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1", "domain_name": `
	const awaited, deployed = "https://{api_id}.execute-api.{region}.amazonaws.com", "https://abc.execute-api.eu-west-1.amazonaws.com/api/"
	for name, tc := range map[string]struct{ config, deployed, want string }{
		"nothing is known":                  {`{}`, "", awaited + "/api"},
		"a stage of its own":                {`{"api_gateway_stage": "v2"}`, "", awaited + "/v2"},
		"a stage that is filled in":         {`{"api_gateway_stage": "${var.stage}"}`, "", awaited + "/{stage}"},
		"an HTTP API":                       {`{"api_type": "http"}`, "", awaited},
		"an HTTP API with a stage":          {`{"api_type": "http", "api_gateway_stage": "v2"}`, "", awaited + "/v2"},
		"a URL":                             {`{"api_type": "function_url"}`, "", "https://{url_id}.lambda-url.{region}.on.aws"},
		"it is deployed":                    {`{}`, deployed, "https://abc.execute-api.eu-west-1.amazonaws.com/api"},
		"a domain":                          {`{` + domain + `"api.example.com"}}`, deployed, "https://api.example.com"},
		"a domain with a prefix":            {`{` + domain + `"api.example.com", "url_prefix": "v1"}}`, "", "https://api.example.com/v1"},
		"a domain without one, in words":    {`{` + domain + `"api.example.com", "url_prefix": "(none)"}}`, "", "https://api.example.com"},
		"a domain with a slash":             {`{` + domain + `"api.example.com", "url_prefix": "/"}}`, "", "https://api.example.com"},
		"a domain that a stack makes":       {`{` + domain + `{"Ref": "Name"}}}`, deployed, "https://abc.execute-api.eu-west-1.amazonaws.com/api"},
		"a prefix that is filled in":        {`{` + domain + `"api.example.com", "url_prefix": {"Ref": "Prefix"}}}`, "", awaited + "/api"},
		"a domain of Terraform's":           {`{` + domain + `"${var.name}"}}`, "", awaited + "/api"},
		"a domain of any number of clients": {`{` + domain + `"*.example.com"}}`, "", awaited + "/api"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.config), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := openapi.Servers(s, tc.deployed)
			if len(got) != 1 || got[0].URL != tc.want || got[0].Description != "Stage dev" {
				t.Errorf("got %+v, want %s", got, tc.want)
			}
		})
	}
}

// TestUndocumentable: what isn't an operation is an error that names the route.
func TestUndocumentable(t *testing.T) {
	for text, want := range map[string]string{
		`{"version":1,"name":"a","routes":[{"path":"/x","operation":[]}]}`: "route /x: want a JSON object, got a list",
		`{"version":1,"name":"a","schemas":"x"}`:                           "the model's schemas: want a JSON object, got a string",
	} {
		_, err := openapi.Build(modelOf(t, text), config.New("dev"), openapi.Comments{}, nil, openapi.V31)
		if err == nil {
			t.Errorf("%s has a document", text)
			continue
		}
		if diff := cmp.Diff(want, err.Error()); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}
