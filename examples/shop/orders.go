package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/chalice-go/chalice/app"
)

// OrderStatus is what has happened to an order.
type OrderStatus string

// The statuses of orders.
const (
	Checking  OrderStatus = "checking" // somebody looks at it first
	Placed    OrderStatus = "placed"
	Shipped   OrderStatus = "shipped"
	Cancelled OrderStatus = "cancelled"
)

// Order is what a customer has bought.
type Order struct {
	ID      string      `json:"id" example:"ord-0001"`
	Status  OrderStatus `json:"status" enum:"checking,placed,shipped,cancelled"`
	Items   []Item      `json:"items"`
	Total   Money       `json:"total"`
	Address Address     `json:"address"`
	Note    string      `json:"note,omitempty"`
	// The day on which it should arrive.
	DeliverOn string    `json:"deliverOn,omitempty" format:"date"`
	CreatedAt time.Time `json:"createdAt"`
	// How it travels, once it does.
	Shipment *Shipment `json:"shipment"`

	customer string
}

// Shipment is a parcel.
type Shipment struct {
	Carrier  string `json:"carrier" enum:"bike,post,truck"`
	Tracking string `json:"tracking" pattern:"^[A-Z0-9]{6,20}$" example:"RR123456785NL"`
}

// OrderPath is the order that a route is about.
type OrderPath struct {
	ID string `path:"order" pattern:"^ord-[0-9]{4,9}$" doc:"The order's id." example:"ord-0001"`
}

// ordering declares the orders of a customer.
func (s *shop) ordering(account app.RouteOption) *app.Blueprint {
	b := app.NewBlueprint()
	app.TypedRoute(b, "/orders", s.placeOrder, account, app.Methods("POST"), app.Errors(404, 409),
		app.Results(new(OrderPlaced), new(OrderChecked)))
	app.TypedRoute(b, "/orders", s.listOrders, account)
	app.TypedRoute(b, "/orders/{order}", s.getOrder, account, app.Errors(404))
	app.TypedRoute(b, "/orders/{order}/cancellation", s.cancelOrder, account, app.Methods("POST"), app.Errors(404, 409))
	return b
}

// PlaceOrder is what a customer says who buys a cart.
type PlaceOrder struct {
	Caller
	CartCookie
	// A request that is sent again with the same key has the same answer, and no second order.
	Key string `header:"Idempotency-Key" format:"uuid" example:"6f1c1f52-3a0e-4b8e-9a3c-3a4c6f1b2d10"`
	OrderFields
}

// OrderFields is how a cart is to be delivered.
type OrderFields struct {
	// The label of one of the customer's addresses.
	Address string `json:"address" pattern:"^[a-z]{1,20}$" example:"home"`
	// A code for a discount.
	Coupon *string `json:"coupon,omitempty" pattern:"^[A-Z0-9]{4,12}$" example:"SPRING"`
	Note   string  `json:"note,omitempty" maxLength:"500"`
	// The day on which it should arrive.
	DeliverOn *string `json:"deliverOn,omitempty" format:"date"`
}

// OrderResult is what becomes of a cart that is bought.
type OrderResult interface{ orderResult() }

// OrderPlaced is a new order.
type OrderPlaced struct {
	Status int `status:"201"`
	// The path of the order.
	Location string `header:"Location"`
	Body     Order
}

// OrderChecked is a new order that somebody looks at first.
type OrderChecked struct {
	Status int `status:"202"`
	// The path of the order.
	Location string `header:"Location"`
	// In seconds: when to ask again.
	RetryAfter int `header:"Retry-After"`
	Body       Order
}

func (*OrderPlaced) orderResult()  {}
func (*OrderChecked) orderResult() {}

// placement is a request for an order, and what became of it.
type placement struct {
	cart   string
	fields OrderFields
	order  Order
}

// What is more expensive than this is looked at by somebody, in cents.
const checkedFrom = 100_000

// discounts are percentages, by coupon.
var discounts = map[string]int64{"SPRING": 10, "STAFF": 30}

// placeOrder buys what is in the cart.
//
// The cart is empty afterwards. An expensive order is looked at by somebody first: then
// the status is 202.
func (s *shop) placeOrder(ctx context.Context, in *PlaceOrder) (OrderResult, error) {
	me, err := s.customer(ctx, in.Caller)
	if err != nil {
		return nil, err
	}
	p, err := s.placed.Update(ctx, me.ID+"/"+in.Key, func(old placement, exists bool) (placement, error) {
		if !exists {
			order, err := s.buy(ctx, me, in)
			return placement{in.Cart, in.OrderFields, order}, err
		}
		if old.cart != in.Cart || !reflect.DeepEqual(old.fields, in.OrderFields) {
			return old, app.Conflict("the key was used for another order")
		}
		return old, nil
	})
	if err != nil {
		return nil, err
	}
	location := "/orders/" + p.order.ID
	if p.order.Status == Checking {
		return &OrderChecked{Location: location, RetryAfter: 3600, Body: p.order}, nil
	}
	return &OrderPlaced{Location: location, Body: p.order}, nil
}

// buy makes an order of a cart.
func (s *shop) buy(ctx context.Context, me account, in *PlaceOrder) (Order, error) {
	order := Order{Status: Placed, Note: in.Note, CreatedAt: now(), customer: me.ID}
	percent, problems := int64(0), app.Violations{}
	if in.Coupon != nil {
		if percent = discounts[*in.Coupon]; percent == 0 {
			problems = append(problems, app.Violation{In: "body", Name: "/coupon", Problem: "is no coupon of ours"})
		}
	}
	address, ok := me.addresses[in.Address]
	if !ok {
		problems = append(problems, app.Violation{In: "body", Name: "/address", Problem: "is no address of yours"})
	}
	if in.DeliverOn != nil {
		order.DeliverOn = *in.DeliverOn
	}
	if len(problems) > 0 {
		return order, problems
	}
	order.Address = address
	_, err := modify(ctx, s.carts, "cart", in.Cart, func(c Cart) (Cart, error) {
		if len(c.Items) == 0 {
			return c, app.Conflict("the cart is empty")
		}
		if err := s.reserve(ctx, c.Items); err != nil {
			return c, err
		}
		order.Items, order.Total = c.Items, euros(c.Total.Amount*(100-percent)/100)
		return cartOf([]Item{}), nil
	})
	if err != nil {
		return order, err
	}
	if order.Total.Amount >= checkedFrom {
		order.Status = Checking
	}
	return s.file(ctx, order)
}

// errTaken says that another order has got the number.
var errTaken = errors.New("the number is taken")

// file keeps a new order, under the next number.
func (s *shop) file(ctx context.Context, o Order) (Order, error) {
	for {
		all, err := s.orders.List(ctx, "") // none is ever deleted
		if err != nil {
			return o, err
		}
		o.ID = fmt.Sprintf("ord-%04d", len(all)+1)
		_, err = s.orders.Update(ctx, o.ID, func(old Order, exists bool) (Order, error) {
			if exists {
				return old, errTaken
			}
			return o, nil
		})
		if !errors.Is(err, errTaken) {
			return o, err
		}
	}
}

// reserve takes products out of the stock, all of them or none.
func (s *shop) reserve(ctx context.Context, items []Item) error {
	for i, item := range items {
		_, err := modify(ctx, s.products, "product", item.Product, func(p Product) (Product, error) {
			if p.Stock < item.Quantity {
				return p, app.Conflict("there aren't enough of " + p.ID)
			}
			p.Stock -= item.Quantity
			p.version++
			return p, nil
		})
		if err != nil {
			s.giveBack(ctx, items[:i])
			return err
		}
	}
	return nil
}

// giveBack puts products back into the stock, but for those that aren't sold any more.
func (s *shop) giveBack(ctx context.Context, items []Item) {
	for _, item := range items {
		_, _ = modify(ctx, s.products, "product", item.Product, func(p Product) (Product, error) {
			p.Stock += item.Quantity
			p.version++
			return p, nil
		})
	}
}

// OrderList is a page of orders.
type OrderList struct {
	Body Page[Order]
}

// MyOrders asks for the caller's orders.
type MyOrders struct {
	Caller
	Paging
}

// listOrders lists the customer's orders.
func (s *shop) listOrders(ctx context.Context, in *MyOrders) (*OrderList, error) {
	orders, err := s.ordersOf(ctx, func(o Order) bool { return o.customer == in.customerID() })
	return &OrderList{page(orders, in.Paging, func(o Order) string { return o.ID })}, err
}

// MyOrder is an order of the caller's.
type MyOrder struct {
	Caller
	OrderPath
}

// OrderFound is an order.
type OrderFound struct {
	Body Order
}

// getOrder returns an order of the customer's.
func (s *shop) getOrder(ctx context.Context, in *MyOrder) (*OrderFound, error) {
	o, err := find(ctx, s.orders, "order", in.ID)
	if err == nil && o.customer != in.customerID() {
		err = app.NotFound("no such order")
	}
	return &OrderFound{o}, err
}

// cancelOrder cancels an order that isn't on its way yet.
func (s *shop) cancelOrder(ctx context.Context, in *MyOrder) (*OrderFound, error) {
	o, err := modify(ctx, s.orders, "order", in.ID, func(o Order) (Order, error) {
		if o.customer != in.customerID() {
			return o, errMissing
		}
		if o.Status == Shipped || o.Status == Cancelled {
			return o, app.Conflict("the order is " + string(o.Status))
		}
		o.Status = Cancelled
		return o, nil
	})
	if err != nil {
		return nil, err
	}
	s.giveBack(ctx, o.Items)
	return &OrderFound{o}, nil
}
