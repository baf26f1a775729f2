package devserver

// ReadEnvFile is readEnvFile.
var ReadEnvFile = readEnvFile

// Follow is Printer.follow for events that no server has made.
func Follow(p Printer, events <-chan Event) { p.follow(nil, events) }
