package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// staffID is the customer that the staff are, when they try the shop.
const staffID = "staff"

// customerRoutes are those that every customer may call.
var customerRoutes = app.AuthRoutes("/customers/me", "/customers/me/*", "/orders", "/orders/*",
	"/products/*/reviews", "/products/*/reviews/*")

// errUnauthorized has API Gateway answer 401. It has to be this text.
var errUnauthorized = errors.New("Unauthorized")

// authorize asks for the token that the answer of POST /customers has, or for that of the
// staff, who may do everything. It is a function of its own, which shares no memory with
// the routes: so it knows a token by its signature.
func (s *shop) authorize(ctx context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	token, ok := strings.CutPrefix(r.Token(), "Bearer ")
	if !ok || s.secret == "" {
		return nil, errUnauthorized
	}
	if same(token, s.secret) {
		return &app.AuthResponse{Routes: app.AuthRoutes("*"), PrincipalID: staffID}, nil
	}
	id, _, _ := strings.Cut(token, ".")
	if !same(token, s.token(id)) {
		return nil, errUnauthorized
	}
	return &app.AuthResponse{Routes: customerRoutes, PrincipalID: id}, nil
}

// token returns the token of a customer: the id, and a signature.
func (s *shop) token(id string) string {
	signature := hmac.New(sha256.New, []byte(s.secret))
	signature.Write([]byte(id))
	return id + "." + hex.EncodeToString(signature.Sum(nil))
}

// same compares secrets, in a time that doesn't depend on where they differ.
func same(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

// Caller is who has sent a request: a customer, or the staff.
type Caller struct {
	Request *app.Request
}

func (c Caller) customerID() string { return c.Request.AuthValue("principalId") }

func (c Caller) staff() bool { return c.customerID() == staffID }

// address returns the address that the request came from; 0.0.0.0 if nobody says.
func (c Caller) address() netip.Addr {
	address, err := netip.ParseAddr(c.Request.ContextValue("identity", "sourceIp"))
	if err != nil {
		return netip.IPv4Unspecified()
	}
	return address
}
