package gateway

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/chalice-go/chalice/app"
)

const fuzzedMethod = "arn:aws:execute-api:us-east-1:123456789012:api/stage/GET/users/1"

// FuzzAuthAnswer reads arbitrary results of an authorizer's function. Only an
// Allow allows, a Deny of everything wins, and the context is text.
func FuzzAuthAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"principalId":"u","policyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}]},"context":{"a":1,"b":true,"c":"x","d":null}}`,
		`{"policyDocument":{"Statement":{"Effect":"Allow","NotAction":["s3:*"],"NotResource":"arn:x"}}}`,
		`{"policyDocument":{"Statement":[{"Effect":"Deny","Action":"*","Resource":["*"],"Condition":{"Bool":{}}},{"Effect":"Allow","Action":"*","Resource":"arn:aws:execute-api:*:*:*/*/GET/*"}]}}`,
		`{"policyDocument":null,"principalId":7}`, `{"context":{"a":{}}}`, `null`, `[]`, `{"policyDocument":{"Statement":[[]]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var answer *authAnswer
		if json.Unmarshal(data, &answer) != nil || answer == nil {
			return
		}
		if found, err := answer.context(); err == nil {
			for name, value := range found {
				if _, ok := value.(string); !ok {
					t.Errorf("the context's %q is a %T", name, value)
				}
			}
		}
		p := answer.PolicyDocument
		decision := p.Decide(fuzzedMethod, false)
		if p == nil {
			if decision != app.AuthNotAllowed {
				t.Errorf("no policy decides %v", decision)
			}
			return
		}
		allows := false
		for _, s := range p.Statement {
			allows = allows || s.Effect == "Allow"
		}
		if decision == app.AuthAllowed && !allows {
			t.Errorf("%s allows without an Allow", data)
		}
		if strict := p.Decide(fuzzedMethod, true); strict == app.AuthAllowed && decision != app.AuthAllowed {
			t.Errorf("%s allows only if conditions count against the client", data)
		}
	})
}

// FuzzClaims reads arbitrary tokens. A token that is made of claims which were
// read has the same claims, and what isn't a token has none.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{
		"", ".", "..", "a.b.c", "Bearer x.e30.y", "x.e30", "x.e30=.y",
		"h." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"1","n":12345678901234567890,"scope":"a b","l":[1]}`)) + ".s",
		"h." + base64.RawURLEncoding.EncodeToString([]byte(`null`)) + ".s",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		claims, err := claimsOf(token)
		if err != nil {
			if claims != nil {
				t.Errorf("%q has claims %v and the error %v", token, claims, err)
			}
			return
		}
		data, err := json.Marshal(claims)
		if err != nil {
			t.Fatalf("the claims of %q can't be written: %v", token, err)
		}
		again, err := claimsOf("h." + base64.RawURLEncoding.EncodeToString(data) + ".s")
		if err != nil || !reflect.DeepEqual(claims, again) {
			t.Errorf("%q has claims %v, but a token of them %v, %v", token, claims, again, err)
		}
	})
}
