package app

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Refusal is how a request ends that an authorizer didn't let through.
type Refusal struct {
	Status int    // 401 or 403
	Why    string // for the log
}

// Ask asks a route's builtin authorizer, within the program, about a request
// that came through the function's URL. A URL asks no authorizers itself, and
// gets requests from everybody, so each of them is asked about here, before
// anything else of the app runs. Nothing is remembered: [TTL] has no effect.
//
// It returns the request as an HTTP API would have sent it after it had asked,
// with the authorizer's context in requestContext.authorizer.lambda; or the
// refusal, if the authorizer didn't allow the request; or the error of the
// authorizer. All of them are nil if there is nothing to ask: the authorizer is
// of another kind, or was asked already, or the request came by another way.
//
// A request came through a function's URL if the domain in its requestContext is
// one of Lambda's. Clients can't write there, and it needs no setting that could
// be wrong. If it were taken for another's by mistake, the authorizer would be
// asked once too often, or the request be refused; no way leads around the
// authorizer.
//
// functionARN is the ARN of the running function; its partition, region and
// account become those of the method that the authorizer is asked about:
// arn:aws:execute-api:REGION:ACCOUNT:URL-ID/$default/GET/path.
func (p *Protection) Ask(ctx context.Context, r *Request, functionARN string) (*Request, *Refusal, error) {
	if p.ask == nil || r.Source() != HTTPAPI || !r.FromFunctionURL() || isObject(p.said(r)) {
		return nil, nil, nil
	}
	return p.ask(ctx, r, functionARN)
}

// askAbout asks a builtin authorizer about a request of a function's URL.
func (a *authorizer) askAbout(ctx context.Context, r *Request, functionARN string) (*Request, *Refusal, error) {
	arn := methodARN{functionARN: functionARN, api: r.ContextValue("apiId"), method: r.Method()}
	question := &AuthRequest{
		event: event{raw: r.authEvent(arn.of(r.URLPath()))}, identities: a.identities(),
	}
	if identity, lacks := question.lacking(question.identities); lacks {
		return nil, &Refusal{401, fmt.Sprintf("the request has no %s %s, so the authorizer was not asked", identity.In, identity.Name)}, nil
	}
	output, err := a.authAnswer(ctx, []byte(question.raw))
	switch {
	case err != nil && err.Error() == unauthorized:
		return nil, &Refusal{401, "the authorizer answered that the client is not authorized"}, nil
	case err != nil:
		return nil, nil, fmt.Errorf("authorizer: %w", err)
	}
	answer, err := decodeAuthAnswer(output)
	if err != nil {
		return nil, nil, err
	}
	for _, path := range r.pathForms() {
		if answer.PolicyDocument.Decide(arn.of(path), true) != AuthAllowed {
			return nil, &Refusal{403, "the authorizer's answer does not allow " + arn.of(path)}, nil
		}
	}
	asked, err := r.withAuthorizer(answer.Context)
	return asked, nil, err
}

// urlAnswer is what the answer of an authorizer has for a function's URL.
type urlAnswer struct {
	PolicyDocument *AuthPolicy                `json:"policyDocument"`
	Context        map[string]json.RawMessage `json:"context"`
}

func decodeAuthAnswer(output any) (*urlAnswer, error) {
	data, err := json.Marshal(output)
	if err != nil {
		return nil, fmt.Errorf("encode the authorizer's answer: %w", err)
	}
	var answer *urlAnswer
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, fmt.Errorf("what the authorizer returned is no answer: %w", err)
	}
	if answer == nil {
		return nil, fmt.Errorf("the authorizer returned nil: it has to return an *app.AuthResponse, or an error")
	}
	return answer, nil
}

// methodARN makes the ARNs of a URL's paths, in the form of an HTTP API's.
type methodARN struct{ functionARN, api, method string }

func (m methodARN) of(path string) string {
	parts := strings.SplitN(m.functionARN, ":", 6) // arn:aws:lambda:region:account:function:name
	for len(parts) < 5 {
		parts = append(parts, "")
	}
	if parts[0] != "arn" {
		parts[0], parts[1] = "arn", "aws"
	}
	return strings.Join([]string{parts[0], parts[1], "execute-api", parts[3], parts[4], m.api}, ":") +
		"/$default/" + m.method + "/" + strings.TrimPrefix(path, "/")
}

// pathForms returns the path as the client wrote it, without a slash at the end,
// which makes no difference to a route, and decoded where that is another text.
// A policy has to allow all of them, so that nobody gets around a denial by
// writing a path in another way.
func (r *Request) pathForms() []string {
	path := r.URLPath()
	forms := []string{path}
	if short := strings.TrimSuffix(path, "/"); short != "" {
		forms[0] = short
	}
	if decoded := unescapePath(forms[0]); decoded != forms[0] {
		forms = append(forms, decoded)
	}
	return forms
}

// notAsked are members that an authorizer doesn't get of a request: the body,
// and those that are written anew.
var notAsked = []string{
	"body", "isBase64Encoded", "type", "routeArn", "methodArn", "authorizationToken", "identitySource", "routeKey", "pathParameters",
}

// authEvent is the event with which an HTTP API would ask an authorizer about
// the request, once its route is known.
func (r *Request) authEvent(arn string) string {
	dst := append(appendQuoted([]byte(`{"version":"2.0","type":"REQUEST","routeArn":`), arn), `,"routeKey":`...)
	dst = appendQuoted(dst, r.Method()+" "+r.Path())
	if params := r.Params(); params != nil {
		dst = append(dst, `,"pathParameters":{`...)
		for i, name := range slices.Sorted(maps.Keys(params)) {
			if i > 0 {
				dst = append(dst, ',')
			}
			raw, _ := r.rawParam(name)
			dst = appendQuoted(append(appendQuoted(dst, name), ':'), raw)
		}
		dst = append(dst, '}')
	}
	o := object{data: r.raw}
	for o.next() {
		if v := o.value(); o.key != "version" && !slices.Contains(notAsked, o.key) {
			dst = append(append(appendQuoted(append(dst, ','), o.key), ':'), v...)
		}
	}
	return string(append(dst, '}'))
}

// withAuthorizer returns the request with what an authorizer said about it.
func (r *Request) withAuthorizer(said map[string]json.RawMessage) (*Request, error) {
	if said == nil {
		said = map[string]json.RawMessage{}
	}
	lambda, err := json.Marshal(said)
	if err != nil {
		return nil, err
	}
	context := r.part(r.context)
	given := member(context, "authorizer")
	dst := append(make([]byte, 0, len(r.raw)+len(lambda)+64), r.raw[:r.context.start]...)
	dst = append(append(dst, `{"authorizer":{"lambda":`...), lambda...)
	dst = append(appendOthers(dst, given, "lambda"), '}')
	dst = append(appendOthers(dst, context, "authorizer"), '}')
	asked, err := NewRequest(append(dst, r.raw[r.context.end:]...))
	if err != nil {
		return nil, fmt.Errorf("add what the authorizer said to the event: %w", err)
	}
	return asked, nil
}

// appendOthers appends the members of an object but for one, each after a comma.
func appendOthers(dst []byte, raw, but string) []byte {
	o := object{data: orEmpty(raw)}
	for o.next() {
		if v := o.value(); o.key != but {
			dst = append(append(appendQuoted(append(dst, ','), o.key), ':'), v...)
		}
	}
	return dst
}

// appendQuoted appends a text as JSON.
func appendQuoted(dst []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // a text can always be encoded
	return append(dst, quoted...)
}
