package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/apptest"
)

// open returns a client of an app whose lists are empty. What is kept is in a folder of
// the test's own.
func open(t *testing.T) *apptest.Client {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("TMP", t.TempDir()) // what Windows calls it
	return apptest.NewClient(t, newApp())
}

// join adds a user, and returns what the user sends with each request.
func join(t *testing.T, client *apptest.Client, name string) apptest.RequestOption {
	t.Helper()
	result, err := client.Lambda.Invoke("addUser", json.RawMessage(`{"name": "`+name+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	var made NewToken
	if err := json.Unmarshal(result.Payload, &made); err != nil {
		t.Fatal(err)
	}
	return apptest.Header("Authorization", "Bearer "+made.Token)
}

// expect fails the test unless an answer has a status, and returns its body.
func expect[T any](t *testing.T, status int, r *apptest.Response) T {
	t.Helper()
	if r.Status != status {
		t.Fatalf("got %d %s, want %d: %v", r.Status, r.Text(), status, r.Err)
	}
	var body T
	if status != http.StatusNoContent {
		r.JSON(&body)
	}
	return body
}

func equal(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLife(t *testing.T) {
	client := open(t)
	ada := join(t, client, "ada")

	answer := client.HTTP.Post("/todos", ada, apptest.JSON(map[string]string{"title": "Water the plants", "due": "2026-12-01"}))
	added := expect[Todo](t, 201, answer)
	equal(t, Todo{ID: added.ID, Title: "Water the plants", Due: "2026-12-01", CreatedAt: added.CreatedAt}, added)
	path := "/todos/" + added.ID
	equal(t, path, answer.Header.Get("Location"))

	equal(t, added, expect[Todo](t, 200, client.HTTP.Get(path, ada)))
	done := added
	done.Done = true
	equal(t, done, expect[Todo](t, 200, client.HTTP.Patch(path, ada, apptest.JSON(map[string]bool{"done": true}))))
	equal(t, Page{Items: []Todo{done}}, expect[Page](t, 200, client.HTTP.Get("/todos", ada)))

	expect[any](t, 204, client.HTTP.Delete(path, ada))
	equal(t, Page{Items: []Todo{}}, expect[Page](t, 200, client.HTTP.Get("/todos", ada)))
	for _, gone := range []*apptest.Response{
		client.HTTP.Get(path, ada), client.HTTP.Delete(path, ada), client.HTTP.Patch(path, ada, apptest.JSON(map[string]bool{"done": true})),
	} {
		expect[any](t, 404, gone)
	}
}

// TestPages: a list comes in parts, in the order in which things were added.
func TestPages(t *testing.T) {
	client := open(t)
	ada := join(t, client, "ada")
	for _, title := range []string{"one", "two", "three"} {
		expect[Todo](t, 201, client.HTTP.Post("/todos", ada, apptest.JSON(map[string]string{"title": title})))
	}
	first := expect[Page](t, 200, client.HTTP.Get("/todos?limit=2", ada))
	rest := expect[Page](t, 200, client.HTTP.Get("/todos?limit=2&after="+first.Next, ada))
	equal(t, "", rest.Next)
	if len(first.Items) != 2 || len(rest.Items) != 1 {
		t.Errorf("got %d and %d to-dos", len(first.Items), len(rest.Items))
	}
}

// TestWhose: a list is its owner's alone.
func TestWhose(t *testing.T) {
	client := open(t)
	ada, bob := join(t, client, "ada"), join(t, client, "bob")
	added := expect[Todo](t, 201, client.HTTP.Post("/todos", ada, apptest.JSON(map[string]string{"title": "Mine"})))

	equal(t, Page{Items: []Todo{}}, expect[Page](t, 200, client.HTTP.Get("/todos", bob)))
	expect[any](t, 404, client.HTTP.Get("/todos/"+added.ID, bob))
	for name, header := range map[string]apptest.RequestOption{
		"no token":       apptest.Header("X-Nothing", "1"),
		"no bearer":      apptest.Header("Authorization", "Basic YWRhOmFkYQ=="),
		"nobody's token": apptest.Header("Authorization", "Bearer AAAAAAAAAAAAAAAAAAAAAAAAAA"),
	} {
		t.Run(name, func(t *testing.T) { expect[any](t, 401, client.HTTP.Get("/todos", header)) })
	}
	if _, err := client.Lambda.Invoke("addUser", json.RawMessage(`{"name": "../ada"}`)); err == nil {
		t.Error("a user with such a name was added")
	}
}

// TestRefused: what a request has to be is said by the types alone.
func TestRefused(t *testing.T) {
	client := open(t)
	ada := join(t, client, "ada")
	path := "/todos/" + expect[Todo](t, 201, client.HTTP.Post("/todos", ada, apptest.JSON(map[string]string{"title": "x"}))).ID
	for name, tc := range map[string]struct {
		answer *apptest.Response
		status int
		want   string // in the body
	}{
		"no title":        {client.HTTP.Post("/todos", ada, apptest.JSON(map[string]string{})), 422, "/title"},
		"a long title":    {client.HTTP.Post("/todos", ada, apptest.JSON(map[string]string{"title": strings.Repeat("x", 201)})), 422, "200"},
		"no date":         {client.HTTP.Post("/todos", ada, apptest.JSON(map[string]string{"title": "x", "due": "soon"})), 422, "date"},
		"an other member": {client.HTTP.Post("/todos", ada, apptest.JSON(map[string]string{"title": "x", "id": "7"})), 422, "/id"},
		"no change":       {client.HTTP.Patch(path, ada, apptest.JSON(map[string]string{})), 422, "nothing to change"},
		"too many":        {client.HTTP.Get("/todos?limit=1000", ada), 422, "limit"},
		"no id":           {client.HTTP.Get("/todos/A", ada), 422, "id"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.answer.Status != tc.status || !strings.Contains(tc.answer.Text(), tc.want) {
				t.Errorf("got %d %s, want %d and %s", tc.answer.Status, tc.answer.Text(), tc.status, tc.want)
			}
		})
	}
}
