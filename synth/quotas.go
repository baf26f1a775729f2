package synth

import (
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// quota is how many of something an API can have until AWS has allowed its account
// more, which nobody can see from here.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
type quota struct {
	of   string // in the plural
	most int
	way  string // how to need fewer
}

var (
	resourceQuota   = quota{"resources", 300, "a resource is a path, and each part of it, and a route such as /v1/{path+} is one for all below it"}
	routeQuota      = quota{"routes", 300, "a route is a method of a path, and one such as /v1/{path+} is one for all below it"}
	authorizerQuota = quota{"authorizers", 10, "routes can share an authorizer"}
)

// exceeded warns if an API has more than the quota.
func (q quota) exceeded(api string, n int) []Warning {
	if n <= q.most {
		return nil
	}
	return []Warning{{app.RESTHandler, fmt.Sprintf(
		"%s has %d %s, and API Gateway takes %d unless AWS has raised the quota, without which it can't be deployed: ask for that first, or need fewer (%s)",
		api, n, q.of, q.most, q.way)}}
}

// warnings tell of a REST API that is larger than it can be without being asked for.
func (a *restAPI) warnings() []Warning {
	resources := map[string]bool{"": true} // which is the root
	for _, r := range a.Routes {
		for path := strings.TrimSuffix(r.Path, "/"); !resources[path]; path = path[:strings.LastIndex(path, "/")] {
			resources[path] = true
		}
	}
	return append(resourceQuota.exceeded("the REST API", len(resources)), authorizerQuota.exceeded("the REST API", a.asking())...)
}

// warnings are those of CORS, and of an API that is larger than it can be without being
// asked for.
func (a *httpAPI) warnings() []Warning {
	routes := len(a.Asked)
	for _, r := range a.Routes {
		routes += len(r.Methods)
	}
	large := append(routeQuota.exceeded("the HTTP API", routes), authorizerQuota.exceeded("the HTTP API", a.asking())...)
	return append(a.crossOrigin.warnings(), large...)
}

// asking returns how many authorizers the routes have that API Gateway has to be told
// of, as it hasn't of IAM.
func (a *front) asking() int {
	names := map[string]bool{}
	for _, r := range a.Routes {
		if m := a.authorizer(r.Authorizer); m != nil && m.Type != app.IAMAuthorizerType {
			names[m.Name] = true
		}
	}
	return len(names)
}
