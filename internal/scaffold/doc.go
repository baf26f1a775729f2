// Package scaffold writes new projects: small programs that build, pass their
// tests and can be packaged as they are.
//
// A new project needs chalice itself, which may never have been published. So
// its go.mod names the release that the running command was installed or downloaded
// as or, where there is none, replaces the module by the checkout that the command
// was built from.
package scaffold
