// Command typed is a program of 100 routes, each a typed one, whose start is measured.
package main

import (
	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/bench/many"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("orders")
	for _, declare := range []func(*app.App){
		many.Typed[[1]byte], many.Typed[[2]byte], many.Typed[[3]byte], many.Typed[[4]byte],
		many.Typed[[5]byte], many.Typed[[6]byte], many.Typed[[7]byte], many.Typed[[8]byte],
		many.Typed[[9]byte], many.Typed[[10]byte], many.Typed[[11]byte], many.Typed[[12]byte],
		many.Typed[[13]byte], many.Typed[[14]byte], many.Typed[[15]byte], many.Typed[[16]byte],
		many.Typed[[17]byte], many.Typed[[18]byte], many.Typed[[19]byte], many.Typed[[20]byte],
		many.Typed[[21]byte], many.Typed[[22]byte], many.Typed[[23]byte], many.Typed[[24]byte],
		many.Typed[[25]byte], many.Typed[[26]byte], many.Typed[[27]byte], many.Typed[[28]byte],
		many.Typed[[29]byte], many.Typed[[30]byte], many.Typed[[31]byte], many.Typed[[32]byte],
		many.Typed[[33]byte], many.Typed[[34]byte], many.Typed[[35]byte], many.Typed[[36]byte],
		many.Typed[[37]byte], many.Typed[[38]byte], many.Typed[[39]byte], many.Typed[[40]byte],
		many.Typed[[41]byte], many.Typed[[42]byte], many.Typed[[43]byte], many.Typed[[44]byte],
		many.Typed[[45]byte], many.Typed[[46]byte], many.Typed[[47]byte], many.Typed[[48]byte],
		many.Typed[[49]byte], many.Typed[[50]byte], many.Typed[[51]byte], many.Typed[[52]byte],
		many.Typed[[53]byte], many.Typed[[54]byte], many.Typed[[55]byte], many.Typed[[56]byte],
		many.Typed[[57]byte], many.Typed[[58]byte], many.Typed[[59]byte], many.Typed[[60]byte],
		many.Typed[[61]byte], many.Typed[[62]byte], many.Typed[[63]byte], many.Typed[[64]byte],
		many.Typed[[65]byte], many.Typed[[66]byte], many.Typed[[67]byte], many.Typed[[68]byte],
		many.Typed[[69]byte], many.Typed[[70]byte], many.Typed[[71]byte], many.Typed[[72]byte],
		many.Typed[[73]byte], many.Typed[[74]byte], many.Typed[[75]byte], many.Typed[[76]byte],
		many.Typed[[77]byte], many.Typed[[78]byte], many.Typed[[79]byte], many.Typed[[80]byte],
		many.Typed[[81]byte], many.Typed[[82]byte], many.Typed[[83]byte], many.Typed[[84]byte],
		many.Typed[[85]byte], many.Typed[[86]byte], many.Typed[[87]byte], many.Typed[[88]byte],
		many.Typed[[89]byte], many.Typed[[90]byte], many.Typed[[91]byte], many.Typed[[92]byte],
		many.Typed[[93]byte], many.Typed[[94]byte], many.Typed[[95]byte], many.Typed[[96]byte],
		many.Typed[[97]byte], many.Typed[[98]byte], many.Typed[[99]byte], many.Typed[[100]byte],
	} {
		declare(a)
	}
	dispatch.Start(a)
}
