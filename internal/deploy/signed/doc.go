// Package signed calls services of AWS of which so little is used that the SDK's own
// client, which has all of the service's operations, would be most of the work:
//
//	configuration, Service --New--> Client
//	operation, input --JSON, Get--> output, or AWS's error
//
// A call takes the steps of the SDK's core module, in the order in which its clients
// take them. So everything about a configuration counts here as it does there: the
// endpoint, the retryer, the HTTP client, the options that wrap calls; and an error
// has the types that the SDK's have, of which only those for single codes are missing.
// What a configuration can have and isn't looked at here are resolvers of endpoints
// in code, interceptors, and the modes of logging.
package signed
