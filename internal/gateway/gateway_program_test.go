package gateway_test

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
	"github.com/chalice-go/chalice/internal/lambdarun"
)

// programs are functions that run as Lambda runs them.
type programs map[string]*lambdarun.Function

func (p programs) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	result, err := p[function].Invoke(ctx, event)
	if err != nil {
		return nil, err
	}
	if result.Error != nil {
		return nil, &gateway.FunctionError{Type: result.Error.Type, Message: result.Error.Message}
	}
	return result.Payload, nil
}

// TestGatewayOfProgram puts the gateway in front of a whole program.
func TestGatewayOfProgram(t *testing.T) {
	dir := t.TempDir()
	bootstrap, description := filepath.Join(dir, "bootstrap.exe"), filepath.Join(dir, "model.json")
	if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", bootstrap, "../../examples/helloworld").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	describe := exec.Command(bootstrap)
	describe.Env = append(os.Environ(), "CHALICE_MODEL="+description)
	if out, err := describe.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(description)
	if err != nil {
		t.Fatal(err)
	}
	model, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	f, err := lambdarun.Start(t.Context(), lambdarun.Command{Path: bootstrap, Handler: app.RESTHandler})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()

	g := gateway.New(gateway.API{Model: model, Functions: programs{app.RESTHandler: f}})
	for target, want := range map[string]string{
		"/":               `{"hello":"world"}`,
		"/cities/Lisbon":  `{"city":"Lisbon","country":"Portugal"}`,
		"/cities/Nowhere": `{"Code":"NotFoundError","Message":"no such city: Nowhere"}`,
	} {
		got := g.Handle(httptest.NewRequest("GET", target, nil))
		if string(got.Body) != want {
			t.Errorf("%s: got %d %s, want %s", target, got.Status, got.Body, want)
		}
	}
}
