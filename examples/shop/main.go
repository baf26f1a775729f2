// Command shop is the API of a small shop: every route is typed, so the Go types are
// what requests are checked against and what the OpenAPI document says. README.md says
// how to run it.
package main

import (
	"os"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

// Sizes of bodies, in bytes.
const (
	maxBody = 100_000
	maxFile = 2_000_000 // a picture, or a file to import
)

func newApp() *app.App {
	s := newShop(os.Getenv("SHOP_STAFF_TOKEN"))
	a := app.New("shop", app.ServeOpenAPI("/openapi.json"),
		app.RefuseUnknownMembers(), app.MaxBody(maxBody), app.MaxDepth(20))
	account := app.Auth(a.Authorizer(s.authorize, app.Name("account")))

	a.RegisterBlueprint(s.catalog())
	a.RegisterBlueprint(s.reviewing(account))
	a.RegisterBlueprint(s.shopping())
	a.RegisterBlueprint(s.ordering(account))
	a.RegisterBlueprint(s.joining(account))
	a.RegisterBlueprint(s.contacting())
	a.RegisterBlueprint(s.administration(account), app.URLPrefix("/admin"))
	return a
}

// shop has what the handlers share.
type shop struct {
	products  Table[Product]
	pictures  Table[Picture] // by product and number
	reviews   Table[Review]  // by product and number
	carts     Table[Cart]
	orders    Table[Order]
	placed    Table[placement] // by customer and idempotency key
	customers Table[account]
	messages  Table[Contact]
	audit     Table[Entry]

	// secret is the token of the staff, and signs those of customers. If it is empty,
	// nobody has an account.
	secret string
}
