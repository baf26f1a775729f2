package app

import "io"

// StreamBody is the body of a response that is sent while it is made: see
// [Stream]. Middleware finds it in [Response.Body], not called yet, and can put
// another one around it.
type StreamBody func(w io.Writer) error

// Stream returns a response whose body is what write writes, sent piece by piece
// as it is written: the first byte doesn't wait for the last, and the body can
// be larger than memory and than the 6 MB that Lambda otherwise takes. The
// handler's route needs the option [Streams].
//
//	func rows(ctx context.Context, r *app.Request) (any, error) {
//		return app.Stream("text/csv", func(w io.Writer) error {
//			return export(ctx, w)
//		}), nil
//	}
//
// Status and headers of the response can be set as those of any other; an empty
// contentType stands for application/octet-stream. The body is sent as it is:
// binary types don't matter.
//
// Write is called after the handler and all middleware have returned, with the
// handler's context still valid; for HEAD, and for a status of 204 or 304, which
// have no body, it isn't called. Each call of the writer is sent at once, and
// waits while the connection takes no more, so a bufio.Writer is of use for many
// small ones. If the response can't be sent any longer, because the client is
// gone for instance, the writer returns an error, which write should return.
//
// An error of write, or a panic, before anything was written is answered as an
// error of the handler is. Later ones end the response in the middle, so that
// the client sees that it isn't whole, and are logged.
//
// Lambda streams up to 200 MB, the first 6 MB (of a REST API 10 MB) at full
// speed and the rest at 2 MB/s. See
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
// and https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
func Stream(contentType string, write func(w io.Writer) error) *Response {
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	return &Response{
		Headers: map[string]string{"Content-Type": contentType},
		Body:    StreamBody(write),
	}
}

// Streams lets a route's handler return [Stream]. What else it returns is sent as
// a stream of one piece, which also may be larger than 6 MB. REST APIs and
// functions' URLs stream; HTTP APIs and load balancers can't.
func Streams() RouteOption {
	return routeOption(func(s *settings) { s.streams, s.parts.handler[streamsPart] = true, Parts.UseStreams })
}
