// Package gateway is API Gateway in front of an app, on this machine, and what
// else AWS can have there: a function's URL, a load balancer.
//
//	HTTP request --Gateway--> event bytes --> a function --> HTTP response
//	websocket    --Sockets--> event bytes --> a function --> nothing, but what it
//	                                          sends with the management API
//
// What one type of front does in its own way is an entry of a table, in front.go:
// how it finds a route, the event that it sends, the answer that it reads, its
// limits, and how it answers by itself.
//
// The caller decides where the functions run: package apptest runs handlers in
// its own process, local mode runs the compiled program behind Lambda's runtime
// API.
package gateway
