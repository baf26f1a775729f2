package devserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Print writes what happens, a line for each event, until the context is done.
func Print(ctx context.Context, w io.Writer, s *Server) {
	for e := range s.Journal().Subscribe(ctx) {
		printEvent(w, e)
	}
}

func printEvent(w io.Writer, e Event) {
	switch {
	case e.Ended != nil:
		fmt.Fprintf(w, "%s %s %d %s\n", e.Ended.Method, e.Ended.Path, e.Ended.Status, e.Ended.Duration.Round(time.Microsecond))
	case e.Line != nil:
		fmt.Fprintln(w, e.Line.Text)
	case e.Build != nil:
		text, _ := json.Marshal(e.Build)
		fmt.Fprintln(w, string(text))
	}
}
