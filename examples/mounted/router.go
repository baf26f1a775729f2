package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/chalice-go/chalice/httpadapter"
)

// newRouter returns what a server of net/http would serve.
func newRouter() http.Handler {
	r := chi.NewRouter()
	r.Use(logged, middleware.SetHeader("X-Content-Type-Options", "nosniff"), middleware.Timeout(5*time.Second))
	r.Route("/api/notes", func(r chi.Router) {
		r.Use(middleware.AllowContentType("application/json"))
		r.Get("/", listNotes)
		r.Get("/{id}", getNote)
		r.Post("/echo", echo)
	})
	return r
}

// logged logs each request, and by which request of the gateway's it came: net/http's
// own request has that no place for.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var id string
		if of, ok := httpadapter.RequestOf(r); ok {
			id = of.ContextValue("requestId")
		}
		slog.InfoContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path, "id", id)
		next.ServeHTTP(w, r)
	})
}

// Note is what the server has.
type Note struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

var notes = []Note{{"1", "Routers can stay as they are."}, {"2", "So can their middleware."}}

func listNotes(w http.ResponseWriter, r *http.Request) { answer(w, http.StatusOK, notes) }

func getNote(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	i := slices.IndexFunc(notes, func(n Note) bool { return n.ID == id })
	if i < 0 {
		http.Error(w, "there is no such note", http.StatusNotFound)
		return
	}
	answer(w, http.StatusOK, notes[i])
}

// echo answers with the note that it gets.
func echo(w http.ResponseWriter, r *http.Request) {
	var n Note
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 10_000)).Decode(&n); err != nil {
		http.Error(w, "this is no note", http.StatusBadRequest)
		return
	}
	answer(w, http.StatusCreated, n)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		slog.Error("the answer wasn't written", "error", err)
	}
}
