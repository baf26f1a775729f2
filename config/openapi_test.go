package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
)

func TestOpenAPI(t *testing.T) {
	for name, tc := range map[string]struct {
		file string
		want *config.OpenAPI
	}{
		"nothing":       {`{"openapi": {}}`, nil},
		"null":          {`{"openapi": {"title": null, "contact": null}}`, nil},
		"a title alone": {`{"openapi": {"title": "Shop"}}`, &config.OpenAPI{Title: "Shop"}},
		"all there is": {
			`{"openapi": {"title": "Shop", "version": "2.1", "description": "Sells *things*.", "terms_of_service": "https://example.com/terms",
			"contact": {"name": "Desk", "url": "https://example.com/help", "email": "desk@example.com"}, "license": {"name": "MIT", "identifier": "MIT"},
			"oauth2": {"authorization_url": "https://example.com/a", "token_url": "https://example.com/t"}}}`,
			&config.OpenAPI{
				Title: "Shop", Version: "2.1", Description: "Sells *things*.", TermsOfService: "https://example.com/terms",
				Contact: config.Contact{Name: "Desk", URL: "https://example.com/help", Email: "desk@example.com"},
				License: config.License{Name: "MIT", Identifier: "MIT"},
				OAuth2:  config.OAuth2{AuthorizationURL: "https://example.com/a", TokenURL: "https://example.com/t"},
			},
		},
		"two scopes": {
			`{"openapi": {"title": "Shop", "version": "1", "contact": {"name": "Desk"}},
			"stages": {"dev": {"openapi": {"title": "Shop for trying", "contact": {"email": "dev@example.com"}, "license": {"name": "Ours", "url": "http://example.com/l"}}}}}`,
			&config.OpenAPI{
				Title: "Shop for trying", Version: "1",
				Contact: config.Contact{Email: "dev@example.com"}, License: config.License{Name: "Ours", URL: "http://example.com/l"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := config.Parse([]byte(tc.file), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.OpenAPI); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestOpenAPIMistakes(t *testing.T) {
	for name, tc := range map[string]struct{ file, want string }{
		"text":        {`{"openapi": "3.1"}`, `1: openapi must be an object, not "3.1"`},
		"another key": {"{\"openapi\": {\n\"titel\": \"Shop\"}}", `2: openapi.titel is not a key of the configuration; did you mean title?`},
		"no text":     {`{"openapi": {"title": 1}}`, `1: openapi.title must be a text, not 1`},
		"an empty title and an empty version": {
			`{"openapi": {"title": "", "version": ""}}`, "1: openapi.title must be a text, not \"\"\n1: openapi.version must be a text, not \"\"",
		},
		"a version that is a number": {`{"openapi": {"version": 1.0}}`, `1: openapi.version must be a text, not 1.0`},
		"URLs and an address that are none": {
			"{\"openapi\": {\"terms_of_service\": \"terms.html\",\n\"contact\": {\"url\": \"ftp://x\",\n\"email\": \"desk\"}}}",
			`1: openapi.terms_of_service must be a URL, such as https://example.com/terms, not "terms.html"
2: openapi.contact.url must be a URL, such as https://example.com/support, not "ftp://x"
3: openapi.contact.email must be an email address, not "desk"`,
		},
		"a license without a name": {"{\"openapi\": {\n\"license\": {\"url\": \"https://example.com\"}}}", `2: openapi.license.name is missing`},
		"a license in two ways": {
			"{\"openapi\": {\"license\": {\"name\": \"MIT\",\n\"identifier\": \"MIT\",\n\"url\": \"https://example.com\"}}}",
			`3: openapi.license.url doesn't go with identifier, which says where the text is: remove one of them`,
		},
		"an expression": {
			`{"openapi": {"title": "${name}"}}`, `1: openapi.title is "${name}", but packaging reads it itself, so that nothing fills that in: write the value`,
		},
		"at a function": {`{"lambda_functions": {"f": {"openapi": {}}}}`, `1: lambda_functions.f.openapi belongs to the top level or a stage, not to a function`},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{})
			if err == nil {
				err = s.Check(nil, nil)
			}
			if err == nil {
				t.Fatal("it is taken")
			}
			got := strings.ReplaceAll(err.Error(), ".chalice/config.json:", "")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}
