package jwt_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"

	"github.com/chalice-go/chalice/internal/jwt"
)

const issuer = "https://issuer.test"

var want = jwt.Want{Issuers: []string{issuer}, Audiences: []string{"web", "mobile"}}

func rsaKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sign makes a token by a maintained library.
func sign(t testing.TB, alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := josejwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func jwks(keys ...jose.JSONWebKey) jose.JSONWebKeySet { return jose.JSONWebKeySet{Keys: keys} }

func claims(changes map[string]any) map[string]any {
	now := time.Now().Unix()
	c := map[string]any{"iss": issuer, "aud": "web", "sub": "u", "exp": now + 60, "iat": now - 1, "nbf": now - 1}
	maps.Copy(c, changes)
	for name, v := range c {
		if v == nil {
			delete(c, name)
		}
	}
	return c
}

func TestVerify(t *testing.T) {
	key, other := rsaKey(t), rsaKey(t)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := jwt.GivenKeys(nil, jwks(
		jose.JSONWebKey{Key: key.Public(), KeyID: "rsa", Algorithm: "RS256", Use: "sig"},
		jose.JSONWebKey{Key: curve.Public(), KeyID: "ec"},
		jose.JSONWebKey{Key: other.Public(), KeyID: "enc", Use: "enc"},
	))
	if err != nil {
		t.Fatal(err)
	}
	rs := func(changes map[string]any) string { return sign(t, jose.RS256, key, "rsa", claims(changes)) }
	good := rs(nil)
	parts := strings.Split(good, ".")
	now := time.Now().Unix()
	// The public key in the forms in which a program could have it as a secret.
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"rsa"}`))
	for name, tc := range map[string]struct{ token, want string }{
		"RS256":               {good, ""},
		"ES256":               {sign(t, jose.ES256, curve, "ec", claims(nil)), ""},
		"no kid":              {sign(t, jose.ES256, curve, "", claims(nil)), ""},
		"audiences":           {rs(map[string]any{"aud": []string{"x", "mobile"}}), ""},
		"client_id":           {rs(map[string]any{"aud": nil, "client_id": "web"}), ""},
		"part of a second":    {rs(map[string]any{"exp": float64(now) + 60.5}), ""},
		"only what is needed": {rs(map[string]any{"nbf": nil, "iat": nil}), ""},

		"expired":              {rs(map[string]any{"exp": now - 1}), "the token has expired"},
		"expires now":          {rs(map[string]any{"exp": now}), "the token has expired"},
		"no exp":               {rs(map[string]any{"exp": nil}), "no claim exp"},
		"exp a text":           {rs(map[string]any{"exp": "9999999999"}), "which is no time"},
		"not yet":              {rs(map[string]any{"nbf": now + 60}), "not valid yet"},
		"issued later":         {rs(map[string]any{"iat": now + 60}), "issued in the future"},
		"audience":             {rs(map[string]any{"aud": "other"}), "is for other"},
		"no audience":          {rs(map[string]any{"aud": nil}), "and not for web or mobile"},
		"aud before client_id": {rs(map[string]any{"aud": "other", "client_id": "web"}), "is for other"},
		"part of an audience":  {rs(map[string]any{"aud": "web mobile"}), "is for web mobile"},
		"issuer":               {rs(map[string]any{"iss": issuer + "/"}), "the token's issuer is"},
		"no issuer":            {rs(map[string]any{"iss": nil}), "the token's issuer is"},
		"issuers":              {rs(map[string]any{"iss": []string{issuer}}), "the token's issuer is"},

		"another's key":     {sign(t, jose.RS256, other, "rsa", claims(nil)), "the signature is not one of the key"},
		"unknown key":       {sign(t, jose.RS256, key, "gone", claims(nil)), `no key "gone"`},
		"a key to encrypt":  {sign(t, jose.RS256, other, "enc", claims(nil)), `no key "enc"`},
		"another algorithm": {sign(t, jose.RS512, key, "rsa", claims(nil)), `no key "rsa" for RS512`},
		"none":              {none + "." + parts[1] + ".", "can't be read"},
		"none, with a text": {none + "." + parts[1] + "." + parts[2], "can't be read"},
		"HS256, PEM":        {sign(t, jose.HS256, public, "rsa", claims(nil)), "can't be read"},
		"HS256, DER":        {sign(t, jose.HS256, der, "rsa", claims(nil)), "can't be read"},
		"HS256, modulus":    {sign(t, jose.HS256, key.N.Bytes(), "rsa", claims(nil)), "can't be read"},
		"claims of another": {parts[0] + "." + strings.Split(rs(map[string]any{"sub": "root"}), ".")[1] + "." + parts[2], "the signature is not one of the key"},
		"no signature":      {parts[0] + "." + parts[1] + ".", ""},
		"two parts":         {parts[0] + "." + parts[1], "three parts"},
		"no token":          {"", "three parts"},
		"no JSON":           {"a.b.c", "can't be read"},
		"long":              {strings.Repeat("a", 1<<20), "longer than"},
	} {
		got, err := keys.Verify(t.Context(), tc.token, want)
		switch {
		case name == "no signature":
			if err == nil {
				t.Errorf("%s: accepted", name)
			}
		case tc.want == "" && (err != nil || got["sub"] != "u"):
			t.Errorf("%s: got %v, %v", name, got, err)
		case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
			t.Errorf("%s: got %v, %v; want an error with %q", name, got, err, tc.want)
		}
	}
}

// server is an issuer on loopback.
type server struct {
	*httptest.Server
	keys  atomic.Pointer[jose.JSONWebKeySet]
	asked atomic.Int32
	reply atomic.Pointer[func(w http.ResponseWriter, r *http.Request) bool]
}

func newServer(t testing.TB) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if reply := s.reply.Load(); reply != nil && (*reply)(w, r) {
			return
		}
		switch r.URL.Path {
		case "/.well-known/openid-configuration":
			json.NewEncoder(w).Encode(map[string]string{"issuer": s.URL, "jwks_uri": s.URL + "/keys"})
		case "/keys":
			s.asked.Add(1)
			json.NewEncoder(w).Encode(s.keys.Load())
		default:
			w.WriteHeader(404)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestKeysOfIssuer(t *testing.T) {
	s := newServer(t)
	first, second := rsaKey(t), rsaKey(t)
	set := jwks(jose.JSONWebKey{Key: first.Public(), KeyID: "1"})
	s.keys.Store(&set)
	now := time.Now()
	keys := jwt.NewKeys(func() time.Time { return now })
	try := func(key *rsa.PrivateKey, kid string) error {
		token := sign(t, jose.RS256, key, kid, claims(map[string]any{"iss": s.URL, "exp": now.Unix() + 60}))
		_, err := keys.Verify(t.Context(), token, jwt.Want{Issuers: []string{s.URL}, Audiences: []string{"web"}})
		return err
	}
	for range 3 {
		if err := try(first, "1"); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.asked.Load(); n != 1 {
		t.Errorf("the keys were asked for %d times", n)
	}
	// The issuer takes another key.
	set = jwks(jose.JSONWebKey{Key: second.Public(), KeyID: "2"})
	s.keys.Store(&set)
	if err := try(second, "2"); err != nil {
		t.Errorf("after the keys were replaced: %v", err)
	}
	if err := try(first, "1"); err == nil {
		t.Error("a token of the old key is accepted")
	}
	// Tokens with made-up keys don't make that many questions.
	for range 50 {
		if try(second, "made up") == nil {
			t.Error("a token of a made-up key is accepted")
		}
	}
	if n := s.asked.Load(); n > 5 {
		t.Errorf("the keys were asked for %d times", n)
	}
	if err := try(second, "2"); err != nil {
		t.Errorf("the known key: %v", err)
	}
	// After a while keys are asked for again.
	before := s.asked.Load()
	now = now.Add(3 * time.Hour)
	if err := try(second, "2"); err != nil || s.asked.Load() != before+1 {
		t.Errorf("hours later: %v, asked %d times", err, s.asked.Load())
	}
}

// TestKeysOfTheSameName: an issuer can replace a key without another name, or have
// keys without names.
func TestKeysOfTheSameName(t *testing.T) {
	for _, kid := range []string{"1", ""} {
		s := newServer(t)
		first, second := rsaKey(t), rsaKey(t)
		set := jwks(jose.JSONWebKey{Key: first.Public(), KeyID: kid})
		s.keys.Store(&set)
		keys := jwt.NewKeys(nil)
		try := func(key *rsa.PrivateKey) error {
			token := sign(t, jose.RS256, key, kid, claims(map[string]any{"iss": s.URL}))
			_, err := keys.Verify(t.Context(), token, jwt.Want{Issuers: []string{s.URL}})
			return err
		}
		if err := try(first); err != nil {
			t.Fatal(err)
		}
		replaced := jwks(jose.JSONWebKey{Key: second.Public(), KeyID: kid})
		s.keys.Store(&replaced)
		if err := try(second); err != nil {
			t.Errorf("%q: after the key was replaced: %v", kid, err)
		}
		for range 20 {
			if err := try(first); err == nil || !strings.Contains(err.Error(), "not one of the key") {
				t.Errorf("%q: the old key: %v", kid, err)
			}
		}
		if n := s.asked.Load(); n > 5 {
			t.Errorf("%q: the keys were asked for %d times", kid, n)
		}
		if err := try(second); err != nil {
			t.Errorf("%q: the new key: %v", kid, err)
		}
	}
}

func TestKeysThatCannotBeHad(t *testing.T) {
	key := rsaKey(t)
	for name, tc := range map[string]struct {
		reply func(w http.ResponseWriter, r *http.Request) bool
		want  string
	}{
		"status":  {func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(500); return true }, "status 500"},
		"no JSON": {func(w http.ResponseWriter, _ *http.Request) bool { w.Write([]byte("<html>")); return true }, "no JSON object"},
		"large": {func(w http.ResponseWriter, _ *http.Request) bool {
			w.Write(bytes.Repeat([]byte(" "), 2<<20))
			return true
		}, "longer than"},
		"another issuer": {func(w http.ResponseWriter, _ *http.Request) bool {
			w.Write([]byte(`{"issuer":"https://x.test","jwks_uri":"x"}`))
			return true
		}, `that of "https://x.test"`},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
			return true
		}, "no address of https"},
		"no keys": {func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/keys" {
				w.Write([]byte(`{"keys":[{"kty":"oct","k":"AAAA"}]}`))
				return true
			}
			return false
		}, "no public key"},
	} {
		s := newServer(t)
		s.reply.Store(&tc.reply)
		token := sign(t, jose.RS256, key, "1", claims(map[string]any{"iss": s.URL}))
		_, err := jwt.NewKeys(nil).Verify(t.Context(), token, jwt.Want{Issuers: []string{s.URL}})
		var unknown *jwt.UnknownKeysError
		if !errors.As(err, &unknown) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
}

func TestIssuerHasLittleTime(t *testing.T) {
	s := newServer(t)
	release := make(chan struct{})
	slow := func(http.ResponseWriter, *http.Request) bool { <-release; return true }
	s.reply.Store(&slow)
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	token := sign(t, jose.RS256, rsaKey(t), "1", claims(map[string]any{"iss": s.URL}))
	if _, err := jwt.NewKeys(nil).Verify(ctx, token, jwt.Want{Issuers: []string{s.URL}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestGivenKeys(t *testing.T) {
	key := rsaKey(t)
	one := jose.JSONWebKey{Key: key.Public(), KeyID: "1"}
	data, err := json.Marshal(jwks(one))
	if err != nil {
		t.Fatal(err)
	}
	single, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	token := sign(t, jose.RS256, key, "1", claims(nil))
	for name, given := range map[string]any{
		"set": jwks(one), "key": one, "JSON": data, "text": string(data), "raw": json.RawMessage(data), "one as JSON": single,
		"public key": key.Public(), "private key": key, "private JWK": jose.JSONWebKey{Key: key, KeyID: "1"},
	} {
		keys, err := jwt.GivenKeys(nil, given)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := keys.Verify(t.Context(), token, want); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, given := range map[string]any{"secret": []byte(`{"kty":"oct","k":"AAAA"}`), "nothing": nil, "no JSON": "x", "empty": "{}", "number": 1} {
		if _, err := jwt.GivenKeys(nil, given); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// FuzzVerify: what nobody signed is never accepted.
func FuzzVerify(f *testing.F) {
	key := rsaKey(f)
	keys, err := jwt.GivenKeys(nil, key.Public())
	if err != nil {
		f.Fatal(err)
	}
	good := sign(f, jose.RS256, key, "1", claims(nil))
	f.Add(good)
	f.Add("..")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		got, err := keys.Verify(t.Context(), token, want)
		// base64 has several forms of a signature's last character.
		if err == nil && !strings.HasPrefix(token, good[:strings.LastIndexByte(good, '.')]) {
			t.Errorf("%q is accepted with %v", token, got)
		}
	})
}
