// Command chalice turns an app into what AWS takes to run it.
//
//	source of an app --chalice package--> template + zip --sam deploy--> stack
//
// Each command is its flags, one call, and printing. Results go to standard
// output; progress and errors to standard error.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// Whoever presses Ctrl-C a second time doesn't want to wait.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
