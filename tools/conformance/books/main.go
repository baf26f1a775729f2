// Command books is an app with an example of everything that the console shows.
// A script of tools/conformance opens the console for a copy of it in a
// browser.
package main

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("books")
	librarian := a.Authorizer(checkLibrarian)
	a.Route("/books", list, app.CORS())
	a.Route("/books", add, app.Methods("POST"), app.Auth(librarian))
	a.Route("/books/{id}", show, app.CORS())
	a.Route("/books/{id}", remove, app.Methods("DELETE"), app.Auth(librarian), app.APIKeyRequired())
	a.OnSQSMessage("orders", ship, app.BatchSize(10))
	a.OnS3Event("covers", resize, app.Events("s3:ObjectCreated:*"), app.Suffix(".jpg"))
	a.OnSNSMessage("returns", restock)
	a.Schedule(app.Rate(1, app.Days), remind)
	a.LambdaFunction(recommend)
	return a
}

// Book is a book of the shop.
type Book struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Author string `json:"author"`
}

var books = []Book{
	{"1", "The Left Hand of Darkness", "Ursula K. Le Guin"},
	{"2", "Invisible Cities", "Italo Calvino"},
	{"3", "The Periodic Table", "Primo Levi"},
}

// list returns all books.
func list(ctx context.Context, r *app.Request) (any, error) {
	slog.InfoContext(ctx, "listed", "count", len(books), "page", r.Query("page"))
	return books, nil
}

// show returns the book with an id.
func show(ctx context.Context, r *app.Request) (any, error) {
	for _, b := range books {
		if b.ID == r.Param("id") {
			return b, nil
		}
	}
	slog.WarnContext(ctx, "not found", "id", r.Param("id"))
	return nil, app.NotFound("no such book")
}

// add adds a book.
func add(ctx context.Context, r *app.Request) (any, error) {
	b, err := app.As[Book](r)
	if err != nil {
		return nil, err
	}
	return &app.Response{StatusCode: 201, Body: b}, nil
}

func remove(context.Context, *app.Request) (any, error) { return &app.Response{StatusCode: 204}, nil }

func checkLibrarian(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	if r.Token() != "librarian" {
		return &app.AuthResponse{}, nil
	}
	return &app.AuthResponse{Routes: app.AuthRoutes("*"), PrincipalID: "mary"}, nil
}

func ship(ctx context.Context, e *app.SQSEvent) error {
	for _, m := range e.Records() {
		slog.InfoContext(ctx, "shipped", "order", m.Body())
	}
	return nil
}

func resize(ctx context.Context, e *app.S3Event) error {
	slog.InfoContext(ctx, "resized", "key", e.Key())
	return nil
}

func restock(ctx context.Context, e *app.SNSEvent) error {
	slog.InfoContext(ctx, "back in stock", "title", e.Message())
	return nil
}

func remind(ctx context.Context, _ *app.CloudWatchEvent) error {
	slog.InfoContext(ctx, "reminders are sent")
	return nil
}

// Reader is somebody who wants a recommendation.
type Reader struct {
	Likes string `json:"likes"`
}

// recommend returns a book for a reader.
func recommend(ctx context.Context, event json.RawMessage) (any, error) {
	var reader Reader
	if err := json.Unmarshal(event, &reader); err != nil {
		return nil, err
	}
	slog.InfoContext(ctx, "recommended", "likes", reader.Likes)
	return books[len(reader.Likes)%len(books)], nil
}
