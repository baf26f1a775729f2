// Package devserver runs an app on this machine, and runs it again whenever its
// source changes. It is the engine of chalice local.
//
//	source --packager--> program + model --> [Generation]: functions and a gateway
//	request --> the current generation's gateway --> a process --> response
//	all that happens --> [Journal] --> terminal, console
//
// A [Server] has one current generation. When the source changes, the next one
// is started beside it. Requests that have begun end in the generation where
// they began.
//
// The console, the Invoke API and others are packages of their own, which
// import this one: [Options.Mounts] and [Options.Companions] connect them.
package devserver
