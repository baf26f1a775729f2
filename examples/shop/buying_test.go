package main

import (
	"testing"

	"github.com/chalice-go/chalice/apptest"
)

// join makes a customer with an address, and returns what they send.
func join(t *testing.T, http *apptest.HTTP, email string) apptest.RequestOption {
	t.Helper()
	answer := http.Post("/customers", apptest.JSON(map[string]string{"name": "Ada", "email": email}))
	me := bearer(expect[struct{ Token string }](t, 201, answer).Token)
	address := Address{"12 St James's Square", "SW1Y 4JH", "London", "GB"}
	equal(t, address, expect[Address](t, 201, http.Put("/customers/me/addresses/home", me, apptest.JSON(address))))
	expect[Address](t, 200, http.Put("/customers/me/addresses/home", me, apptest.JSON(address)))
	return me
}

// fill makes a cart with some of a product, and returns its cookie.
func fill(t *testing.T, http *apptest.HTTP, product string, quantity int) apptest.RequestOption {
	t.Helper()
	made := http.Post("/cart")
	expect[Cart](t, 201, made)
	cart := apptest.Cookie("cart", made.Cookie("cart").Value)
	some := apptest.JSON(map[string]int{"quantity": quantity})
	expect[Cart](t, 201, http.Put("/cart/items/"+product, cart, some))
	expect[Cart](t, 200, http.Put("/cart/items/"+product, cart, some))
	return cart
}

func TestCart(t *testing.T) {
	http, _ := open(t)
	cart := fill(t, http, "mug-blue", 3)
	equal(t, Cart{[]Item{{"mug-blue", 3, euros(1290)}}, euros(3870)}, expect[Cart](t, 200, http.Get("/cart", cart)))
	expect[refused](t, 409, http.Put("/cart/items/train", cart, apptest.JSON(map[string]int{"quantity": 4})))
	expect[refused](t, 404, http.Put("/cart/items/plane", cart, apptest.JSON(map[string]int{"quantity": 1})))
	if gone := http.Delete("/cart/items/mug-blue", cart); gone.Status != 204 || gone.Text() != "" {
		t.Errorf("got %d %s, want 204 and nothing", gone.Status, gone.Text())
	}
	expect[refused](t, 404, http.Delete("/cart/items/mug-blue", cart))
	equal(t, Cart{[]Item{}, euros(0)}, expect[Cart](t, 200, http.Get("/cart", cart)))
}

func TestBuying(t *testing.T) {
	http, staff := open(t)
	me, cart := join(t, http, "ada@example.com"), fill(t, http, "teapot", 2)
	buy := func(key string, options ...apptest.RequestOption) *apptest.Response {
		return http.Post("/orders", append(options, me, apptest.Header("Idempotency-Key", "6f1c1f52-3a0e-4b8e-9a3c-3a4c6f1b2d"+key))...)
	}
	wrong := apptest.JSON(map[string]string{"address": "office", "coupon": "WINTER"})
	equal(t, []string{"body /address", "body /coupon"}, violations(t, 422, buy("00", cart, wrong)))

	body := apptest.JSON(map[string]string{"address": "home", "coupon": "SPRING", "deliverOn": "2026-12-24"})
	placed := buy("01", cart, body)
	order := expect[Order](t, 201, placed)
	equal(t, euros(8820), order.Total)
	equal(t, "/orders/"+order.ID, placed.Header.Get("Location"))
	equal(t, 6, expect[Product](t, 200, http.Get("/products/teapot")).Stock)
	equal(t, order.ID, expect[Order](t, 201, buy("01", cart, body)).ID)
	expect[refused](t, 409, buy("01", cart, apptest.JSON(map[string]string{"address": "home"})))
	equal(t, "the cart is empty", expect[refused](t, 409, buy("02", cart, body)).Message)

	dear := buy("03", fill(t, http, "train", 1), apptest.JSON(map[string]string{"address": "home"}))
	equal(t, Checking, expect[Order](t, 202, dear).Status)
	equal(t, "3600", dear.Header.Get("Retry-After"))

	equal(t, 2, len(expect[Page[Order]](t, 200, http.Get("/orders", me)).Items))
	equal(t, "2026-12-24", expect[Order](t, 200, http.Get("/orders/"+order.ID, me)).DeliverOn)
	expect[refused](t, 404, http.Get("/orders/"+order.ID, staff))
	expect[Order](t, 200, http.Post("/orders/"+order.ID+"/cancellation", me))
	expect[refused](t, 409, http.Post("/orders/"+order.ID+"/cancellation", me))
	equal(t, 8, expect[Product](t, 200, http.Get("/products/teapot")).Stock)
}

func TestAccounts(t *testing.T) {
	http, staff := open(t)
	me := join(t, http, "ada@example.com")
	expect[refused](t, 409, http.Post("/customers", apptest.JSON(map[string]string{"name": "Bob", "email": "ADA@example.com"})))
	got := http.Get("/customers/me", me)
	equal(t, "Ada", expect[Customer](t, 200, got).Name)
	change := apptest.JSON(map[string]any{"news": true})
	changed := http.Patch("/customers/me", me, change, apptest.Header("If-Match", got.Header.Get("ETag")))
	equal(t, CustomerFields{Name: "Ada", Email: "ada@example.com", News: true}, expect[Customer](t, 200, changed).CustomerFields)
	expect[refused](t, 412, http.Patch("/customers/me", me, change, apptest.Header("If-Match", got.Header.Get("ETag"))))
	expect[refused](t, 409, http.Patch("/customers/me", me, apptest.JSON(map[string]any{"email": "staff@shop.example"})))
	equal(t, 1, len(expect[map[string]Address](t, 200, http.Get("/customers/me/addresses", me))))
	if gone := http.Delete("/customers/me/addresses/home", me); gone.Status != 204 {
		t.Errorf("got %d %s", gone.Status, gone.Text())
	}

	for name, answer := range map[string]*apptest.Response{
		"no token": http.Get("/customers/me"), "a token of nobody": http.Get("/customers/me", bearer("x")), "no bearer": http.Get("/customers/me", apptest.Header("Authorization", "x")),
	} {
		if answer.Status != 401 {
			t.Errorf("%s: got %d %s", name, answer.Status, answer.Text())
		}
	}
	if answer := http.Get("/admin/audit", me); answer.Status != 403 {
		t.Errorf("a customer is of the staff: %d %s", answer.Status, answer.Text())
	}
	expect[Customer](t, 200, http.Get("/customers/me", staff))
}

func TestReviews(t *testing.T) {
	http, staff := open(t)
	me, friend := join(t, http, "ada@example.com"), join(t, http, "bob@example.com")
	review := func(stars int) apptest.RequestOption { return apptest.JSON(ReviewFields{Stars: stars, Title: "A mug"}) }
	const all = "/products/mug-blue/reviews"
	expect[refused](t, 404, http.Post("/products/none/reviews", me, review(5)))
	equal(t, all+"/1", http.Post(all, me, review(5)).Header.Get("Location"))
	expect[refused](t, 409, http.Post(all, me, review(5)))
	equal(t, 2, expect[Review](t, 201, http.Post(all, friend, review(2))).Number)
	equal(t, 3.5, *expect[Product](t, 200, http.Get("/products/mug-blue")).Rating)
	equal(t, 1, len(expect[Page[Review]](t, 200, http.Get(all+"?stars=5&stars=4")).Items))

	expect[refused](t, 403, http.Put(all+"/1", friend, review(1)))
	equal(t, 4, expect[Review](t, 200, http.Put(all+"/1", me, review(4))).Stars)
	helpful := apptest.JSON(map[string]bool{"helpful": true})
	equal(t, 1, expect[Review](t, 200, http.Post(all+"/1/votes", friend, helpful)).Helpful)
	equal(t, 1, expect[Review](t, 200, http.Post(all+"/1/votes", friend, helpful)).Helpful)
	expect[refused](t, 409, http.Post(all+"/1/votes", me, helpful))

	expect[refused](t, 403, http.Delete(all+"/1", friend))
	if gone := http.Delete(all+"/1", staff); gone.Status != 204 {
		t.Errorf("got %d %s", gone.Status, gone.Text())
	}
	expect[refused](t, 404, http.Get(all+"/1"))
	equal(t, 2.0, *expect[Product](t, 200, http.Get("/products/mug-blue")).Rating)
}
