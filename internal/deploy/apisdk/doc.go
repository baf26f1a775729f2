// Package apisdk gets the client libraries that API Gateway generates for a REST API,
// and unpacks them.
//
//	API and type --Get--> zip --Unpack--> folder
package apisdk
