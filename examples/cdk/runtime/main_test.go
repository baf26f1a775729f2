package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

func TestUsers(t *testing.T) {
	client := apptest.NewClient(t, newTestApp(t))
	for _, step := range []struct {
		request apptest.Request
		status  int
		want    string
	}{
		{apptest.Request{Path: "/users/ada"}, 404, `{"Code":"NotFoundError","Message":"no such user"}`},
		{apptest.Request{Method: "POST", Path: "/users", JSON: map[string]string{"name": "Ada"}}, 400, `{"Code":"BadRequestError","Message":"username is missing"}`},
		{apptest.Request{Method: "POST", Path: "/users", JSON: map[string]string{"username": "ada", "name": "Ada", "PK": "mine"}}, 200, `{}`},
		{apptest.Request{Path: "/users/ada"}, 200, `{"name":"Ada","username":"ada"}`},
		{apptest.Request{Path: "/users/bob"}, 404, `{"Code":"NotFoundError","Message":"no such user"}`},
	} {
		got := client.HTTP.Do(step.request)
		if got.Status != step.status || got.Text() != step.want {
			t.Errorf("%s %s: want %d %s\n got %d %s", step.request.Method, step.request.Path, step.status, step.want, got.Status, got.Text())
		}
	}
}

// newTestApp returns the app with a table on this machine.
func newTestApp(t *testing.T) *app.App {
	t.Helper()
	server := httptest.NewServer(&tables{items: map[string]json.RawMessage{}})
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": server.URL, "AWS_REGION": "us-west-2",
		"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none",
	} {
		t.Setenv(name, value)
	}
	return newApp(&table{name: "Users", client: sync.OnceValues(connect)})
}

// tables implements as much of DynamoDB as the app needs.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
type tables struct {
	mu    sync.Mutex
	items map[string]json.RawMessage // by table and key
}

func (s *tables) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	var in struct {
		TableName string
		Item, Key json.RawMessage
	}
	if err := json.Unmarshal(body, &in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	switch r.Header.Get("X-Amz-Target") {
	case "DynamoDB_20120810.PutItem":
		s.items[itemKey(in.TableName, in.Item)] = in.Item
		io.WriteString(w, "{}")
	case "DynamoDB_20120810.GetItem":
		json.NewEncoder(w).Encode(map[string]json.RawMessage{"Item": s.items[itemKey(in.TableName, in.Key)]})
	default:
		http.Error(w, "not an operation of these tables", http.StatusBadRequest)
	}
}

func itemKey(table string, item json.RawMessage) string {
	var keys struct{ PK, SK struct{ S string } }
	json.Unmarshal(item, &keys)
	return fmt.Sprint(table, keys)
}
