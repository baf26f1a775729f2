package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// errUnauthorized has the gateway answer 401. It has to be this text.
var errUnauthorized = errors.New("Unauthorized")

// authorize finds out whose token a request has. It is a function of its own, whose role
// may read tokens and nothing else.
func authorize(ctx context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	token, ok := strings.CutPrefix(r.Token(), "Bearer ")
	if !ok {
		return nil, errUnauthorized
	}
	user, err := keptTokens().user(ctx, digest(token))
	if errors.Is(err, errMissing) {
		return nil, errUnauthorized
	}
	if err != nil {
		return nil, err
	}
	return &app.AuthResponse{Routes: app.AuthRoutes("*"), PrincipalID: user}, nil
}

// NewUser is somebody who gets a list.
type NewUser struct {
	Name string `json:"name" pattern:"^[a-z][a-z0-9-]{0,31}$"`
}

// NewToken is what a user sends as "Authorization: Bearer TOKEN".
type NewToken struct {
	Token string `json:"token"`
}

// addUser makes a token for a user. No route leads here: it is for whoever may invoke
// functions of the account.
func addUser(ctx context.Context, u NewUser) (NewToken, error) {
	token := rand.Text()
	if err := keptTokens().add(ctx, digest(token), u.Name); err != nil {
		return NewToken{}, err
	}
	return NewToken{token}, nil
}

// digest is what is kept of a token, so that who can read what is kept has no tokens.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
