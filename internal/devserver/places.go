package devserver

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// places returns lines that say where the server listens, one for each purpose.
// It is empty if they are the same as the last time.
func (s *Server) places() string {
	g, _ := s.Current()
	if g == nil {
		return ""
	}
	var b strings.Builder
	if len(g.Model.Routes) > 0 {
		fmt.Fprintf(&b, "  %-10s %s/", g.Front(), s.url)
		if prefix := g.StagePrefix(); prefix != "" {
			fmt.Fprintf(&b, " (and %s%s/)", s.url, prefix)
		}
		b.WriteString("\n")
	}
	if slices.ContainsFunc(g.Model.Functions, func(f app.FunctionModel) bool { return routeKeys[f.FunctionName()] != "" }) {
		fmt.Fprintf(&b, "  websocket  ws%s/%s\n", strings.TrimPrefix(s.url, "http"), g.Stage.APIGatewayStage)
	}
	for _, m := range s.own {
		fmt.Fprintf(&b, "  %-10s %s%s\n", m.Name, s.url, m.Prefix)
		if m.RoutesPage != "" && len(g.Model.Routes) > 0 {
			fmt.Fprintf(&b, "  %-10s %s%s\n", "API docs", s.url, m.RoutesPage)
		}
	}
	if slices.ContainsFunc(g.Model.Routes, func(r app.RouteModel) bool { return r.APIKeyRequired }) {
		fmt.Fprintf(&b, "  API key    %s\n", s.key)
	}
	for _, route := range hidden(g.Model, s.own) {
		fmt.Fprintf(&b, "  %s hides a part of the route %s (%s)\n", route.prefix, route.Path, route.Source)
	}
	if s.debugger != nil {
		b.WriteString(s.debugPlaces(g.Model.FunctionNames()))
	}
	text := b.String()
	if _, again := s.said.LoadOrStore(text, true); again {
		return ""
	}
	return text
}

type hiddenRoute struct {
	app.RouteModel
	prefix string
}

// hidden lists the routes whose paths the server reserves for itself.
func hidden(m *app.Model, own []Mount) (routes []hiddenRoute) {
	prefixes := []string{"/@connections/"}
	for _, o := range own {
		prefixes = append(prefixes, o.Prefix)
	}
	for _, r := range m.Routes {
		matcher := app.NewMatcher([]string{r.Path})
		for _, prefix := range prefixes {
			if _, _, ok := matcher.Match(prefix + "x"); ok || strings.HasPrefix(r.Path, prefix) {
				routes = append(routes, hiddenRoute{r, prefix})
			}
		}
	}
	return routes
}

// exposed reports whether other machines can reach an address.
func exposed(host string) bool {
	if host == "localhost" {
		return false
	}
	ip := net.ParseIP(host)
	return ip == nil || !ip.IsLoopback()
}
