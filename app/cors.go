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
	// AllowOrigins are several origins, in place of AllowOrigin. One can be a
	// pattern, as in https://*.example.com: the star stands for one or more labels
	// of a host's name, so it is https://a.example.com and https://b.a.example.com,
	// but not https://example.com itself. See [CORSConfig.HeadersFor].
	AllowOrigins []string `json:"allow_origins,omitempty"`
	// AllowHeaders are allowed beside Authorization, Content-Type, X-Amz-Date,
	// X-Amz-Security-Token and X-Api-Key.
	AllowHeaders  []string `json:"allow_headers,omitempty"`
	ExposeHeaders []string `json:"expose_headers,omitempty"`
	// MaxAge is for how many seconds a browser may remember the answer; nil
	// leaves it to the browser, 0 forbids it.
	MaxAge *int `json:"max_age,omitempty"`
	// AllowCredentials lets browsers send cookies and the like. It needs origins
	// by name, or patterns.
	AllowCredentials bool `json:"allow_credentials,omitempty"`
}

// AllowOrigins returns the default configuration for these origins alone, as
// CORSConfig.AllowOrigins has them:
//
//	app.CORS(app.AllowOrigins("https://a.example", "https://*.b.example"))
func AllowOrigins(origins ...string) CORSConfig {
	return CORSConfig{AllowOrigins: append([]string{}, origins...)} // not nil: none is a mistake
}

// UnmarshalJSON reads a configuration; an origin that is left out is "*".
func (c *CORSConfig) UnmarshalJSON(data []byte) error {
	type plain CORSConfig
	var decoded plain
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&decoded); err != nil {
		return err
	}
	*c = CORSConfig(decoded)
	c.fill()
	return nil
}

// fill puts in the origin that is meant if none is given.
func (c *CORSConfig) fill() {
	if c.AllowOrigin == "" && c.AllowOrigins == nil {
		c.AllowOrigin = everyOrigin
	}
}

// everyOrigin is what an answer names instead of an origin, for all of them.
const everyOrigin = "*"

// The headers of CORS.
const (
	allowOrigin      = "Access-Control-Allow-Origin"
	allowHeaders     = "Access-Control-Allow-Headers"
	allowMethods     = "Access-Control-Allow-Methods"
	allowCredentials = "Access-Control-Allow-Credentials"
	exposeHeaders    = "Access-Control-Expose-Headers"
	maxAge           = "Access-Control-Max-Age"
	vary             = "Vary"
)

// HeaderField is a header's name and value.
type HeaderField struct{ Name, Value string }

// varyByOrigin tells caches that the answer to another origin is another one.
var varyByOrigin = HeaderField{vary, "Origin"}

// neededHeaders are the headers that API Gateway's own clients send.
var neededHeaders = []string{"Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "X-Api-Key"}

// Origins returns the origins that are allowed, patterns as they are given, or
// "*" alone.
func (c CORSConfig) Origins() []string {
	switch {
	case len(c.AllowOrigins) > 0:
		return c.AllowOrigins
	case c.AllowOrigin == "":
		return []string{everyOrigin}
	}
	return []string{c.AllowOrigin}
}

// Echoes reports whether answers name the origin of the request, since there
// are several, or a pattern: then only the program can give them.
func (c CORSConfig) Echoes() bool {
	origins := c.Origins()
	return len(origins) > 1 || isPattern(origins[0])
}

// Headers returns the headers that every response has with this configuration:
// if it depends on the request which ones these are ([CORSConfig.Echoes]), that
// is Vary alone.
func (c CORSConfig) Headers() []HeaderField { return c.HeadersFor("") }

// HeadersFor returns the headers of a response to a request of an origin, which
// is the value of the request's header Origin; "" if there is none. If there are
// several origins, or patterns, a response names the request's if it is one of
// them, and otherwise tells a browser nothing. Either has the header
// "Vary: Origin".
//
// Origins are compared as browsers do, byte by byte. A host that a pattern's star
// stands for a part of is in lower case, without a dot at the end, and has the
// pattern's port.
func (c CORSConfig) HeadersFor(origin string) []HeaderField {
	if !c.Echoes() {
		return c.named(c.Origins()[0])
	}
	for _, allowed := range c.Origins() {
		if matchesOrigin(allowed, origin) {
			return append(c.named(origin), varyByOrigin)
		}
	}
	return []HeaderField{varyByOrigin}
}

// named returns the headers of a response that names an origin.
func (c CORSConfig) named(origin string) []HeaderField {
	headers := []HeaderField{
		{allowOrigin, origin},
		{allowHeaders, strings.Join(c.Allowed(), ",")},
	}
	if len(c.ExposeHeaders) > 0 {
		headers = append(headers, HeaderField{exposeHeaders, strings.Join(c.ExposeHeaders, ",")})
	}
	if c.MaxAge != nil {
		headers = append(headers, HeaderField{maxAge, strconv.Itoa(*c.MaxAge)})
	}
	if c.AllowCredentials {
		headers = append(headers, HeaderField{allowCredentials, "true"})
	}
	return headers
}

// Allowed returns the names of all headers that requests may have, those that
// are always allowed among them, in order.
func (c CORSConfig) Allowed() []string {
	allowed := slices.Concat(neededHeaders, c.AllowHeaders)
	slices.Sort(allowed)
	return slices.Compact(allowed)
}

// Equal reports whether two configurations allow the same, and say so with the
// same headers.
func (c CORSConfig) Equal(other CORSConfig) bool {
	return slices.Equal(c.named(""), other.named("")) && slices.Equal(sorted(c.Origins()), sorted(other.Origins()))
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// putCORS keeps a copy of a configuration, which the caller can't change
// anymore.
func (s *settings) putCORS(option string, configs []CORSConfig) {
	s.manyCORS = s.manyCORS || len(configs) > 1
	cors := &CORSModel{Enabled: true}
	if len(configs) > 0 {
		c := configs[0]
		c.fill()
		c.AllowOrigins = slices.Clone(c.AllowOrigins)
		c.AllowHeaders = slices.Clone(c.AllowHeaders)
		c.ExposeHeaders = slices.Clone(c.ExposeHeaders)
		if c.MaxAge != nil {
			c.MaxAge = new(*c.MaxAge)
		}
		cors.Config = &c
	}
	put(s, &s.cors, option, cors)
	s.parts.cors = corsParts
}

func (c *CORSModel) enabled() bool { return c != nil && c.Enabled }

// config returns the configuration, or the default one if none was given.
func (c *CORSModel) config() CORSConfig {
	if c.Config == nil {
		return CORSConfig{AllowOrigin: everyOrigin}
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
