package config

import "github.com/chalice-go/chalice/internal/lazyregexp"

// OpenAPI is what the app's OpenAPI document says of the API as a whole. What is empty is
// left out, or taken from the app.
type OpenAPI struct {
	Title, Version, Description string
	TermsOfService              string // a URL
	Contact                     Contact
	License                     License
	OAuth2                      OAuth2
}

// OAuth2 are the endpoints of the issuer of tokens, for apps with one issuer.
type OAuth2 struct{ AuthorizationURL, TokenURL string }

// Contact is whom users of an API can ask.
type Contact struct{ Name, URL, Email string }

// License is the license of an API; one without a name is none.
type License struct {
	Name string
	URL  string // where the text is; empty if there is an Identifier
	// Identifier is an expression of SPDX, such as Apache-2.0.
	Identifier string
}

const openAPIKey = "openapi"

var (
	webURL       = lazyregexp.New(`^https?://[^\s/]+\S*$`)
	emailAddress = lazyregexp.New(`^[^\s@]+@[^\s@]+$`)
	// https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
	spdxExpression = lazyregexp.New(`^[A-Za-z0-9.()+: -]+$`)
)

var openAPIKeys = []Key{
	{
		Name: openAPIKey, Scope: stageScopes, Kind: Object, merged: true,
		Doc: "What the OpenAPI document that chalice openapi prints says of the API. Scopes are merged.",
		Keys: []Key{
			{
				Name: "title", Scope: stageScopes,
				plain: true,
				form:  "a text", pattern: notEmpty,
				Doc: "Name of the API. Without it, the app's own name.",
			},
			{
				Name: "version", Scope: stageScopes, Default: `"1.0"`,
				plain: true,
				form:  "a text", pattern: notEmpty,
				Doc: "Version of the API, as its users know it.",
			},
			{
				Name: "description", Scope: stageScopes,
				plain: true,
				Doc:   "What the API is for, in CommonMark. Without it, the comment of the program's package main.",
			},
			{
				Name: "terms_of_service", Scope: stageScopes,
				plain: true,
				form:  "a URL, such as https://example.com/terms", pattern: webURL,
				Doc: "URL of the terms of service.",
			},
			{
				Name: "contact", Scope: stageScopes, Kind: Object, Keys: contactKeys,
				Doc: "Whom users of the API can ask.",
			},
			{
				Name: "license", Scope: stageScopes, Kind: Object, Keys: licenseKeys,
				Doc: "License of the API.",
			},
			{
				Name: "oauth2", Scope: stageScopes, Kind: Object, Keys: oauth2Keys,
				Doc: "Endpoints of the issuer of the tokens that routes with scopes take, of app.JWT or app.CognitoUserPool. Without them, the document names the issuer alone.",
			},
		},
	},
}

var contactKeys = []Key{
	{
		Name: "name", Scope: stageScopes,
		plain: true,
		form:  "a text", pattern: notEmpty,
		Doc: "Name of a person or team.",
	},
	{
		Name: "url", Scope: stageScopes,
		plain: true,
		form:  "a URL, such as https://example.com/support", pattern: webURL,
		Doc: "URL of a page about how to ask.",
	},
	{
		Name: "email", Scope: stageScopes,
		plain: true,
		form:  "an email address", pattern: emailAddress,
		Doc: "Email address.",
	},
}

var licenseKeys = []Key{
	{
		Name: "name", Scope: stageScopes, Required: true,
		plain: true,
		form:  "a text", pattern: notEmpty,
		Doc: "Name of the license.",
	},
	{
		Name: "identifier", Scope: stageScopes,
		plain: true,
		form:  "an expression of SPDX, such as Apache-2.0", pattern: spdxExpression,
		Doc: "SPDX expression for the license; doesn't go with url.",
	},
	{
		Name: "url", Scope: stageScopes,
		plain: true,
		form:  "a URL, such as https://example.com/license", pattern: webURL,
		Doc: "URL of the license's text; doesn't go with identifier.",
	},
}

var oauth2Keys = []Key{
	{
		Name: "authorization_url", Scope: stageScopes,
		plain: true,
		form:  "a URL, such as https://login.example.com/oauth2/authorize", pattern: webURL,
		Doc: "URL of the page where people allow a client to act for them.",
	},
	{
		Name: "token_url", Scope: stageScopes,
		plain: true,
		form:  "a URL, such as https://login.example.com/oauth2/token", pattern: webURL,
		Doc: "URL from which a client gets its tokens.",
	},
}

// mergeOpenAPI puts what is said of the API into a stage.
func (s *source) mergeOpenAPI(out *Stage) {
	o := s.openAPI()
	if len(o.byKey) == 0 {
		return
	}
	contact, license, oauth := o.object("contact"), o.object("license"), o.object("oauth2")
	out.OpenAPI = &OpenAPI{
		Title:          o.text("title"),
		Version:        o.text("version"),
		Description:    o.text("description"),
		TermsOfService: o.text("terms_of_service"),
		Contact:        Contact{contact.text("name"), contact.text("url"), contact.text("email")},
		License:        License{license.text("name"), license.text("url"), license.text("identifier")},
		OAuth2:         OAuth2{oauth.text("authorization_url"), oauth.text("token_url")},
	}
}

// openAPI returns what all scopes say of the API.
func (s *source) openAPI() *object {
	o := &object{byKey: map[string]*member{}}
	for _, m := range s.winners("", openAPIKey) {
		o.byKey[m.key] = m
	}
	return o
}

// checkOpenAPI reports a license that is said in two ways.
// https://spec.openapis.org/oas/v3.1.1.html#license-object
func (s *Stage) checkOpenAPI(ms *mistakes) {
	if s.source == nil {
		return
	}
	license := s.source.openAPI().object("license")
	if license.get("url") != nil && license.get("identifier") != nil {
		ms.add(license.get("url").line, keyPath{openAPIKey, "license", "url"}, "doesn't go with identifier, which says where the text is: remove one of them")
	}
}
