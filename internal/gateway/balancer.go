package gateway

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// balancerEvent is the event of a load balancer, whose headers and query are
// lists or single values.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
type balancerEvent struct {
	RequestContext    balancerContext     `json:"requestContext"`
	HTTPMethod        string              `json:"httpMethod"`
	Path              string              `json:"path"`
	Query             map[string]string   `json:"queryStringParameters,omitzero"`
	MultiValueQuery   map[string][]string `json:"multiValueQueryStringParameters,omitzero"`
	Headers           map[string]string   `json:"headers,omitzero"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders,omitzero"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

type balancerContext struct {
	ELB struct {
		TargetGroupARN string `json:"targetGroupArn"`
	} `json:"elb"`
}

// localTargetGroup stands for the group whose target is the function.
const localTargetGroup = "arn:aws:elasticloadbalancing:" + localRegion + ":" + localAccount + ":targetgroup/local/6d0ecf831eec9f09"

// healthChecker begins the User-Agent of health checks, whose events have no
// other header.
const healthChecker = "ELB-HealthChecker/"

// balancerEvent returns the event of a load balancer. It leaves path and query
// encoded as they came.
func (c *call) balancerEvent(body []byte, binary bool) any {
	e := &balancerEvent{HTTPMethod: c.method, Path: c.path, IsBase64Encoded: binary}
	e.RequestContext.ELB.TargetGroupARN = localTargetGroup
	if text := bodyText(body, binary); text != nil {
		e.Body = *text
	}
	headers := c.balancerHeaders(len(body))
	query := encodedQuery(c.query)
	if c.api.MultiValueHeaders {
		e.MultiValueHeaders, e.MultiValueQuery = headers, query
	} else {
		e.Headers, e.Query = lastOf(headers), lastOf(query)
	}
	return e
}

// balancerHeaders returns the headers by their names in lower case.
func (c *call) balancerHeaders(length int) map[string][]string {
	if agent := c.headers.Get("User-Agent"); strings.HasPrefix(agent, healthChecker) {
		return map[string][]string{"user-agent": {agent}}
	}
	headers := make(map[string][]string, len(c.headers)+1)
	for name, values := range c.headers {
		headers[strings.ToLower(name)] = values
	}
	if length > 0 {
		headers["content-length"] = []string{strconv.Itoa(length)}
	}
	return headers
}

// encodedQuery splits a query and decodes nothing.
func encodedQuery(query string) map[string][]string {
	found := map[string][]string{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair != "" {
			name, value, _ := strings.Cut(pair, "=")
			found[name] = append(found[name], value)
		}
	}
	return found
}

// isPacked reports whether a load balancer sends a body as base64: if it is no
// text, or compressed.
func isPacked(g *Gateway, c *call, body []byte) bool {
	return isNoText(g, c, body) || c.headers.Get("Content-Encoding") != ""
}

// responseBalancer makes a response of the function's output. A load balancer
// reads either single values or lists, whichever it sends.
func (g *Gateway) responseBalancer(c *call, output []byte) (Response, error) {
	var p *proxyResponse
	if err := json.Unmarshal(output, &p); err != nil {
		return Response{}, err
	}
	if p == nil || p.StatusCode == nil {
		return Response{}, errors.New("it has no statusCode")
	}
	if err := p.StatusCode.check(); err != nil {
		return Response{}, err
	}
	read := *p
	if g.api.MultiValueHeaders {
		read.Headers = nil
	} else {
		read.MultiValueHeaders = nil
	}
	if ignored := len(p.Headers) + len(p.MultiValueHeaders) - len(read.Headers) - len(read.MultiValueHeaders); ignored > 0 {
		g.warn("%s %s: the load balancer reads only %s of the answer", c.method, c.path, g.headerMember())
	}
	header, err := read.header()
	if err != nil {
		return Response{}, err
	}
	dropHops(header)
	c.front.stamp(c, header)
	return answered(*p.StatusCode, header, p.Body, p.IsBase64Encoded, unknownType)
}

// headerMember returns the member of answers in which a load balancer looks for
// headers.
func (g *Gateway) headerMember() string {
	if g.api.MultiValueHeaders {
		return "multiValueHeaders"
	}
	return "headers"
}
