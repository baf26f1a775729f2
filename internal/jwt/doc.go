// Package jwt tells whether a JSON Web Token is a valid one of an issuer's, as
// API Gateway does.
//
//	token --ParseSigned, key of kid--> signature --iss, aud, exp, nbf, iat--> claims
//
// The keys are given, or the issuer serves them. What is asked of an issuer has
// limits: on time, on size, and on how often a token can make it ask again.
package jwt
