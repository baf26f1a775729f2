//go:build !windows

package main

// prepareConsole does nothing: terminals know escape sequences.
func prepareConsole() {}
