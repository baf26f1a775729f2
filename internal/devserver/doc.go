// Package devserver runs an app on this machine and runs it anew whenever its
// source changes: it is what chalice local does.
//
//	source --packager--> program + model --> [Generation]: functions and a gateway
//	request --> the current generation's gateway --> a process --> response
//	all that happens --> [Journal] --> terminal, console
//
// A [Server] has one generation at a time. A change of the source makes the
// next one beside it; requests that are under way end where they began.
//
// The console, the Invoke API and others are rooms of their own, which know the
// Server: they are wired by [Options.Mounts] and [Options.Companions].
package devserver
