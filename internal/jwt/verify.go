package jwt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// algorithms are those whose keys are public. With none and HS256 in the list,
// everybody could sign.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512,
}

// maxToken is the size of tokens, in bytes, beyond which none is looked at: API
// Gateway takes headers of 10,240 bytes in all.
const maxToken = 16 << 10

// Want says which tokens are accepted.
type Want struct {
	// Issuers are the URLs of which the claim iss has to be one.
	Issuers []string
	// Audiences are those of which the claim aud, or client_id in a token without
	// aud, has to name one. nil accepts all.
	Audiences []string
}

// UnknownKeysError says that an issuer's keys can't be had, so that nobody knows
// whether a token is valid.
type UnknownKeysError struct {
	Issuer string
	Err    error
}

// Error says which issuer's, and why.
func (e *UnknownKeysError) Error() string {
	return fmt.Sprintf("the keys of %s can't be had: %v", e.Issuer, e.Err)
}

// Unwrap returns why.
func (e *UnknownKeysError) Unwrap() error { return e.Err }

// Verify returns the claims of a token, numbers as [json.Number]. The error says
// why the token isn't accepted; it is an [*UnknownKeysError] if the token could
// be a good one.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func (k *Keys) Verify(ctx context.Context, token string, want Want) (map[string]any, error) {
	if len(token) > maxToken {
		return nil, fmt.Errorf("the token is longer than %d bytes", maxToken)
	}
	if strings.Count(token, ".") != 2 {
		return nil, errors.New("it is no JSON Web Token, which has three parts with dots between them")
	}
	signed, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil {
		return nil, fmt.Errorf("the token can't be read: %w", err)
	}
	claims, err := claimsOf(signed.UnsafePayloadWithoutVerification())
	if err != nil {
		return nil, err
	}
	// The issuer says whose keys count, so it is looked at first.
	issuer, _ := claims["iss"].(string)
	if !slices.Contains(want.Issuers, issuer) {
		return nil, fmt.Errorf("the token's issuer is %q, and not %s", issuer, strings.Join(want.Issuers, " or "))
	}
	if err := k.checkSignature(ctx, signed, issuer); err != nil {
		return nil, err
	}
	return claims, check(claims, want.Audiences, k.now())
}

// claimsOf decodes claims.
func claimsOf(payload []byte) (map[string]any, error) {
	var claims map[string]any
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	if err := d.Decode(&claims); err != nil || claims == nil {
		return nil, errors.New("the token's claims are no JSON object")
	}
	return claims, nil
}

// checkSignature looks for the key with the token's kid that signed it. An issuer can
// take another key under the same name, or have no names: so if none of the kept keys
// signed the token, they are asked for again.
func (k *Keys) checkSignature(ctx context.Context, signed *jose.JSONWebSignature, issuer string) error {
	kid := signed.Signatures[0].Protected.KeyID
	keys, kept, err := k.of(ctx, issuer, kid, false)
	if err != nil {
		return &UnknownKeysError{issuer, err}
	}
	problem := signedBy(keys, signed)
	if problem == nil || !kept {
		return problem
	}
	if keys, kept, err = k.of(ctx, issuer, kid, true); err != nil || kept {
		return problem
	}
	return signedBy(keys, signed)
}

// signedBy returns why none of some keys can be that of a signature, nil if one is.
func signedBy(keys []jose.JSONWebKey, signed *jose.JSONWebSignature) error {
	header := signed.Signatures[0].Protected
	tried := 0
	for _, key := range keys {
		if !fits(key, header) {
			continue
		}
		tried++
		if _, err := signed.Verify(key.Key); err == nil {
			return nil
		}
	}
	if tried == 0 {
		return fmt.Errorf("the issuer has no key %q for %s", header.KeyID, header.Algorithm)
	}
	return fmt.Errorf("the signature is not one of the key %q", header.KeyID)
}

// fits reports whether a key can be that of a signature: by its name, and by
// what it is for, where it says so. The algorithm is the key's business and not
// the token's.
func fits(key jose.JSONWebKey, header jose.Header) bool {
	return key.Valid() && key.IsPublic() &&
		(key.KeyID == header.KeyID || key.KeyID == "" || header.KeyID == "") &&
		(key.Algorithm == "" || key.Algorithm == header.Algorithm) &&
		(key.Use == "" || key.Use == "sig")
}

// check checks the claims but for the issuer.
func check(claims map[string]any, audiences []string, now time.Time) error {
	if audiences != nil {
		if err := checkAudience(claims, audiences); err != nil {
			return err
		}
	}
	at := float64(now.UnixNano()) / 1e9
	for _, rule := range []struct {
		claim    string
		required bool
		broken   func(t float64) bool
		message  string
	}{
		{"exp", true, func(t float64) bool { return t <= at }, "the token has expired"},
		{"nbf", false, func(t float64) bool { return t > at }, "the token is not valid yet"},
		{"iat", false, func(t float64) bool { return t > at }, "the token was issued in the future"},
	} {
		t, given, err := seconds(claims, rule.claim)
		switch {
		case err != nil:
			return err
		case !given && rule.required:
			return fmt.Errorf("the token has no claim %s", rule.claim)
		case given && rule.broken(t):
			return fmt.Errorf("%s: its claim %s is %v, and it is %.0f", rule.message, rule.claim, claims[rule.claim], at)
		}
	}
	return nil
}

// seconds returns a claim that is a time in seconds of Unix time.
func seconds(claims map[string]any, name string) (t float64, given bool, err error) {
	v, given := claims[name]
	if !given {
		return 0, false, nil
	}
	number, _ := v.(json.Number)
	if t, err = number.Float64(); err != nil {
		return 0, true, fmt.Errorf("the token's claim %s is %v, which is no time", name, v)
	}
	return t, true, nil
}

// checkAudience looks for an audience in aud, a text or a list, or in client_id if
// there is no aud.
func checkAudience(claims map[string]any, audiences []string) error {
	name := "aud"
	if _, given := claims[name]; !given {
		name = "client_id"
	}
	var named []any
	switch v := claims[name].(type) {
	case []any:
		named = v
	default:
		named = []any{v}
	}
	for _, v := range named {
		if text, ok := v.(string); ok && slices.Contains(audiences, text) {
			return nil
		}
	}
	return fmt.Errorf("the token is for %v, by its claim %s, and not for %s", claims[name], name, strings.Join(audiences, " or "))
}
