package awsrules

import (
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
	switch c.AllowOrigin {
	case "", "*":
		if c.AllowCredentials {
			p.fail(`CORS has AllowCredentials for the origin "*", which browsers refuse: name the origin`)
		}
	default:
		if problem := originProblem(c.AllowOrigin); problem != "" {
			p.fail("AllowOrigin of CORS is %q: %s", c.AllowOrigin, problem)
		}
	}
	p.headers("AllowHeaders", c.AllowHeaders)
	p.headers("ExposeHeaders", c.ExposeHeaders)
	if c.MaxAge != nil && *c.MaxAge < 0 {
		p.fail("MaxAge of CORS is %d: it can't be negative", *c.MaxAge)
	}
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
		return `a wildcard can't be in an origin: give it in full, or "*" for all`
	case !strings.Contains(s, "://"):
		return "an origin starts with its scheme, as in https://example.com"
	case !origin.MatchString(s):
		return "an origin ends with the host or the port, as in https://example.com"
	}
	return ""
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
