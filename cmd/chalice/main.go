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
	"time"

	"github.com/chalice-go/chalice/internal/child"
)

func main() {
	prepareConsole()
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as it is under nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		cancel(interrupt{<-signals})
		// Whoever presses Ctrl-C a second time doesn't want to wait. Without the
		// processes that it waits for, the command ends by itself, and tidies up.
		again := interrupt{<-signals}
		child.KillAll()
		time.Sleep(patience)
		os.Exit(again.status())
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// patience is how long the command has to tidy up after a second signal.
const patience = time.Second

// interrupt is a signal that ends the command.
type interrupt struct{ os.Signal }

// Error says which signal it was.
func (i interrupt) Error() string { return "interrupted (" + i.String() + ")" }

// status is the exit status that shells give a command which the signal ended.
func (i interrupt) status() int {
	if number, ok := i.Signal.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return 1
}
