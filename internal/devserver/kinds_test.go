package devserver_test

import (
	"os"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/poller"
)

// TestEachKindIsInvokedHere: of each kind of function either something here invokes it,
// or somebody is told that nothing does.
func TestEachKindIsInvokedHere(t *testing.T) {
	data, err := os.ReadFile("../../app/testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	here := map[app.FunctionKind]bool{app.LambdaKind: true, app.WSConnectKind: true, app.WSMessageKind: true, app.WSDisconnectKind: true}
	for _, f := range m.Functions {
		if polled, told := poller.Source(&f) != "", devserver.Triggers[f.Kind] != ""; !here[f.Kind] && polled == told {
			t.Errorf("functions of the kind %s are polled for: %v, and somebody is told that they aren't invoked: %v: internal/poller or else triggers in internal/devserver/warning.go has a line for each kind", f.Kind, polled, told)
		}
	}
}
