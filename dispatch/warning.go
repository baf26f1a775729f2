package dispatch

import (
	"context"
	"log/slog"

	"github.com/chalice-go/chalice/app"
)

// warn logs what a client won't get as the handler meant it, although nothing
// failed: the gateway that sent the request changes the answer.
func (h *rest) warn(ctx context.Context, r *app.Request, answer *reply, b body) {
	switch r.Source() {
	case app.RESTAPI:
		if b.base64 && !h.binary.any && len(b.text)+len(b.data) > 0 {
			h.warnOfBase64(ctx, r, answer)
		}
	case app.LoadBalancer:
		if !r.MultiValueHeaders() {
			warnOfCookies(ctx, r, answer)
		}
	}
}

// warnOfBase64 logs that a client gets base64 as text, unless API Gateway
// decodes it for this client.
func (h *rest) warnOfBase64(ctx context.Context, r *app.Request, answer *reply) {
	accept := r.Header("Accept")
	if app.DecodesBase64(h.binary.types, accept) {
		return
	}
	contentType, given := contentTypeOf(&answer.Response)
	if !given {
		contentType = jsonType
	}
	slog.WarnContext(ctx, "the client gets the body as base64 text: API Gateway decodes it if the first type that a client accepts "+
		`is one of the app's binary types, and for every client, browsers among them, with app.BinaryTypes("*/*")`,
		"path", r.Path(), "contentType", contentType, "accept", accept)
}

// warnOfCookies logs that the client of a load balancer gets only one of the
// cookies. With API Gateway one can spell the header's name differently for
// each cookie to get more of them through; whether a load balancer tells such
// names apart isn't documented, so it isn't done here.
func warnOfCookies(ctx context.Context, r *app.Request, answer *reply) {
	n := 0
	for name := range answer.Headers {
		if isCookie(name) {
			n++
		}
	}
	for name, values := range answer.MultiValueHeaders {
		if isCookie(name) {
			n += len(values)
		}
	}
	if n > 1 {
		slog.WarnContext(ctx, "the client gets the last of several cookies alone: the load balancer takes one value of a header, "+
			"until lambda.multi_value_headers.enabled is set on its target group",
			"path", r.Path(), "lost", n-1)
	}
}
