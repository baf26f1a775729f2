package app

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

const fuzzedMethod = "arn:aws:execute-api:us-east-1:123456789012:abc/api/GET/a/b"

// FuzzAuthPolicy decides by arbitrary policies: nothing allows what a Deny of
// everything denies, and strict decisions allow no more than others.
func FuzzAuthPolicy(f *testing.F) {
	for _, seed := range []string{
		"null", "{}", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
		`{"Statement":[{"Effect":"Allow","Action":["execute-api:Invoke"],"NotResource":["x"],"Condition":{"a":1}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var p *AuthPolicy
		if json.Unmarshal(data, &p) != nil || p == nil {
			return
		}
		if p.Decide(fuzzedMethod, true) == AuthAllowed && p.Decide(fuzzedMethod, false) != AuthAllowed {
			t.Errorf("%s allows only if conditions count against the client", data)
		}
		denied := AuthPolicy{append(statements{{Effect: "Deny", Action: patterns{"*"}, Resource: patterns{"*"}}}, p.Statement...)}
		if got := denied.Decide(fuzzedMethod, false); got != AuthDenied {
			t.Errorf("with a Deny of everything, %s decides %v", data, got)
		}
	})
}

// FuzzGlob compares the patterns of policies with regular expressions.
func FuzzGlob(f *testing.F) {
	for _, seed := range [][2]string{{"*", ""}, {"a*b?c", "axxbyc"}, {"**a", "aa"}, {"arn:*/GET/*", fuzzedMethod}, {"?", ""}, {"a*a*a", "aaaa"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 60 || !ascii(pattern) || !ascii(text) {
			return
		}
		quoted := regexp.QuoteMeta(pattern)
		quoted = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted)
		want := regexp.MustCompile(`(?s)\A` + quoted + `\z`).MatchString(text)
		if got := glob(pattern, text); got != want {
			t.Errorf("%q matches %q: got %t, want %t", pattern, text, got, want)
		}
	})
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
