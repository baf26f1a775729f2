package main

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/apptest"
)

func TestStock(t *testing.T) {
	http, staff := open(t)
	mug := ProductFields{Name: "Red mug", Category: "kitchen", Price: euros(1190), Stock: 1}
	fields := apptest.JSON(mug)
	added := http.Put("/admin/products/mug-red", staff, fields)
	expect[Product](t, 201, added)
	expect[Product](t, 200, http.Put("/admin/products/mug-red", staff, fields, apptest.Header("If-Match", added.Header.Get("ETag"))))
	expect[refused](t, 412, http.Put("/admin/products/mug-red", staff, fields, apptest.Header("If-Match", added.Header.Get("ETag"))))
	expect[refused](t, 412, http.Put("/admin/products/mug-green", staff, fields, apptest.Header("If-Match", "*")))
	again := apptest.JSON(map[string]any{"id": "mug-red", "name": "x", "category": "kitchen", "price": mug.Price, "stock": 0})
	expect[refused](t, 409, http.Post("/admin/products", staff, again))

	levels := expect[[]StockLevel](t, 200, http.Patch("/admin/stock", staff, apptest.JSON([]StockChange{{"mug-red", 4}, {"none", 1}, {"teapot", -9}})))
	equal(t, []StockLevel{{Product: "mug-red", Stock: 5}, {Product: "none", Problem: "no such product"}, {Product: "teapot", Stock: 8, Problem: "there can't be as many"}}, levels)

	if gone := http.Delete("/admin/products/mug-red", staff); gone.Status != 204 {
		t.Errorf("got %d %s", gone.Status, gone.Text())
	}
	expect[refused](t, 404, http.Delete("/admin/products/mug-red", staff))
	actions := []string{}
	for _, e := range expect[Page[Entry]](t, 200, http.Get("/admin/audit?since=1h", staff)).Items {
		actions = append(actions, e.Action+" "+e.Subject)
	}
	equal(t, []string{"set mug-red", "set mug-red", "stock 3 products", "delete mug-red"}, actions)
	equal(t, 0, len(expect[Page[Entry]](t, 200, http.Get("/admin/audit?address=192.0.2.9", staff)).Items))
}

// upload is a form with a file.
func upload(t *testing.T, data string) []apptest.RequestOption {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", "a.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.Write([]byte(data))
	_ = form.WriteField("title", "From the left")
	_ = form.Close()
	return []apptest.RequestOption{apptest.Body(body.Bytes()), apptest.Header("Content-Type", form.FormDataContentType())}
}

func TestPictures(t *testing.T) {
	http, staff := open(t)
	const png = "\x89PNG\r\n\x1a\n\x00\xff"
	added := http.Post("/admin/products/teapot/pictures", append(upload(t, png), staff)...)
	equal(t, "image/png", expect[struct{ Type string }](t, 201, added).Type)
	got := http.Get(added.Header.Get("Location"), apptest.Header("Accept", "image/png"))
	if got.Status != 200 || string(got.Body) != png || got.Header.Get("Content-Type") != "image/png" || got.Header.Get("X-Title") != "From the left" {
		t.Errorf("got %d %v %q", got.Status, got.Header, got.Body)
	}
	equal(t, []string{"body /file"}, violations(t, 422, http.Post("/admin/products/teapot/pictures", append(upload(t, "GIF89a"), staff)...)))
	for range 8 {
		expect[struct{}](t, 201, http.Post("/admin/products/teapot/pictures", append(upload(t, png), staff)...))
	}
	expect[refused](t, 409, http.Post("/admin/products/teapot/pictures", append(upload(t, png), staff)...))
}

func TestFiles(t *testing.T) {
	http, staff := open(t)
	lines := strings.Join([]string{"mug-green,Green mug,kitchen,990,7", "!,x,kitchen,1,1", "x,y", "z,,toys,1,1", "teapot,Tea pot,kitchen,5000,9"}, "\n")
	answer := http.Post("/admin/imports/products", staff, apptest.Body(lines), apptest.Header("Content-Type", "text/csv"))
	done := expect[Imported](t, 200, answer)
	equal(t, Imported{2, map[string]string{"2": "this is no id", "3": "wrong number of fields", "4": "the name is empty or too long"}}, done)

	table := http.Get("/admin/exports/products", staff, apptest.Header("Accept", "text/csv"))
	if want := "mug-green,Green mug,kitchen,990,7\n"; table.Status != 200 || !strings.Contains(table.Text(), want) || table.Header.Get("Content-Type") != "text/csv" {
		t.Errorf("got %d %v %s", table.Status, table.Header, table.Text())
	}
	equal(t, `attachment; filename="orders.json"`, http.Get("/admin/exports/orders?format=json", staff).Header.Get("Content-Disposition"))
	equal(t, 5, len(expect[[]map[string]string](t, 200, http.Get("/admin/exports/products?format=json", staff))))
}

func TestShipping(t *testing.T) {
	http, staff := open(t)
	me := join(t, http, "ada@example.com")
	buy := apptest.JSON(map[string]string{"address": "home", "note": "Ring twice"})
	order := expect[Order](t, 201, http.Post("/orders", me, buy, fill(t, http, "teapot", 1), apptest.Header("Idempotency-Key", "6f1c1f52-3a0e-4b8e-9a3c-3a4c6f1b2d10")))
	expect[refused](t, 409, http.Delete("/admin/products/teapot", staff))
	parcel := Shipment{"bike", "RR123456785NL"}
	equal(t, &parcel, expect[Order](t, 201, http.Post("/admin/orders/"+order.ID+"/shipment", staff, apptest.JSON(parcel))).Shipment)
	expect[refused](t, 409, http.Post("/admin/orders/"+order.ID+"/shipment", staff, apptest.JSON(parcel)))
	expect[refused](t, 409, http.Post("/orders/"+order.ID+"/cancellation", me))
	equal(t, 1, len(expect[Page[Order]](t, 200, http.Get("/admin/orders?status=shipped&from=2026-01-01T00:00:00Z", staff)).Items))
	equal(t, 0, len(expect[Page[Order]](t, 200, http.Get("/admin/orders?until=2026-01-01T00:00:00Z", staff)).Items))
	equal(t, []string{"Ring twice"}, expect[[]string](t, 200, http.Get("/admin/orders/"+order.ID+"/notes", staff)))
}
