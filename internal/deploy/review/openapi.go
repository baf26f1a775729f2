package review

import (
	"slices"
	"strings"
)

const (
	openCall    = "anyone can call it without credentials"
	openConnect = "anyone can connect to it without credentials"
)

// isPrivate reports whether an API can be reached only from VPCs.
func isPrivate(api *node) bool {
	types, _ := object(api.properties["EndpointConfiguration"])["Types"].([]any)
	return slices.Contains(types, any("PRIVATE"))
}

// openRestAPI returns the operations of a REST API's document that need no
// credentials, unless the API is private or its policy excludes most callers.
func openRestAPI(r *rights, n *node) []opening {
	if isPrivate(n) || r.isClosed(n) {
		return nil
	}
	return openOperations(n.document)
}

// isClosed reports whether an API's resource policy admits only some callers.
func (r *rights) isClosed(api *node) bool {
	documents := []any{api.properties["Policy"], api.document["x-amazon-apigateway-policy"]}
	for _, document := range documents {
		if document == nil {
			continue
		}
		permits := r.policies(api).document(document, nil)
		open := slices.ContainsFunc(permits, (*permit).isPublic)
		denies := slices.ContainsFunc(permits, func(p *permit) bool { return p.deny && len(p.conditions) > 0 })
		return !open || denies
	}
	return false
}

// operations are the HTTP methods in a document's paths.
var operations = map[string]string{
	"get": "GET", "put": "PUT", "post": "POST", "delete": "DELETE", "patch": "PATCH", "head": "HEAD", "options": "OPTIONS", "trace": "TRACE",
	"x-amazon-apigateway-any-method": "ANY",
}

// openOperations returns the operations of an OpenAPI document without
// security.
func openOperations(document map[string]any) []opening {
	var all []opening
	paths := objects(document["paths"])
	for _, path := range sortedKeys(paths) {
		methods := objects(paths[path])
		for _, method := range sortedKeys(methods) {
			name, ok := operations[strings.ToLower(method)]
			if ok && isOpenOperation(document, methods[method]) && !isPreflight(name, methods[method]) {
				all = append(all, opening{openCall, name + " " + path})
			}
		}
	}
	return all
}

// isOpenOperation reports whether an operation needs no credentials, according
// to OpenAPI and API Gateway's extensions.
func isOpenOperation(document, operation map[string]any) bool {
	auth := operation["x-amazon-apigateway-auth"]
	if auth == nil {
		auth = document["x-amazon-apigateway-auth"]
	}
	if kind := text(object(auth)["type"]); kind != "" && !strings.EqualFold(kind, "NONE") {
		return false
	}
	security, ok := operation["security"]
	if !ok {
		security = document["security"]
	}
	requirements, _ := security.([]any)
	none := func(requirement any) bool { return len(object(requirement)) == 0 } // it can be left out
	return len(requirements) == 0 || slices.ContainsFunc(requirements, none)
}

// isPreflight reports whether an operation only answers preflight requests, in
// API Gateway itself.
func isPreflight(method string, operation map[string]any) bool {
	integration := object(operation["x-amazon-apigateway-integration"])
	return method == "OPTIONS" && strings.EqualFold(text(integration["type"]), "mock")
}

// openMethod returns a method of a REST API without a document, if it is open.
func openMethod(r *rights, n *node) []opening {
	api := r.world.nodes[text(object(n.properties["RestApiId"])["Ref"])]
	if api != nil && (isPrivate(api) || r.isClosed(api)) || !isUnprotected(n) {
		return nil
	}
	method := text(n.properties["HttpMethod"])
	if method == "OPTIONS" && object(n.properties["Integration"])["Type"] == "MOCK" {
		return nil
	}
	path := n.logicalID
	if resource := r.world.nodes[text(object(n.properties["ResourceId"])["Ref"])]; resource != nil {
		path = "/" + valueText(resource.properties["PathPart"])
	}
	return []opening{{openCall, method + " " + path}}
}

// isUnprotected reports whether a method or route needs no credentials.
func isUnprotected(n *node) bool {
	kind := valueText(n.properties["AuthorizationType"])
	return (kind == "" || kind == "NONE") && n.properties["ApiKeyRequired"] != "true"
}

// openHTTPAPI returns an HTTP API as a whole, if it is open, or a websocket
// API, if its connections are.
func openHTTPAPI(r *rights, n *node) []opening {
	if isWebsocketAPI(n) {
		for _, id := range sortedKeys(r.world.nodes) {
			route := r.world.nodes[id]
			if isRouteOf(route, n) && route.properties["RouteKey"] == "$connect" && !isUnprotected(route) {
				return nil
			}
		}
		return []opening{{what: openConnect}}
	}
	if n.properties["Target"] != nil {
		return []opening{{openCall, "every path"}}
	}
	return openOperations(n.document)
}

func isRouteOf(route, api *node) bool {
	return route.kind == "AWS::ApiGatewayV2::Route" && text(object(route.properties["ApiId"])["Ref"]) == api.id
}

// openRoute returns a route of an HTTP API, if it is open.
func openRoute(r *rights, n *node) []opening {
	api := r.world.nodes[text(object(n.properties["ApiId"])["Ref"])]
	if api != nil && isWebsocketAPI(api) || !isUnprotected(n) {
		return nil
	}
	return []opening{{openCall, valueText(n.properties["RouteKey"])}}
}
