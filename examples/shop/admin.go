package main

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/chalice-go/chalice/app"
)

// administration declares what the staff may do. The paths start with /admin.
func (s *shop) administration(account app.RouteOption) *app.Blueprint {
	b, products, orders := app.NewBlueprint(), app.Tags("admin", "products"), app.Tags("admin", "orders")
	const product = "/products/{product}"
	app.TypedRoute(b, "/products", s.addProduct, products, account, app.Methods("POST"), app.Errors(409))
	app.TypedRoute(b, product, s.setProduct, products, account, app.Methods("PUT"), app.Errors(412))
	app.TypedRoute(b, product, s.deleteProduct, products, account, app.Methods("DELETE"), app.Errors(404, 409, 412))
	app.TypedRoute(b, product+"/pictures", s.addPicture, products, account, app.Methods("POST"), app.MaxBody(maxFile), app.Errors(404, 409))
	app.TypedRoute(b, "/stock", s.setStock, products, account, app.Methods("PATCH"))
	app.TypedRoute(b, "/imports/products", s.importProducts, products, account, app.Methods("POST"),
		app.ContentTypes("text/csv"), app.MaxBody(maxFile))
	app.TypedRoute(b, "/exports/{kind}", s.export, app.Tags("admin"), account, app.Results(new(ExportedCSV), new(ExportedJSON)))
	app.TypedRoute(b, "/orders", s.listAllOrders, orders, account)
	app.TypedRoute(b, "/orders/{order}/shipment", s.shipOrder, orders, account, app.Methods("POST"), app.Errors(404, 409))
	app.TypedRoute(b, "/audit", s.listEntries, app.Tags("admin"), account)
	app.TypedRoute(b, "/orders/{order}/notes", s.listNotes, orders, account, app.Deprecated(), app.Errors(404))
	return b
}

// OrderSearch is which orders are asked for.
type OrderSearch struct {
	Paging
	Status []OrderStatus `query:"status,omitzero" enum:"checking,placed,shipped,cancelled" uniqueItems:"true"`
	From   *time.Time    `query:"from" doc:"Only orders of this time or later." example:"2026-01-01T00:00:00Z"`
	Until  *time.Time    `query:"until" doc:"Only orders before this time."`
}

// Validate returns what is wrong with the search as a whole.
func (q *OrderSearch) Validate() error {
	if q.From != nil && q.Until != nil && q.Until.Before(*q.From) {
		return app.Violations{{In: "query", Name: "until", Problem: "is before from"}}
	}
	return nil
}

// listAllOrders lists the orders of all customers.
func (s *shop) listAllOrders(ctx context.Context, in *OrderSearch) (*OrderList, error) {
	orders, err := s.ordersOf(ctx, func(o Order) bool {
		return (len(in.Status) == 0 || slices.Contains(in.Status, o.Status)) &&
			(in.From == nil || !o.CreatedAt.Before(*in.From)) &&
			(in.Until == nil || o.CreatedAt.Before(*in.Until))
	})
	return &OrderList{page(orders, in.Paging, func(o Order) string { return o.ID })}, err
}

// ordersOf returns the orders that are wanted.
func (s *shop) ordersOf(ctx context.Context, wanted func(Order) bool) ([]Order, error) {
	orders, err := s.orders.List(ctx, "")
	return slices.DeleteFunc(orders, func(o Order) bool { return !wanted(o) }), err
}

// ShipOrder is how an order travels.
type ShipOrder struct {
	Caller
	OrderPath
	Shipment
}

// OrderShipped is an order on its way.
type OrderShipped struct {
	Status int `status:"201"`
	Body   Order
}

// shipOrder says that an order is on its way.
func (s *shop) shipOrder(ctx context.Context, in *ShipOrder) (*OrderShipped, error) {
	o, err := modify(ctx, s.orders, "order", in.ID, func(o Order) (Order, error) {
		if o.Status != Placed && o.Status != Checking {
			return o, app.Conflict("the order is " + string(o.Status))
		}
		o.Status, o.Shipment = Shipped, new(in.Shipment)
		return o, nil
	})
	if err != nil {
		return nil, err
	}
	return &OrderShipped{Body: o}, s.record(ctx, in.Caller, "ship", in.ID)
}

// Notes are what customers wrote in their orders.
type Notes struct {
	Body []string
}

// listNotes lists the notes of an order.
//
// An order has one note at most by now, which it has in itself.
func (s *shop) listNotes(ctx context.Context, in *OrderPath) (*Notes, error) {
	o, err := find(ctx, s.orders, "order", in.ID)
	notes := &Notes{[]string{}}
	if o.Note != "" {
		notes.Body = append(notes.Body, o.Note)
	}
	return notes, err
}

// Entry is something that the staff have done.
type Entry struct {
	Number  int        `json:"number" minimum:"1"`
	At      time.Time  `json:"at"`
	Action  string     `json:"action" example:"ship"`
	Subject string     `json:"subject" example:"ord-0001"`
	Address netip.Addr `json:"address" doc:"Where the request came from."`
}

// record keeps what the staff have done.
func (s *shop) record(ctx context.Context, c Caller, action, subject string) error {
	all, err := s.audit.List(ctx, "")
	if err != nil {
		return err
	}
	e := Entry{len(all) + 1, now(), action, subject, c.address()}
	_, err = s.audit.Update(ctx, fmt.Sprintf("%09d", e.Number), put(e))
	return err
}

// EntrySearch is which entries are asked for.
type EntrySearch struct {
	Paging
	// How far back to look.
	Since   time.Duration `query:"since" default:"24h" example:"1h30m"`
	Address *netip.Addr   `query:"address" doc:"Only requests from this address." example:"127.0.0.1"`
}

// Entries is a page of the audit.
type Entries struct {
	Body Page[Entry]
}

// listEntries lists what the staff have done, the oldest first.
func (s *shop) listEntries(ctx context.Context, in *EntrySearch) (*Entries, error) {
	entries, err := s.audit.List(ctx, "")
	from := time.Now().Add(-in.Since)
	entries = slices.DeleteFunc(entries, func(e Entry) bool {
		return e.At.Before(from) || in.Address != nil && e.Address != *in.Address
	})
	return &Entries{page(entries, in.Paging, func(e Entry) string { return strconv.Itoa(e.Number) })}, err
}
