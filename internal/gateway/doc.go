// Package gateway is API Gateway in front of an app, on this machine.
//
//	HTTP request --Gateway--> event bytes --> a function --> HTTP response
//	websocket    --Sockets--> event bytes --> a function --> nothing, but what it
//	                                          sends with the management API
//
// The caller decides where the functions run: package apptest runs handlers in
// its own process, local mode runs the compiled program behind Lambda's runtime
// API.
package gateway
