package devserver

import (
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"strings"
)

// serveFailure answers with what is wrong with the source, in the format that
// the client prefers, and returns the status.
func (s *Server) serveFailure(w http.ResponseWriter, r *http.Request, err error) int {
	status, title := http.StatusBadGateway, "the app doesn't run"
	if errors.Is(err, errBuilding) {
		status, title = http.StatusGatewayTimeout, "the app isn't ready"
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	switch accept := r.Header.Get("Accept"); {
	case strings.Contains(accept, "text/html"):
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+failureStyleHash+"'")
		w.WriteHeader(status)
		io.WriteString(w, failurePage(title, err.Error(), r.Method == http.MethodGet))
	case strings.Contains(accept, "json"):
		h.Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]string{"message": title, "error": err.Error()})
	default:
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		w.Write([]byte(title + ":\n\n" + err.Error() + "\n"))
	}
	return status
}

// failurePage is a page that, if it can be asked for again, reloads itself: requests
// wait for a build that has begun, so the page disappears as soon as the source is mended.
//
// It isn't a template of html/template, for which the linker would keep the methods of
// all types in the command.
func failurePage(title, problem string, again bool) string {
	reload := ""
	if again {
		reload = "<meta http-equiv=\"refresh\" content=\"1\">\n"
	}
	title, problem = html.EscapeString(title), html.EscapeString(problem)
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
` + reload + `<title>` + title + `</title>
<style>` + failureStyle + `</style>
<h1>` + title + `</h1>
<pre>` + problem + `</pre>
<p>This page comes from chalice local. It goes away when the source is mended.</p>
</html>
`
}

const (
	failureStyle     = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:2rem}pre{font:.9rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;border-left:.25rem solid #d33;padding-left:1rem}`
	failureStyleHash = "h6j+isP0WoggJ8Wvb/7CuWIZjaiwD6GGVZrVjPB8TZw="
)
