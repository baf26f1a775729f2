// Package websocket sends messages to the clients of an API Gateway websocket
// API, closes their connections, and tells about them.
//
//	var sockets websocket.Client
//
//	func message(ctx context.Context, e *app.WebsocketEvent) (any, error) {
//		sockets.Configure(e)
//		return nil, sockets.Send(ctx, e.ConnectionID(), []byte("hello"))
//	}
//
// A function that gets no websocket events, one that reads a queue and tells
// all clients, say, configures its client with [Client.ConfigureAPI] or
// [Client.ConfigureDomain].
//
// Where AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI is set when a client is first
// used, its calls go there: local mode sets it, and a test can, for a server of
// its own. At an address of this machine that needs no credentials.
//
// A client that is gone is a [*GoneError]. Other errors are those of the AWS
// SDK, which a program that imports this package links.
package websocket
