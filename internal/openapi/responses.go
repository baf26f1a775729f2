package openapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// The media types of errors.
const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
)

// responses returns what an operation can answer: what the model knows, or a success and
// an error of any kind; and what whoever asks the authorizer answers to others.
func (b *builder) responses(known *ordered.Object, r *app.RouteModel, method string) *ordered.Object {
	responses, ok := ordered.Get[*ordered.Object](known, "responses")
	if !ok {
		responses = ordered.New(
			"2XX", ordered.New("description", "Success.", "content", content(nil)),
			"default", b.failure("Failure."),
		)
	}
	cors := b.corsHeaders(r)
	for _, m := range responses.Members {
		if response, ok := m.Value.(*ordered.Object); ok {
			withHeaders(response, cors)
		}
	}
	for _, status := range b.refusals(r) {
		b.refuse(responses, status, r)
	}
	sortStatuses(responses)
	if method == http.MethodHead {
		for _, m := range responses.Members {
			if response, ok := m.Value.(*ordered.Object); ok {
				response.Members = slices.DeleteFunc(response.Members, func(m ordered.Member) bool { return m.Key == "content" })
			}
		}
	}
	return responses
}

// failure is a response with the error of the app.
func (b *builder) failure(description string) *ordered.Object {
	if b.problems() {
		return ordered.New("description", description, "content", ordered.New(problemType, ordered.New("schema", reference(problemSchema))))
	}
	return ordered.New("description", description, "content", ordered.New(jsonType, ordered.New("schema", reference(errorSchema))))
}

// problems reports whether the app's errors are those of RFC 9457: then the operations of
// typed routes say so.
func (b *builder) problems() bool {
	return slices.ContainsFunc(b.model.Routes, func(r app.RouteModel) bool {
		return strings.Contains(string(r.Operation), `"`+schemaPlace+problemSchema+`"`)
	})
}

// refusals returns the statuses that a client without permission gets.
func (b *builder) refusals(r *app.RouteModel) []int {
	m := b.model.Authorizer(r.Authorizer)
	switch {
	case m == nil && r.APIKeyRequired, m != nil && m.Type == app.IAMAuthorizerType:
		return []int{http.StatusForbidden}
	case m != nil:
		return []int{http.StatusUnauthorized, http.StatusForbidden}
	}
	return nil
}

// refuse adds what somebody without permission is answered. In front of a function's URL
// it is the program that asks an authorizer, and else whatever is there.
func (b *builder) refuse(responses *ordered.Object, status int, r *app.RouteModel) {
	key, m := strconv.Itoa(status), b.model.Authorizer(r.Authorizer)
	description, headers := refusal(status, scopesOf(m, r)), b.refusalHeaders()
	if b.stage.APIType == config.FunctionURL && m != nil && m.Type == app.BuiltinAuthorizerType {
		if responses.Index(key) < 0 {
			response := b.failure(description)
			withHeaders(response, headers)
			responses.Add(key, response)
		}
		return
	}
	response, ok := ordered.Get[*ordered.Object](responses, key)
	if !ok {
		response = ordered.New("description", description)
		responses.Set(key, response)
	}
	withHeaders(response, headers)
	types := response.Child("content")
	media := types.Child(jsonType)
	if own, ok := media.Get("schema"); ok {
		media.Set("schema", ordered.New("anyOf", []any{own, reference(gatewaySchema)}))
	} else {
		media.Set("schema", reference(gatewaySchema))
	}
}

// refusal says why a client is refused.
func refusal(status int, scopes []string) string {
	switch {
	case status == http.StatusUnauthorized:
		return "The client didn't say who it is."
	case len(scopes) > 0:
		return "The client may not do this. It needs one of these scopes: " + strings.Join(scopes, ", ") + "."
	}
	return "The client may not do this."
}

// sortStatuses puts responses in the order of their statuses, the default last.
func sortStatuses(responses *ordered.Object) {
	slices.SortStableFunc(responses.Members, func(a, b ordered.Member) int { return strings.Compare(statusOrder(a.Key), statusOrder(b.Key)) })
}

func statusOrder(key string) string {
	if key == "default" {
		return "9"
	}
	return key
}
