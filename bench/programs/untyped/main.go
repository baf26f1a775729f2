// Command untyped is a program of 100 routes, without types, whose start is measured.
package main

import (
	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/bench/many"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("orders")
	for _, declare := range []func(*app.App){
		many.Untyped[[1]byte], many.Untyped[[2]byte], many.Untyped[[3]byte], many.Untyped[[4]byte],
		many.Untyped[[5]byte], many.Untyped[[6]byte], many.Untyped[[7]byte], many.Untyped[[8]byte],
		many.Untyped[[9]byte], many.Untyped[[10]byte], many.Untyped[[11]byte], many.Untyped[[12]byte],
		many.Untyped[[13]byte], many.Untyped[[14]byte], many.Untyped[[15]byte], many.Untyped[[16]byte],
		many.Untyped[[17]byte], many.Untyped[[18]byte], many.Untyped[[19]byte], many.Untyped[[20]byte],
		many.Untyped[[21]byte], many.Untyped[[22]byte], many.Untyped[[23]byte], many.Untyped[[24]byte],
		many.Untyped[[25]byte], many.Untyped[[26]byte], many.Untyped[[27]byte], many.Untyped[[28]byte],
		many.Untyped[[29]byte], many.Untyped[[30]byte], many.Untyped[[31]byte], many.Untyped[[32]byte],
		many.Untyped[[33]byte], many.Untyped[[34]byte], many.Untyped[[35]byte], many.Untyped[[36]byte],
		many.Untyped[[37]byte], many.Untyped[[38]byte], many.Untyped[[39]byte], many.Untyped[[40]byte],
		many.Untyped[[41]byte], many.Untyped[[42]byte], many.Untyped[[43]byte], many.Untyped[[44]byte],
		many.Untyped[[45]byte], many.Untyped[[46]byte], many.Untyped[[47]byte], many.Untyped[[48]byte],
		many.Untyped[[49]byte], many.Untyped[[50]byte], many.Untyped[[51]byte], many.Untyped[[52]byte],
		many.Untyped[[53]byte], many.Untyped[[54]byte], many.Untyped[[55]byte], many.Untyped[[56]byte],
		many.Untyped[[57]byte], many.Untyped[[58]byte], many.Untyped[[59]byte], many.Untyped[[60]byte],
		many.Untyped[[61]byte], many.Untyped[[62]byte], many.Untyped[[63]byte], many.Untyped[[64]byte],
		many.Untyped[[65]byte], many.Untyped[[66]byte], many.Untyped[[67]byte], many.Untyped[[68]byte],
		many.Untyped[[69]byte], many.Untyped[[70]byte], many.Untyped[[71]byte], many.Untyped[[72]byte],
		many.Untyped[[73]byte], many.Untyped[[74]byte], many.Untyped[[75]byte], many.Untyped[[76]byte],
		many.Untyped[[77]byte], many.Untyped[[78]byte], many.Untyped[[79]byte], many.Untyped[[80]byte],
		many.Untyped[[81]byte], many.Untyped[[82]byte], many.Untyped[[83]byte], many.Untyped[[84]byte],
		many.Untyped[[85]byte], many.Untyped[[86]byte], many.Untyped[[87]byte], many.Untyped[[88]byte],
		many.Untyped[[89]byte], many.Untyped[[90]byte], many.Untyped[[91]byte], many.Untyped[[92]byte],
		many.Untyped[[93]byte], many.Untyped[[94]byte], many.Untyped[[95]byte], many.Untyped[[96]byte],
		many.Untyped[[97]byte], many.Untyped[[98]byte], many.Untyped[[99]byte], many.Untyped[[100]byte],
	} {
		declare(a)
	}
	dispatch.Start(a)
}
