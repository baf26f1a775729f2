// Package devservertest runs servers of local mode in tests.
package devservertest

import (
	"context"
	"testing"

	"github.com/chalice-go/chalice/internal/devserver"
)

// Serve runs a server until the test ends, and returns it when it listens,
// before the app is built. An error of Run fails the test.
func Serve(t testing.TB, o devserver.Options) *devserver.Server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	listening, ended := make(chan *devserver.Server, 1), make(chan error, 1)
	o.Listening = func(s *devserver.Server) { listening <- s }
	go func() { ended <- devserver.Run(ctx, o) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case s := <-listening:
		return s
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
		return nil
	}
}
