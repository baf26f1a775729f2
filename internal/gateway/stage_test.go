package gateway_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// TestStageVariables: events have the variables of the API's stage.
func TestStageVariables(t *testing.T) {
	for _, typ := range []gateway.Type{gateway.REST, gateway.HTTP} {
		g := gateway.New(gateway.API{
			Type:           typ,
			Model:          &app.Model{Name: "echo", Routes: []app.RouteModel{route("/")}},
			Functions:      functions{app.RESTHandler: echo},
			StageVariables: map[string]string{"color": "blue"},
		})
		got := event(t, do(g, "GET", "/", "", nil))["stageVariables"]
		if diff := cmp.Diff(any(map[string]any{"color": "blue"}), got); diff != "" {
			t.Errorf("%v: (-want +got)\n%s", typ, diff)
		}
	}
}
