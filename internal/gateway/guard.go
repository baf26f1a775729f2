package gateway

import (
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Guard refuses requests that no program of the developer's sent: those that a
// page of another origin made the browser send, and those to a host name that
// its owner made point at this machine (DNS rebinding). It protects what can do
// more than the app's own routes: the management API, the console and the
// Invoke API.
//
// A request passes if its Host is an address, localhost, a name below
// localhost, or one of names, and if it has no Origin or that of its own Host.
func Guard(next http.Handler, names ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if why := foreign(r, names); why != "" {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("x-amzn-ErrorType", "ForbiddenException")
			w.WriteHeader(http.StatusForbidden)
			json.NewEncoder(w).Encode(map[string]string{"message": why})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// foreign returns why a request is another site's, "" if it isn't.
func foreign(r *http.Request, names []string) string {
	if !isOurs(r.Host, names) {
		return "Forbidden: the request's Host is not a name of this machine"
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none": // none: the user typed the address
	default:
		return "Forbidden: a page of another site sent the request"
	}
	for _, origin := range r.Header["Origin"] {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return "Forbidden: a page of another origin sent the request"
		}
	}
	return ""
}

// isOurs reports whether a Host is one that nobody else can own.
func isOurs(host string, names []string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	for _, own := range append([]string{"localhost"}, names...) {
		if name == strings.ToLower(own) {
			return true
		}
	}
	return strings.HasSuffix(name, ".localhost")
}
