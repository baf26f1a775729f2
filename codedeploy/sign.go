package codedeploy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

const service = "codedeploy"

// sign signs a request as of a time, by AWS's Signature Version 4.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func (p *place) sign(r *http.Request, body []byte, now time.Time) {
	stamp := now.UTC().Format("20060102T150405Z")
	r.Header.Set("X-Amz-Date", stamp)
	if p.token != "" {
		r.Header.Set("X-Amz-Security-Token", p.token)
	}
	scope := strings.Join([]string{stamp[:8], p.region, service, "aws4_request"}, "/")
	names, canonical := canonicalRequest(r, body)
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", stamp, scope, digest([]byte(canonical))}, "\n")
	signature := hex.EncodeToString(mac(p.key(stamp[:8]), toSign))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+p.keyID+"/"+scope+", SignedHeaders="+names+", Signature="+signature)
}

// canonicalRequest returns what a signature of a request covers, and the names of its
// headers. Requests have no query.
func canonicalRequest(r *http.Request, body []byte) (names, canonical string) {
	values := map[string]string{"host": r.URL.Host}
	for name := range r.Header {
		values[strings.ToLower(name)] = strings.TrimSpace(r.Header.Get(name))
	}
	var sorted []string
	for name := range values {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	var lines strings.Builder
	for _, name := range sorted {
		lines.WriteString(name + ":" + values[name] + "\n")
	}
	path := r.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	names = strings.Join(sorted, ";")
	return names, strings.Join([]string{r.Method, path, "", lines.String(), names, digest(body)}, "\n")
}

// key returns the key of a day.
func (p *place) key(day string) []byte {
	key := []byte("AWS4" + p.secret)
	for _, part := range []string{day, p.region, service, "aws4_request"} {
		key = mac(key, part)
	}
	return key
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
