// Package websocket sends messages to the clients of an API Gateway websocket
// API, closes their connections, and returns information about them.
//
//	var sockets websocket.Client
//
//	func message(ctx context.Context, e *app.WebsocketEvent) (any, error) {
//		sockets.Configure(e)
//		return nil, sockets.Send(ctx, e.ConnectionID(), []byte("hello"))
//	}
//
// A function that gets no websocket events, for instance one that reads a queue
// and sends a message to all clients, configures its client with
// [Client.ConfigureAPI] or [Client.ConfigureDomain].
//
// If AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI is set when a client is first
// used, its calls go to that address: local mode sets the variable, and a test
// can set it to the address of a server of its own. An address on this machine
// needs no credentials.
//
// If a connection is gone, the error is a [*GoneError]. Other errors are those
// of the AWS SDK, which a program that imports this package links.
package websocket
