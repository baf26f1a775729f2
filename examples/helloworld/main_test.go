package main

import (
	"testing"

	"github.com/chalice-go/chalice/apptest"
)

func TestAPI(t *testing.T) {
	client := apptest.NewClient(t, newApp())
	for name, tc := range map[string]struct {
		request apptest.Request
		status  int
		want    string
	}{
		"the index":  {apptest.Request{Path: "/"}, 200, `{"hello":"world"}`},
		"a city":     {apptest.Request{Path: "/cities/Lisbon"}, 200, `{"city":"Lisbon","country":"Portugal"}`},
		"no city":    {apptest.Request{Path: "/cities/Atlantis"}, 404, `{"Code":"NotFoundError","Message":"no such city: Atlantis"}`},
		"a greeting": {apptest.Request{Method: "POST", Path: "/greetings", JSON: Person{"Ada"}}, 200, `{"greeting":"Hello, Ada!"}`},
		"a greeting for nobody": {
			apptest.Request{Method: "POST", Path: "/greetings", JSON: Person{}},
			400, `{"Code":"BadRequestError","Message":"whom to greet? Send a name"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := client.HTTP.Do(tc.request)
			if got.Status != tc.status || got.Text() != tc.want {
				t.Errorf("want %d %s\n got %d %s", tc.status, tc.want, got.Status, got.Text())
			}
		})
	}
}

// TestCORS: pages of other origins may ask for cities.
func TestCORS(t *testing.T) {
	client := apptest.NewClient(t, newApp())
	for _, response := range []*apptest.Response{
		client.HTTP.Options("/cities/Lisbon"), client.HTTP.Get("/cities/Lisbon"), client.HTTP.Get("/cities/Atlantis"),
	} {
		if got := response.Header.Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("Access-Control-Allow-Origin: %q", got)
		}
	}
}
