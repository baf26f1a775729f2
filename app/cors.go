package app

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// CORSConfig says which cross-origin requests are allowed. The zero value is
// the default configuration: every origin, and the headers that API Gateway
// itself uses.
type CORSConfig struct {
	// AllowOrigin is one origin, a scheme and a host such as https://example.com,
	// or * for all, which is also what empty means.
	AllowOrigin string `json:"allow_origin,omitempty"`
	// AllowHeaders are allowed beside Authorization, Content-Type, X-Amz-Date,
	// X-Amz-Security-Token and X-Api-Key.
	AllowHeaders  []string `json:"allow_headers,omitempty"`
	ExposeHeaders []string `json:"expose_headers,omitempty"`
	// MaxAge is for how many seconds a browser may remember the answer; nil
	// leaves it to the browser, 0 forbids it.
	MaxAge *int `json:"max_age,omitempty"`
	// AllowCredentials lets browsers send cookies and the like. It needs an origin
	// by name.
	AllowCredentials bool `json:"allow_credentials,omitempty"`
}

// UnmarshalJSON reads a configuration; an origin that is left out is "*".
func (c *CORSConfig) UnmarshalJSON(data []byte) error {
	type plain CORSConfig
	decoded := plain{AllowOrigin: "*"}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&decoded); err != nil {
		return err
	}
	*c = CORSConfig(decoded)
	return nil
}

// HeaderField is a header's name and value.
type HeaderField struct{ Name, Value string }

// neededHeaders are the headers that API Gateway's own clients send.
var neededHeaders = []string{"Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "X-Api-Key"}

// Headers returns the headers that a response has with this configuration.
func (c CORSConfig) Headers() []HeaderField {
	origin := c.AllowOrigin
	if origin == "" {
		origin = "*"
	}
	allowed := slices.Concat(neededHeaders, c.AllowHeaders)
	slices.Sort(allowed)
	headers := []HeaderField{
		{"Access-Control-Allow-Origin", origin},
		{"Access-Control-Allow-Headers", strings.Join(slices.Compact(allowed), ",")},
	}
	if len(c.ExposeHeaders) > 0 {
		headers = append(headers, HeaderField{"Access-Control-Expose-Headers", strings.Join(c.ExposeHeaders, ",")})
	}
	if c.MaxAge != nil {
		headers = append(headers, HeaderField{"Access-Control-Max-Age", strconv.Itoa(*c.MaxAge)})
	}
	if c.AllowCredentials {
		headers = append(headers, HeaderField{"Access-Control-Allow-Credentials", "true"})
	}
	return headers
}

// Equal reports whether the headers of two configurations are the same.
func (c CORSConfig) Equal(other CORSConfig) bool {
	return slices.Equal(c.Headers(), other.Headers())
}

// putCORS keeps a copy of a configuration, which the caller can't change
// anymore.
func (s *settings) putCORS(option string, configs []CORSConfig) {
	s.manyCORS = s.manyCORS || len(configs) > 1
	cors := &CORSModel{Enabled: true}
	if len(configs) > 0 {
		c := configs[0]
		if c.AllowOrigin == "" {
			c.AllowOrigin = "*"
		}
		c.AllowHeaders = slices.Clone(c.AllowHeaders)
		c.ExposeHeaders = slices.Clone(c.ExposeHeaders)
		if c.MaxAge != nil {
			c.MaxAge = new(*c.MaxAge)
		}
		cors.Config = &c
	}
	put(s, &s.cors, option, cors)
}

func (c *CORSModel) enabled() bool { return c != nil && c.Enabled }

// config returns the configuration, or the default one if none was given.
func (c *CORSModel) config() CORSConfig {
	if c.Config == nil {
		return CORSConfig{AllowOrigin: "*"}
	}
	return *c.Config
}

// check reports options that are given twice, and options that aren't allowed.
func (s *settings) check(r reporter) {
	for _, name := range s.repeated {
		r.report("%s is given twice: only one can count", name)
	}
	if s.manyCORS {
		r.report("CORS takes one configuration at most")
	}
	s.allowed(r)
}
