package gateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
)

// httpEvent is an event with payload format 2.0, with AWS's names in its order.
// Members without a value are absent.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type httpEvent struct {
	Version         string            `json:"version"`
	RouteKey        string            `json:"routeKey"`
	RawPath         string            `json:"rawPath"`
	RawQuery        string            `json:"rawQueryString"`
	Cookies         []string          `json:"cookies,omitempty"`
	Headers         map[string]string `json:"headers"`
	Query           map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext  httpContext       `json:"requestContext"`
	PathParameters  map[string]string `json:"pathParameters,omitempty"`
	StageVariables  map[string]string `json:"stageVariables,omitempty"`
	Body            *string           `json:"body,omitempty"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

type httpContext struct {
	AccountID    string         `json:"accountId"`
	APIID        string         `json:"apiId"`
	Authorizer   map[string]any `json:"authorizer,omitempty"`
	DomainName   string         `json:"domainName"`
	DomainPrefix string         `json:"domainPrefix"`
	HTTP         httpRequest    `json:"http"`
	RequestID    string         `json:"requestId"`
	RouteKey     string         `json:"routeKey"`
	Stage        string         `json:"stage"`
	Time         string         `json:"time"`
	TimeEpoch    int64          `json:"timeEpoch"`
}

type httpRequest struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

// httpEvent returns the event of an HTTP API. Its path is decoded, and has the
// stage in front unless that is $default. The cookies aren't among the headers.
func (c *call) httpEvent(body []byte, binary bool) any {
	path := c.path
	if c.stage != noStage {
		path = "/" + c.stage + path
	}
	e := c.format2(path, c.key, body, binary)
	delete(e.Headers, "cookie")
	e.PathParameters = c.params
	e.RequestContext.AccountID, e.RequestContext.APIID = localAccount, localAPI
	e.RequestContext.DomainName, e.RequestContext.DomainPrefix = c.domain()
	e.RequestContext.RequestID = c.gatewayID()
	e.RequestContext.HTTP.Path = path
	e.RequestContext.Authorizer = c.httpAuthorizer()
	return e
}

// urlEvent returns the event of a function's URL: that of an HTTP API that has
// only the route $default. Its path is encoded as the client sent it, and
// decoded in the context. The domain is always Lambda's, by which programs tell
// the two apart.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
func (c *call) urlEvent(body []byte, binary bool) any {
	e := c.format2(c.path, noStage, body, binary)
	e.RequestContext.AccountID = "anonymous"
	e.RequestContext.DomainName = c.urlDomain()
	e.RequestContext.DomainPrefix, _, _ = strings.Cut(e.RequestContext.DomainName, ".")
	e.RequestContext.APIID = e.RequestContext.DomainPrefix
	e.RequestContext.RequestID = c.id
	e.RequestContext.HTTP.Path = decodePath(c.path)
	if c.signed {
		e.RequestContext.AccountID = localAccount
		e.RequestContext.Authorizer = c.httpAuthorizer()
	}
	return e
}

// urlDomain returns a domain of a function's URL: that by which the client
// called, or else one that stands for it.
func (c *call) urlDomain() string {
	const ours = ".lambda-url."
	if strings.Contains(c.host, ours) {
		return c.host
	}
	return localURL + ours + localRegion + ".on.aws"
}

// format2 returns what all events with format 2.0 have.
func (c *call) format2(path, key string, body []byte, binary bool) *httpEvent {
	e := &httpEvent{
		Version: "2.0", RouteKey: key, RawPath: path, RawQuery: c.query,
		Cookies: cookies(c.headers), Headers: joined(c.headers, strings.ToLower),
		StageVariables: c.api.StageVariables,
		Body:           bodyText(body, binary), IsBase64Encoded: binary,
		RequestContext: httpContext{
			HTTP:     httpRequest{Method: c.method, Protocol: c.proto, SourceIP: c.address, UserAgent: c.headers.Get("User-Agent")},
			RouteKey: key, Stage: c.stage, Time: c.at.UTC().Format(requestTime), TimeEpoch: c.at.UnixMilli(),
		},
	}
	e.Headers["content-length"] = strconv.Itoa(len(body))
	if query := app.ParseQuery(c.query); len(query) > 0 {
		e.Query = joined(query, asItIs)
	}
	return e
}

// joined returns the values of each name, joined by commas, by the names in a
// spelling.
func joined(all map[string][]string, spell func(string) string) map[string]string {
	found := make(map[string]string, len(all)+1)
	for name, values := range all {
		found[spell(name)] = strings.Join(values, ",")
	}
	return found
}

func asItIs(name string) string { return name }

// cookies returns the cookies of a request, one by one.
func cookies(header http.Header) (found []string) {
	for _, line := range header["Cookie"] {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				found = append(found, cookie)
			}
		}
	}
	return found
}

// httpAuthorizer returns what an authorizer said, under the member that tells
// which kind was asked.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html
func (c *call) httpAuthorizer() map[string]any {
	if c.signed {
		return map[string]any{"iam": map[string]any{
			"accessKey": standInKey, "accountId": localAccount, "callerId": standInID, "cognitoIdentity": nil,
			"principalOrgId": nil, "userArn": standInARN, "userId": standInID,
		}}
	}
	if c.authorizer == nil {
		return nil
	}
	if c.tokened {
		return map[string]any{"jwt": map[string]any{"claims": c.authorizer["claims"], "scopes": nil}}
	}
	return map[string]any{"lambda": c.authorizer}
}

// textTypes are the types of bodies that reach a function as text, beside those
// of text/*. All others are base64, those of forms as well, and bodies without
// a type.
var textTypes = []string{"application/json", "application/javascript", "application/xml"}

// isNoText reports whether a function gets a body as base64 from a front that
// has no list of binary types.
func isNoText(_ *Gateway, c *call, body []byte) bool {
	contentType := strings.ToLower(bareType(c.headers.Get("Content-Type")))
	text := strings.HasPrefix(contentType, "text/") || slices.Contains(textTypes, contentType)
	return !text || !utf8.Valid(body)
}
