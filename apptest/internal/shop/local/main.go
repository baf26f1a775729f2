// Command local is the shop as a program, for chalice local.
package main

import (
	"github.com/chalice-go/chalice/apptest/internal/shop"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(shop.New()) }
