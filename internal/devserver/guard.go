package devserver

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// foreign gives the reason why a request to the server's own paths may not be
// answered; "": it may. Who can reach these can run the app's functions and read
// its variables, and a page of any site can send requests to this machine: under
// a name of its own that leads here, or across origins.
func (s *Server) foreign(r *http.Request) string {
	if !s.isOurs(hostOf(r.Host)) {
		return "this server doesn't go by the name " + hostOf(r.Host) + "; use " + s.url
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || u.Host != r.Host {
			return "a page of another origin may not ask for this"
		}
		return ""
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return ""
	}
	// Following a link is fine: the page that has it doesn't see what it leads to.
	if r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" {
		return ""
	}
	return "a page of another site may not ask for this"
}

// isOurs reports whether a host of a request can't be another's that was made to
// lead here. An address needs no name server, which could lie.
func (s *Server) isOurs(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == strings.ToLower(s.host) || net.ParseIP(host) != nil
}

// hostOf gives the host without a port and brackets.
func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}
