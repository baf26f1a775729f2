// Package account knows who calls AWS, and where.
//
//	Options --Open--> Session --Config--> a client of any service
//
// [Open] reads the configuration as the AWS CLI does, without any request. A
// client that is made of a session's Config
//
//   - is patient: while AWS throttles, calls slow down and are repeated, and
//     each ends within a limited time;
//   - repeats a call whose answer got lost, unless the call may have run a
//     function;
//   - fails with an [Error], which says what is wrong and what to do about it,
//     in the same words for every service.
//
// No error contains a secret: credentials are named by their origin.
package account
