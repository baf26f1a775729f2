package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
)

// heartbeat is the interval of comments that keep proxies and browsers from
// closing a quiet connection.
const heartbeat = 15 * time.Second

// events sends the journal's events as they happen. A page that missed some
// loads everything again.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func (c *console) events(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	happened := c.server.Journal().Subscribe(r.Context())
	fmt.Fprint(w, "retry: 500\nevent: hello\ndata: {}\n\n")
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		if err := control.Flush(); err != nil {
			return
		}
		select {
		case e, open := <-happened:
			if !open {
				return
			}
			if err := writeEvent(w, e); err != nil {
				return
			}
		case <-beat.C:
			fmt.Fprint(w, ": still here\n\n")
		}
	}
}

// writeEvent writes an event, named after its kind.
func writeEvent(w http.ResponseWriter, e devserver.Event) error {
	name, value := "lost", any(e.Lost)
	switch {
	case e.Begun != nil:
		name, value = "begun", e.Begun
	case e.Ended != nil:
		name, value = "ended", e.Ended
	case e.Line != nil:
		name, value = "line", e.Line
	case e.Build != nil:
		name, value = "build", e.Build
	}
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, data)
	return err
}
