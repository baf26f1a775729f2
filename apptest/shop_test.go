package apptest_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest/internal/shop"
)

// newShop is an app with a bit of everything.
var newShop = shop.New

var (
	errBroken = shop.ErrBroken
	errFail   = shop.ErrFail
)

func index(ctx context.Context, r *app.Request) (any, error) {
	return map[string]string{"hello": "world"}, nil
}

// quiet drops what handlers log during a test.
func quiet(t testing.TB) {
	t.Helper()
	old := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(old) })
}
