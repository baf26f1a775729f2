//go:build nightly

package main

import (
	"context"

	"github.com/chalice-go/chalice/app"
)

func extra(a *app.App) { a.Schedule(app.Rate(1, app.Days), nightly) }

func nightly(ctx context.Context, e *app.CloudWatchEvent) error { return nil }
