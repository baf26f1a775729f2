package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/apptest"
)

// open returns a client of a shop that has just opened, and what the staff send.
func open(t *testing.T) (*apptest.HTTP, apptest.RequestOption) {
	t.Helper()
	apptest.Setenv(t, apptest.Stage("local"))
	client := apptest.NewClient(t, newApp(), apptest.Stage("local"))
	return client.HTTP, bearer("for-trying-only")
}

func bearer(token string) apptest.RequestOption {
	return apptest.Header("Authorization", "Bearer "+token)
}

// expect fails the test unless an answer has a status, and returns its body.
func expect[T any](t *testing.T, status int, r *apptest.Response) T {
	t.Helper()
	if r.Status != status {
		t.Fatalf("got %d %s, want %d", r.Status, r.Text(), status)
	}
	var body T
	r.JSON(&body)
	return body
}

// refused is the body of an error.
type refused struct {
	Code, Message string
	Violations    []struct{ In, Name, Problem string }
}

// violations returns where an answer says that something is wrong, and fails the test
// unless it has the status.
func violations(t *testing.T, status int, r *apptest.Response) []string {
	t.Helper()
	var names []string
	for _, v := range expect[refused](t, status, r).Violations {
		if v.Problem == "" {
			t.Errorf("%s %s has no problem", v.In, v.Name)
		}
		names = append(names, v.In+" "+v.Name)
	}
	slices.Sort(names)
	return names
}

func equal(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSearch(t *testing.T) {
	http, _ := open(t)
	for query, want := range map[string][]string{
		"":                                      {"go-book", "mug-blue", "teapot", "train"},
		"?order=-price":                         {"train", "teapot", "go-book", "mug-blue"},
		"?order=newest&limit=2":                 {"train", "go-book"},
		"?limit=2&after=mug-blue":               {"teapot", "train"},
		"?category=kitchen&order=price":         {"mug-blue", "teapot"},
		"?q=WOODEN":                             {"train"},
		"?tag=blue&tag=mug":                     {"mug-blue"},
		"?tag=blue&tag=white":                   {},
		"?min_price=3550&max_price=4900":        {"go-book", "teapot"},
		"?in_stock=true&min_price=100000":       {"train"},
		"?category=toys&in_stock=false&limit=1": {"train"},
	} {
		t.Run(query, func(t *testing.T) {
			got := []string{}
			for _, p := range expect[Page[Product]](t, 200, http.Get("/products"+query)).Items {
				got = append(got, p.ID)
			}
			equal(t, want, got)
		})
	}
	answer := http.Get("/products?limit=1")
	equal(t, "go-book", expect[Page[Product]](t, 200, answer).Next)
	equal(t, "4", answer.Header.Get("X-Total-Count"))
	equal(t, 2, expect[[]Category](t, 200, http.Get("/categories"))[1].Products)
}

func TestViolations(t *testing.T) {
	http, staff := open(t)
	put := func(path, body string) *apptest.Response {
		return http.Put(path, apptest.Body(body), apptest.Header("Content-Type", "application/json"), staff)
	}
	for name, tc := range map[string]struct {
		answer *apptest.Response
		status int
		want   []string
	}{
		"no numbers":        {http.Get("/products?limit=x&in_stock=1"), 400, []string{"query in_stock", "query limit"}},
		"wrong numbers":     {http.Get("/products?limit=0&order=best&tag="), 422, []string{"query limit", "query order", "query tag"}},
		"numbers together":  {http.Get("/products?min_price=2&max_price=1"), 422, []string{"query max_price"}},
		"a path":            {http.Get("/products/UPPER"), 422, []string{"path product"}},
		"no cookie":         {http.Get("/cart"), 422, []string{"cookie cart"}},
		"a bad cookie":      {http.Get("/cart", apptest.Cookie("cart", "mine")), 422, []string{"cookie cart"}},
		"nothing":           {put("/admin/products/mug", "{}"), 422, []string{"body /category", "body /name", "body /price", "body /stock"}},
		"an inner member":   {put("/customers/me/addresses/home", `{"street": "", "postalCode": "1", "city": "x", "country": "nl"}`), 422, []string{"body /country", "body /postalCode", "body /street"}},
		"an unknown member": {put("/customers/me/addresses/home", `{"street": "1", "postalCode": "1A", "city": "x", "country": "NL", "planet": "Mars"}`), 422, []string{"body /planet"}},
		"no JSON":           {put("/customers/me/addresses/home", `{"street": `), 400, []string{"body "}},
		"no body":           {http.Put("/customers/me/addresses/home", apptest.Header("Content-Type", "application/json"), staff), 400, []string{"body "}},
		"a list": {
			http.Patch("/admin/stock", apptest.JSON([]StockChange{{"teapot", 1}, {"!", 1001}}), staff),
			422, []string{"body /1/by", "body /1/product"},
		},
		"an empty list": {http.Patch("/admin/stock", apptest.JSON([]StockChange{}), staff), 422, []string{"body "}},
		"times":         {http.Get("/admin/orders?from=now&status=lost", staff), 400, []string{"query from", "query status"}},
		"more times":    {http.Get("/admin/audit?since=x&address=y", staff), 400, []string{"query address", "query since"}},
		"a form": {
			http.Post("/contact", apptest.Body("email=x&topic=none&order=1"), apptest.Header("Content-Type", "application/x-www-form-urlencoded")),
			422, []string{"body /email", "body /message", "body /order", "body /topic"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			equal(t, tc.want, violations(t, tc.status, tc.answer))
		})
	}
}

func TestProduct(t *testing.T) {
	http, _ := open(t)
	found := http.Get("/products/teapot")
	p := expect[Product](t, 200, found)
	equal(t, "Teapot", p.Name)
	equal(t, euros(4900), p.Price)
	if known := http.Get("/products/teapot", apptest.Header("If-None-Match", found.Header.Get("ETag"))); known.Status != 304 || known.Text() != "" {
		t.Errorf("got %d %s, want 304 and nothing", known.Status, known.Text())
	}
	equal(t, "no such product", expect[refused](t, 404, http.Get("/products/teapots")).Message)
}

func TestContact(t *testing.T) {
	http, _ := open(t)
	const form = "email=a%40example.com&topic=other&message=Hello"
	answer := http.Post("/contact", apptest.Body(form), apptest.Header("Content-Type", "application/x-www-form-urlencoded"))
	if got := expect[struct{ Reference string }](t, 202, answer); got.Reference == "" {
		t.Error("there is no reference")
	}
}

// TestNoSecret: as in stage dev, nobody has an account, whatever they send.
func TestNoSecret(t *testing.T) {
	http := apptest.NewClient(t, newApp()).HTTP
	expect[Page[Product]](t, 200, http.Get("/products"))
	expect[refused](t, 503, http.Post("/customers", apptest.JSON(map[string]string{"name": "Ada", "email": "ada@example.com"})))
	for _, token := range []string{"", "staff", newShop("").token("staff")} {
		if answer := http.Get("/admin/audit", bearer(token)); answer.Status != 401 {
			t.Errorf("%q: got %d %s", token, answer.Status, answer.Text())
		}
	}
}
