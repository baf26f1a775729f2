package awsrules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

var (
	// origin matches what browsers send: a scheme and a host, no path.
	// https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Origin
	origin = lazyregexp.New(`^[A-Za-z][A-Za-z0-9+.-]*://[^/?#@\\]+$`)
	// headerName matches the name of a header. It excludes the quote, which would
	// end a value in API Gateway.
	headerName = lazyregexp.New("^[A-Za-z0-9!#$%&*+.^_`|~-]+$")
)

// cors checks a configuration for values that API Gateway can't send, and for
// answers that no browser accepts.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
func (p place) cors(m *app.CORSModel) {
	if m == nil || !m.Enabled || m.Config == nil {
		return
	}
	c := m.Config
	p.origins(c)
	p.headers("AllowHeaders", c.AllowHeaders)
	p.headers("ExposeHeaders", c.ExposeHeaders)
	if c.MaxAge != nil && *c.MaxAge < 0 {
		p.fail("MaxAge of CORS is %d: it can't be negative", *c.MaxAge)
	}
}

// origins checks which origins are allowed.
func (p place) origins(c *app.CORSConfig) {
	field, problem := "AllowOrigins of CORS has", listedProblem
	if len(c.AllowOrigins) == 0 {
		field, problem = "AllowOrigin of CORS is", originProblem
	}
	origins := c.Origins()
	for i, origin := range origins {
		switch {
		case origin == "*" && len(origins) > 1:
			p.fail(`AllowOrigins of CORS has "*" beside others: it allows all, so name either`)
		case origin == "*" && c.AllowCredentials:
			p.fail(`CORS has AllowCredentials for the origin "*", which browsers refuse: name the origin`)
		case origin == "null" && c.AllowCredentials:
			p.fail(`CORS has AllowCredentials for the origin "null", which every page can have: name the origin`)
		case origin == "*":
		case slices.Contains(origins[:i], origin):
			p.fail("%s %q twice", field, origin)
		default:
			if problem := problem(origin); problem != "" {
				p.fail("%s %q: %s", field, origin, problem)
			}
		}
	}
}

// listedProblem returns what is wrong with an origin, or a pattern, that is one
// of several.
func listedProblem(s string) string {
	scheme, host, _ := strings.Cut(s, "://")
	rest, isPattern := strings.CutPrefix(host, "*.")
	switch {
	case s == "null":
		return "every page can have it, a frame of any site's for one: leave it out"
	case filledIn(s) || !strings.Contains(s, "*"):
		return originProblem(s)
	case !isPattern || strings.Contains(scheme+rest, "*"):
		return "a pattern has one star, for labels in front of a host's name, as in https://*.example.com"
	case rest == "" || rest[0] == ':' || rest[0] == '.' || rest[0] == '[':
		return "a pattern names the host that the star is in front of, as in https://*.example.com"
	}
	return originProblem(scheme + "://" + rest)
}

// originProblem returns what is wrong with an origin, "" if nothing is.
func originProblem(s string) string {
	isOther := func(r rune) bool { return r <= ' ' || r > '~' }
	switch {
	case s == "null", filledIn(s):
		return ""
	case strings.ContainsAny(s, `'"`):
		return "a quote can't be in an origin"
	case strings.ContainsAny(strings.TrimSpace(s), ", \t"):
		return `a response names one origin: give one, or "*"`
	case strings.ContainsFunc(s, isOther):
		return "an origin has no white space, and of letters only ASCII's"
	case strings.Contains(s, "*"):
		return `a wildcard can't be in an origin: give it in full, or "*" for all; a pattern is for AllowOrigins`
	case !strings.Contains(s, "://"):
		return "an origin starts with its scheme, as in https://example.com"
	case !origin.MatchString(s):
		return "an origin ends with the host or the port, as in https://example.com"
	}
	return neverSent(s)
}

// defaultPorts are the ports that browsers leave out.
var defaultPorts = map[string]string{"http": ":80", "https": ":443"}

// neverSent returns why no browser sends an origin like this: it compares what it
// has with what is allowed byte by byte.
// https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
func neverSent(s string) string {
	scheme, host, _ := strings.Cut(s, "://")
	usual := defaultPorts[strings.ToLower(scheme)]
	switch {
	case s != strings.ToLower(s):
		return "browsers send it in lower case: write it so"
	case usual != "" && strings.HasSuffix(host, usual):
		return "browsers leave out the port that is usual for " + scheme + ": leave out " + usual
	case !portIn(host):
		return "a port is a number of up to 65535"
	}
	return ""
}

// portIn reports whether a host's port is one, if it has one.
func portIn(host string) bool {
	_, port, given := strings.Cut(host[strings.LastIndexByte(host, ']')+1:], ":")
	if !given {
		return true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// headers checks names of headers. An element can be several names, since the
// elements are joined with commas.
func (p place) headers(field string, names []string) {
	for _, element := range names {
		for name := range strings.SplitSeq(element, ",") {
			if name = strings.TrimSpace(name); !headerName.MatchString(name) && !filledIn(element) {
				p.fail("%s of CORS has %q, which is no name of a header", field, name)
			}
		}
	}
}
