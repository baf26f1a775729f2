package console

import (
	"os"
	"testing"

	"github.com/chalice-go/chalice/app"
)

// TestTriggers: the console says of each kind of function what invokes it.
func TestTriggers(t *testing.T) {
	data, err := os.ReadFile("../../../app/testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Functions {
		if got := trigger(f); got == "" || (got == direct) != (f.Kind == app.LambdaKind) {
			t.Errorf("what invokes a function of the kind %s is said to be %q: trigger in internal/devserver/console/trigger.go has a line for each kind", f.Kind, got)
		}
	}
}
