package devserver

import "github.com/chalice-go/chalice/internal/lambdarun"

// ReadEnvFile is readEnvFile.
var ReadEnvFile = readEnvFile

// Follow is Printer.follow for events without a server.
func Follow(p Printer, events <-chan Event) { p.follow(nil, events) }

// Record records an invocation for an entry, from its beginning to its end,
// with the lines that it printed.
func (j *Journal) Record(entry, id string, event, response []byte, lines ...string) {
	j.invoke(entry, id, "f", event)
	for _, text := range lines {
		j.Print(Line{RequestID: id, Text: text})
	}
	j.invoked(id, lambdarun.Facts{Logged: nothingLogged}, response, nil)
}

// Triggers are triggers.
var Triggers = triggers
