package gateway

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/requestid"
)

// These stand for values that only AWS has. AWS has no region of this name, so
// that nobody takes it for a real one.
const (
	localRegion  = "mars-west-1"
	localAccount = "123456789012"
	localAPI     = "ymy8tbxw7b"
	localAPIKey  = "k9mzk4w2fd"
	localURL     = "7k3vq2wd5jx4m6ph8rty9zbnc1fgs0ua"
	localDomain  = localAPI + ".execute-api." + localRegion + ".amazonaws.com"
)

// call is a request on its way through the gateway.
type call struct {
	front   *front
	api     *API
	cors    *crossOrigin
	id      string
	stage   string
	method  string
	sent    string // the path of the URL, percent-encoded, without the query
	path    string // the same without the stage
	query   string
	headers http.Header
	proto   string
	host    string
	address string // of the client
	at      time.Time

	resource   *resource
	route      *app.RouteModel // nil: the front knows no routes
	key        string          // of an HTTP API's route
	params     map[string]string
	keyed      bool // the route requires an API key
	signed     bool // the route requires a signature
	tokened    bool // the authorizer read a token, whose claims are those in authorizer
	authorizer map[string]any
}

func newCall(r *http.Request, stage string) *call {
	c := &call{
		id: requestid.New(), stage: stage, at: time.Now(),
		method: r.Method, sent: requestPath(r.URL), query: r.URL.RawQuery,
		headers: canonical(r.Header), proto: r.Proto, host: r.Host, address: "127.0.0.1",
	}
	c.path = c.sent
	if c.method == "" {
		c.method = http.MethodGet // net/http allows an empty method for GET
	}
	if c.host != "" {
		c.headers["Host"] = []string{c.host}
	} else {
		c.host = c.headers.Get("Host")
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		c.address = host
		c.forwarded(r)
	}
	return c
}

// canonical returns a header with all names spelled as net/http spells them.
func canonical(header http.Header) http.Header {
	spelled := make(http.Header, len(header)+4)
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if len(header[name]) > 0 {
			key := http.CanonicalHeaderKey(name)
			spelled[key] = append(spelled[key], header[name]...)
		}
	}
	return spelled
}

// forwarded adds the headers that API Gateway adds to a request that comes over
// a connection. A request made in this process has no connection, and none of
// them.
func (c *call) forwarded(r *http.Request) {
	proto, port := "http", "80"
	if r.TLS != nil {
		proto, port = "https", "443"
	}
	if _, p, err := net.SplitHostPort(r.Host); err == nil {
		port = p
	}
	chain := append(c.headers["X-Forwarded-For"], c.address)
	c.headers["X-Forwarded-For"] = []string{strings.Join(chain, ", ")}
	c.headers["X-Forwarded-Port"] = []string{port}
	c.headers["X-Forwarded-Proto"] = []string{proto}
}

// proxyEvent is the event that Lambda gets, with API Gateway's names in its
// order. A nil map is null there as well.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
type proxyEvent struct {
	Resource          string              `json:"resource"`
	Path              string              `json:"path"`
	HTTPMethod        string              `json:"httpMethod"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Query             map[string]string   `json:"queryStringParameters"`
	MultiValueQuery   map[string][]string `json:"multiValueQueryStringParameters"`
	PathParameters    map[string]string   `json:"pathParameters"`
	StageVariables    map[string]string   `json:"stageVariables"`
	RequestContext    requestContext      `json:"requestContext"`
	Body              *string             `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

type requestContext struct {
	ResourceID        string         `json:"resourceId"`
	Authorizer        map[string]any `json:"authorizer,omitempty"`
	ResourcePath      string         `json:"resourcePath"`
	HTTPMethod        string         `json:"httpMethod"`
	ExtendedRequestID string         `json:"extendedRequestId"`
	RequestTime       string         `json:"requestTime"`
	Path              string         `json:"path"`
	AccountID         string         `json:"accountId"`
	Protocol          string         `json:"protocol"`
	Stage             string         `json:"stage"`
	DomainPrefix      string         `json:"domainPrefix"`
	RequestTimeEpoch  int64          `json:"requestTimeEpoch"`
	RequestID         string         `json:"requestId"`
	Identity          identity       `json:"identity"`
	DomainName        string         `json:"domainName"`
	APIID             string         `json:"apiId"`
}

// identity is who calls. Members that only AWS's own credentials fill are null.
type identity struct {
	CognitoIdentityPoolID         *string `json:"cognitoIdentityPoolId"`
	AccountID                     *string `json:"accountId"`
	CognitoIdentityID             *string `json:"cognitoIdentityId"`
	Caller                        *string `json:"caller"`
	SourceIP                      string  `json:"sourceIp"`
	PrincipalOrgID                *string `json:"principalOrgId"`
	AccessKey                     *string `json:"accessKey"`
	CognitoAuthenticationType     *string `json:"cognitoAuthenticationType"`
	CognitoAuthenticationProvider *string `json:"cognitoAuthenticationProvider"`
	UserARN                       *string `json:"userArn"`
	UserAgent                     *string `json:"userAgent"`
	User                          *string `json:"user"`
	APIKey                        string  `json:"apiKey,omitempty"`
	APIKeyID                      string  `json:"apiKeyId,omitempty"`
}

// event returns the event for the function.
func (c *call) event(body []byte, binary bool) ([]byte, error) {
	for _, name := range c.front.dropped {
		delete(c.headers, name)
	}
	var b bytes.Buffer
	b.Grow(2*len(body) + 4<<10)
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(c.front.event(c, body, binary && len(body) > 0))
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// bodyText returns a body as an event has it, nil if there is none.
func bodyText(body []byte, binary bool) *string {
	switch {
	case binary:
		return new(base64.StdEncoding.EncodeToString(body))
	case len(body) > 0:
		return new(string(body))
	}
	return nil
}

// restEvent returns the event of a REST API.
func (c *call) restEvent(body []byte, binary bool) any {
	e := &proxyEvent{
		Resource:          c.resource.path,
		Path:              c.path,
		HTTPMethod:        c.method,
		Headers:           lastOf(c.headers),
		MultiValueHeaders: c.headers,
		PathParameters:    c.params,
		StageVariables:    c.api.StageVariables,
		RequestContext:    c.context(),
		Body:              bodyText(body, binary),
		IsBase64Encoded:   binary,
	}
	if query := app.ParseQuery(c.query); len(query) > 0 {
		e.Query, e.MultiValueQuery = lastOf(query), query
	}
	return e
}

// requestTime is the form of times in events.
const requestTime = "02/Jan/2006:15:04:05 -0700"

// gatewayID returns the id that API Gateway itself gives a request.
func (c *call) gatewayID() string { return c.id[:8] + "=" }

// domain returns the name by which the client called, and its first part.
func (c *call) domain() (name, prefix string) {
	name = cmp.Or(c.host, localDomain)
	prefix, _, _ = strings.Cut(name, ".")
	return name, prefix
}

func (c *call) context() requestContext {
	domain, prefix := c.domain()
	return requestContext{
		ResourceID:        c.resource.id(),
		Authorizer:        c.authorizer,
		ResourcePath:      c.resource.path,
		HTTPMethod:        c.method,
		ExtendedRequestID: c.gatewayID(),
		RequestTime:       c.at.UTC().Format(requestTime),
		Path:              c.sent,
		AccountID:         localAccount,
		Protocol:          c.proto,
		Stage:             c.stage,
		DomainPrefix:      prefix,
		RequestTimeEpoch:  c.at.UnixMilli(),
		RequestID:         c.id,
		Identity:          c.identity(),
		DomainName:        domain,
		APIID:             localAPI,
	}
}

func (c *call) identity() identity {
	i := identity{SourceIP: c.address}
	if agent := c.headers["User-Agent"]; len(agent) > 0 {
		i.UserAgent = &agent[len(agent)-1]
	}
	if c.keyed {
		i.APIKey, i.APIKeyID = c.headers.Get("X-Api-Key"), localAPIKey
	}
	if c.signed {
		i.signed()
	}
	return i
}

// id returns an id for a resource, the same one in each run.
func (at *resource) id() string {
	h := fnv.New32a()
	h.Write([]byte(at.path))
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// lastOf keeps the last value of each name, as API Gateway does.
func lastOf(all map[string][]string) map[string]string {
	last := make(map[string]string, len(all))
	for name, values := range all {
		if len(values) > 0 {
			last[name] = values[len(values)-1]
		}
	}
	return last
}

// registered returns the place where the call's route is registered, for a line
// of the log; it is empty if there is none.
func (c *call) registered() string {
	if c.resource == nil {
		return ""
	}
	route, ok := c.resource.methods[c.method]
	if !ok || route.Source == nil {
		return ""
	}
	return fmt.Sprintf("\n\tthe route is registered at %s", route.Source)
}
