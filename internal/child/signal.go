package child

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// WithSignals calls a function in a program that doesn't handle signals itself, such as
// an app of the AWS CDK. SIGINT, SIGTERM and SIGHUP end the function's context, so that
// the function can end the processes that it has started. After the function has
// returned, the signal ends the program as it would have done without WithSignals.
func WithSignals(do func(context.Context) error) error {
	var wanted []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			wanted = append(wanted, s)
		}
	}
	if len(wanted) == 0 { // Notify without signals means all of them
		return do(context.Background())
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, wanted...)
	var got os.Signal
	listening := make(chan struct{})
	go func() {
		defer close(listening)
		select {
		case got = <-signals:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := do(ctx)
	signal.Stop(signals)
	cancel()
	if <-listening; got != nil {
		endBy(got)
	}
	return err
}
