//go:build !nightly

package main

import "github.com/chalice-go/chalice/app"

func extra(a *app.App) {}
