package jwt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Limits on what is asked of an issuer.
const (
	askTimeout  = 5 * time.Second
	maxDocument = 1 << 20       // bytes
	keptFor     = 2 * time.Hour // as API Gateway may keep keys
	// A token that none of the keys signed makes that they are asked for again, as
	// they may have been replaced; but only so often.
	maxAsked    = 5
	askedWithin = time.Minute
)

// Keys are the public keys of issuers. Several goroutines can use them.
type Keys struct {
	now   func() time.Time
	given []jose.JSONWebKey
	fixed bool

	mu      sync.Mutex
	issuers map[string]*issuer
}

// NewKeys makes keys that each issuer is asked for. now is the clock by which
// tokens expire; nil: [time.Now].
func NewKeys(now func() time.Time) *Keys {
	if now == nil {
		now = time.Now
	}
	return &Keys{now: now, issuers: map[string]*issuer{}}
}

// GivenKeys makes keys of which no issuer is asked. Each is a JSON Web Key Set or
// a JSON Web Key, as JSON or as a value whose JSON it is, or a public key of
// crypto/rsa or crypto/ecdsa.
func GivenKeys(now func() time.Time, keys ...any) (*Keys, error) {
	k := NewKeys(now)
	k.fixed = true
	for i, v := range keys {
		more, err := keysOf(v)
		if err != nil {
			return nil, fmt.Errorf("key %d, a %T: %w", i+1, v, err)
		}
		k.given = append(k.given, more...)
	}
	return k, nil
}

// Given reports whether the keys were given, so that each token can be checked.
func (k *Keys) Given() bool { return k.fixed }

// keysOf reads keys in one of the forms that GivenKeys takes.
func keysOf(v any) ([]jose.JSONWebKey, error) {
	var data []byte
	switch v := v.(type) {
	case []byte:
		data = v
	case json.RawMessage:
		data = v
	case string:
		data = []byte(v)
	default:
		key := jose.JSONWebKey{Key: v}
		if key.Valid() {
			key = key.Public()
			return []jose.JSONWebKey{key}, nil
		}
		var err error
		if data, err = json.Marshal(v); err != nil {
			return nil, err
		}
	}
	return parseKeys(data)
}

// parseKeys reads a set of keys, or a single one. Keys of a set that are of an
// unknown kind are left out; secret keys are never among them.
func parseKeys(data []byte) ([]jose.JSONWebKey, error) {
	var set struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, fmt.Errorf("it is no JSON Web Key Set: %w", err)
	}
	if set.Keys == nil {
		set.Keys = []json.RawMessage{data}
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(raw, &key) != nil {
			continue
		}
		if public := key.Public(); public.Valid() { // the zero key for a secret
			keys = append(keys, public)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no public key in it")
	}
	return keys, nil
}

// issuer has the keys of one issuer.
type issuer struct {
	mu    sync.Mutex
	keys  []jose.JSONWebKey
	err   error       // of the last time that they were asked for
	asked []time.Time // when, within askedWithin
	at    time.Time   // when keys came
}

// of returns an issuer's keys, and reports whether they were kept from before. If
// none of them is of a name, or those that are kept aren't wanted, they are asked
// for again, unless that was done too often. Given keys are never kept ones.
func (k *Keys) of(ctx context.Context, name, kid string, anew bool) (keys []jose.JSONWebKey, kept bool, err error) {
	if k.fixed {
		return k.given, false, nil
	}
	k.mu.Lock()
	i := k.issuers[name]
	if i == nil {
		i = &issuer{}
		k.issuers[name] = i
	}
	k.mu.Unlock()
	i.mu.Lock()
	defer i.mu.Unlock()
	now := k.now()
	known := slices.ContainsFunc(i.keys, func(key jose.JSONWebKey) bool { return key.KeyID == kid || key.KeyID == "" || kid == "" })
	if known && !anew && now.Sub(i.at) < keptFor {
		return i.keys, true, nil
	}
	i.asked = slices.DeleteFunc(i.asked, func(t time.Time) bool { return now.Sub(t) >= askedWithin })
	if len(i.asked) >= maxAsked {
		if i.keys == nil {
			return nil, false, fmt.Errorf("%w (asked %d times within %v)", i.err, maxAsked, askedWithin)
		}
		return i.keys, true, nil
	}
	i.asked = append(i.asked, now)
	if keys, err = ask(ctx, name); err != nil {
		i.err = err
		return nil, false, err
	}
	i.keys, i.err, i.at = keys, nil, now
	return keys, false, nil
}

// ask gets the keys of an issuer: where they are, its configuration says.
// https://openid.net/specs/openid-connect-discovery-1_0.html
func ask(ctx context.Context, issuer string) ([]jose.JSONWebKey, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	data, err := get(ctx, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration")
	if err != nil {
		return nil, err
	}
	var configuration struct {
		Issuer  string
		JWKSURI string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(data, &configuration); err != nil {
		return nil, fmt.Errorf("its openid-configuration is no JSON object: %w", err)
	}
	switch {
	case configuration.Issuer != issuer:
		return nil, fmt.Errorf("its openid-configuration is that of %q", configuration.Issuer)
	case configuration.JWKSURI == "":
		return nil, errors.New("its openid-configuration has no jwks_uri")
	}
	if data, err = get(ctx, configuration.JWKSURI); err != nil {
		return nil, err
	}
	keys, err := parseKeys(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", configuration.JWKSURI, err)
	}
	return keys, nil
}

var client = &http.Client{CheckRedirect: func(r *http.Request, before []*http.Request) error {
	if len(before) > 3 {
		return errors.New("it redirects too often")
	}
	return checkURL(r.URL)
}}

// get reads a document of an issuer's.
func get(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if err := checkURL(u); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered with status %d", address, response.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, maxDocument+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", address, err)
	case len(data) > maxDocument:
		return nil, fmt.Errorf("%s is longer than %d bytes", address, maxDocument)
	}
	return data, nil
}

// checkURL refuses addresses at which anybody could answer: all but those of
// https, unless they are of this machine.
func checkURL(u *url.URL) error {
	host := u.Hostname()
	ip := net.ParseIP(host)
	if u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("%s is no address of https", u)
}
