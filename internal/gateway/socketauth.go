package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/chalice-go/chalice/app"
)

// socketQuestion is the event for the authorizer of new connections: that of
// $connect, with the ARN of the route.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
type socketQuestion struct {
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	*socketEvent
	Body            *struct{} `json:"body,omitempty"` // instead of socketEvent's
	IsBase64Encoded *struct{} `json:"isBase64Encoded,omitempty"`
}

// authorize asks the authorizer of new connections. The status is 0 if the
// connection may go on, and why is for the log. Unlike other APIs, a websocket
// API remembers no answer.
func (c *connection) authorize(client *call, a app.AuthorizerModel) (status int, why string) {
	s := c.sockets
	if a.Type != app.IAMAuthorizerType {
		if _, there := client.identities(a); !there {
			return http.StatusUnauthorized, "it lacks what authorizer " + a.Name + " tells clients apart by"
		}
	}
	if a.Type != app.BuiltinAuthorizerType {
		s.log("authorizer %s (%s) can't be asked on this machine, so every connection goes on", a.Name, kindNames[a.Type])
		if a.Type == app.CustomAuthorizerType {
			c.authorizer = map[string]any{"principalId": standInUser}
		}
		return 0, ""
	}
	arn := fmt.Sprintf("arn:aws:execute-api:%s:%s:%s/%s/$connect", localRegion, localAccount, localAPI, s.api.Stage)
	e := c.newEvent("$connect", "CONNECT")
	e.ofRequest(client)
	question, err := json.Marshal(socketQuestion{Type: "REQUEST", MethodARN: arn, socketEvent: e})
	if err != nil {
		return http.StatusInternalServerError, err.Error()
	}
	output, err := s.invoke(a.Name, question)
	switch {
	case err != nil && messageOf(err) == "Unauthorized": // with this message a function asks for a 401
		return http.StatusUnauthorized, "authorizer " + a.Name + " answered Unauthorized"
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusInternalServerError, "authorizer " + a.Name + " did not end in time"
	case err != nil:
		return http.StatusInternalServerError, fmt.Sprintf("authorizer %s failed: %v", a.Name, err)
	}
	answer, err := readAnswer(a, output)
	if err != nil {
		return http.StatusInternalServerError, err.Error()
	}
	if answer.PolicyDocument.Decide(arn, false) != app.AuthAllowed {
		return http.StatusForbidden, "the answer of authorizer " + a.Name + " does not allow " + arn
	}
	if c.authorizer, err = answer.context(); err != nil {
		return http.StatusInternalServerError, fmt.Sprintf("authorizer %s: %v", a.Name, err)
	}
	return 0, ""
}
