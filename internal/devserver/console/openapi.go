package console

import (
	"encoding/json"
	"net/http"
)

// openAPI returns the OpenAPI document of the app as of its last successful build.
func (c *console) openAPI(*http.Request) (any, error) {
	g := c.server.Last()
	if g == nil {
		return nil, c.notRunning()
	}
	document, err := g.OpenAPI()
	if err != nil {
		return nil, err
	}
	return json.RawMessage(document), nil
}
