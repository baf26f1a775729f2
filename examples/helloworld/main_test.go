package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/dispatch"
)

// response is what API Gateway makes an HTTP response of.
type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

func TestAPI(t *testing.T) {
	none := map[string]string{}
	for name, tc := range map[string]struct {
		event   string // file in testdata
		replace []string
		want    response
	}{
		"a city": {
			event: "city.json",
			want: response{200, map[string]string{
				"Access-Control-Allow-Origin":  "*",
				"Access-Control-Allow-Headers": "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key",
			}, `{"city":"Lisbon","country":"Portugal"}`},
		},
		"a city that isn't there": {
			event:   "city.json",
			replace: []string{"Lisbon", "Atlantis"},
			want: response{404, map[string]string{
				"Access-Control-Allow-Origin":  "*",
				"Access-Control-Allow-Headers": "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key",
			}, `{"Code":"NotFoundError","Message":"no such city: Atlantis"}`},
		},
		"the index": {
			event:   "city.json",
			replace: []string{`"/cities/{name}"`, `"/"`},
			want:    response{200, none, `{"hello":"world"}`},
		},
		"a greeting": {
			event: "greeting.json",
			want:  response{200, none, `{"greeting":"Hello, Ada!"}`},
		},
		"a greeting for nobody": {
			event:   "greeting.json",
			replace: []string{"Ada", ""},
			want:    response{400, none, `{"Code":"BadRequestError","Message":"whom to greet? Send a name"}`},
		},
		"the wrong method": {
			event:   "greeting.json",
			replace: []string{"POST", "PUT"},
			want:    response{405, map[string]string{"Allow": "POST"}, `{"Code":"MethodNotAllowedError","Message":"Unsupported method: PUT"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			event, err := os.ReadFile("testdata/" + tc.event)
			if err != nil {
				t.Fatal(err)
			}
			got := invoke(t, strings.NewReplacer(tc.replace...).Replace(string(event)))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

func invoke(t *testing.T, event string) response {
	t.Helper()
	handler, err := dispatch.Handler(newApp(), "api_handler")
	if err != nil {
		t.Fatal(err)
	}
	data, err := handler.Invoke(context.Background(), []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	var r response
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}
