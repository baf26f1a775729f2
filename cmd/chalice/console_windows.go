package main

import (
	"os"
	"syscall"
)

// prepareConsole has the console understand escape sequences, for colors and lines that
// change. Windows's own does only if a program asks for it.
// https://learn.microsoft.com/en-us/windows/console/setconsolemode
func prepareConsole() {
	const virtualTerminal = 4 // ENABLE_VIRTUAL_TERMINAL_PROCESSING
	set := syscall.NewLazyDLL("kernel32.dll").NewProc("SetConsoleMode")
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		var mode uint32
		if syscall.GetConsoleMode(syscall.Handle(f.Fd()), &mode) == nil {
			_, _, _ = set.Call(f.Fd(), uintptr(mode|virtualTerminal))
		}
	}
}
